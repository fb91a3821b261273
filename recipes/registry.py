"""Every task there is, by name: the one place that knows them all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kerasapps.config import choose
from kerasapps.config.checks import Command
from kerasapps.errors import BundleError, DataError
from kerasapps.recipes.audio_classification.task import TASK as AUDIO_CLASSIFICATION
from kerasapps.recipes.image_classification.task import TASK as IMAGE_CLASSIFICATION
from kerasapps.recipes.tabular.task import TASK as TABULAR
from kerasapps.recipes.tagging.task import TASK as TAGGING
from kerasapps.recipes.text_classification.task import TASK as TEXT_CLASSIFICATION
from kerasapps.recipes.translation.task import TASK as TRANSLATION
from kerasapps.workflow.task import Task

if TYPE_CHECKING:
    from kerasapps.deploy.manifest import Manifest

TASKS: Mapping[str, Task] = MappingProxyType(
    {
        task.name: task
        for task in (
            IMAGE_CLASSIFICATION,
            TEXT_CLASSIFICATION,
            TRANSLATION,
            TABULAR,
            TAGGING,
            AUDIO_CLASSIFICATION,
        )
    }
)
ALIASES: Mapping[str, Task] = MappingProxyType({"sentiment": TEXT_CLASSIFICATION})
"""Other names of tasks, which users may type and older bundles have."""


def guess_task(data: Any, *, rather: Collection[Task] = ()) -> Task:
    """The task that data looks like, where nobody says.

    Those further down in `TASKS` are asked first: each knows its data among that of those above.

    Args:
        data: any form that training takes.
        rather: tasks that are asked before all others, as something else speaks for them.

    Raises:
        DataError: if it looks like no task's.
    """
    from kerasapps.data.packed.pack_file import read_pack_file  # brings numpy
    from kerasapps.data.packed.read import packed_alone
    from kerasapps.data.sources.shard_files import shards_among_others

    packed = packed_alone(data)
    kind = "" if packed is None else read_pack_file(packed).kind
    for task in sorted(reversed([*TASKS.values()]), key=lambda task: task not in rather):
        if kind == task.data.KIND.NOUN or (not kind and task.data.holds(data)):
            return task
    hint = shards_among_others(data)
    if hint:
        raise DataError(f"{data} holds nothing to train on. {hint}")
    *forms, last = (task.phrases.form for task in TASKS.values())
    raise DataError(f"{data} holds nothing to train on. Expected {'; '.join(forms)}; or {last}.")


def asked_options(
    command: Command, *, tasks: Iterable[Task] | None = None
) -> Mapping[str, type[Any]]:
    """What a command beside the training's asks for, for any task: option → the config of it.

    Several tasks may have an option of one name, which then means the same to all of them.

    Args:
        command: its name.
        tasks: that it is for (default: all).
    """
    options: dict[str, type[Any]] = {}
    for task in TASKS.values() if tasks is None else tasks:
        options |= {name: kind for name, kind in task.asked(command).items() if name not in options}
    return options


def find_task(name: str, *, what: str = "The task") -> Task:
    """The task of a name, which may be an alias, with `_` or `-` between its words.

    Raises:
        ConfigError: for another name, with the nearest one.
    """
    known = {**TASKS, **ALIASES}
    return known[choose(name.replace("-", "_"), known, what=what)]


def task_of(manifest: Manifest) -> Task:
    """What a bundle is for; its manifest says what bundles for that say.

    Raises:
        BundleError: if this version does not know its task, or a value is off, which is named.
    """
    from kerasapps.deploy.own_bundle import OWN  # brings numpy, which `--help` does without

    known = {**TASKS, **ALIASES}
    if manifest.task == OWN:
        raise BundleError(
            f"{manifest.folder} holds a network of your own, of no task that kerasapps knows: load "
            "it with load_bundle, and judge it with kerasapps.evaluation or verify_tflite."
        )
    if manifest.task not in known:
        raise BundleError(
            f"{manifest.folder} is for {manifest.task!r}, which this version lacks; it knows "
            f"{', '.join(TASKS)}."
        )
    from kerasapps.deploy.manifest import FILE_NAME
    from kerasapps.deploy.schema import check_task

    task = known[manifest.task]
    check_task(vars(manifest), task.finished.RULES, manifest.folder / FILE_NAME)
    return task
