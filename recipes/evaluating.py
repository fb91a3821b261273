"""How a finished bundle did on examples whose answers are known, whatever it answers.

Without TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kerasapps.config.robust import JUDGED
from kerasapps.deploy.runner import Bundle
from kerasapps.errors import ConfigError, DataError
from kerasapps.outputs.classes.finished import class_figures
from kerasapps.outputs.labels.bundle import LabelBundle
from kerasapps.outputs.labels.finished import set_figures
from kerasapps.outputs.numbers.bundle import NumberBundle
from kerasapps.outputs.numbers.finished import number_figures
from kerasapps.outputs.several.bundle import SeveralBundle
from kerasapps.outputs.several.finished import several_figures
from kerasapps.recipes.answering import AnyBundle, kind_of
from kerasapps.recipes.robust_figures import robust_asked, robust_figures
from kerasapps.recipes.several import columns_of, judge_part
from kerasapps.workflow.task import Task

if TYPE_CHECKING:
    from kerasapps.workflow.held_out import Digest
    from kerasapps.workflow.result import Showable

_OF_JUDGING = ("unknown_classes", "foreign", *JUDGED)


def evaluate_answers(
    task: Task,
    bundle: AnyBundle,
    data: Any,
    *,
    options: Mapping[str, Any],
    max_broken: float,
    scratch: Path,
    usual: Mapping[str, Any] = MappingProxyType({}),
    digest: Digest | None = None,
    with_auc: bool = False,
) -> Showable:
    """Figures of a loaded bundle on examples whose answers are known.

    Args:
        task: of the bundle.
        bundle: with the file loaded.
        data: any form that training takes.
        options: those that were given.
        max_broken: share of unreadable examples that is skipped before it is an error.
        scratch: where examples that are not files yet are written.
        usual: further options that hold where `options` are silent.
        digest: see `usable_examples`.
        with_auc: see `classification_metrics`.

    Raises:
        ConfigError: if an option is of no use for such answers.
        DataError: if the data cannot be used, or has an answer that the bundle does not know.
    """
    from kerasapps.workflow.held_out import usable_examples  # what most bundles never need

    parts = bundle.parts.values() if isinstance(bundle, SeveralBundle) else [bundle]
    if "unknown_classes" in options and all(isinstance(part, NumberBundle) for part in parts):
        raise ConfigError(f"unknown_classes is for classes; {bundle.manifest.folder} has none.")
    if "foreign" in options and not isinstance(bundle, Bundle):
        raise ConfigError(
            "foreign is for bundles whose only answer is a class, which may be none of these; "
            f"{bundle.manifest.folder} answers otherwise: leave it out."
        )
    robust = robust_asked(task, bundle, options)
    columns = bundle.manifest.settings[task.section].get("target_columns", ())
    if isinstance(bundle, SeveralBundle):
        columns = columns_of(bundle)
    if options.keys() & {"label_column", "target"}:
        columns = ()  # other data may have in one column what training had in several
    foreign = None
    if "foreign" in options:  # the smaller data, mostly: what is wrong there is said at once
        foreign = _foreign_inputs(
            task, options["foreign"], usual=usual, max_broken=max_broken, folder=scratch / "foreign"
        )
    known: Any = usable_examples(
        task,
        bundle.manifest,
        data,
        options={name: value for name, value in options.items() if name not in _OF_JUDGING},
        max_broken=max_broken,
        scratch=scratch,
        usual={
            "target_kind": kind_of(bundle.manifest),
            "target_columns": tuple(columns),
            **usual,
        },
        digest=digest,
    )
    figures = _figures(known, bundle, options=options, with_auc=with_auc, foreign=foreign)
    if robust is None:
        return figures
    answering: Any = bundle  # of the kinds that `robust_asked` lets through
    return robust_figures(figures, known, answering, task=task, robust=robust, scratch=scratch)


def _foreign_inputs(
    task: Task, data: Any, *, usual: Mapping[str, Any], max_broken: float, folder: Path
) -> Sequence[Any]:
    """Raw inputs of none of a bundle's classes, whatever their own labels are, if they have any.

    Raises:
        DataError: if they cannot be used; it names the option.
    """
    folder.mkdir()
    try:
        if task.learns_unlabelled:
            return _without_labels(task, data, usual=usual, max_broken=max_broken, folder=folder)
        examples: Any = task.data.usable(
            data,
            options={**usual, "target_kind": "class"},
            max_broken=max_broken,
            folder=folder,
        )
    except DataError as error:
        raise DataError(f"foreign: {error}") from error
    inputs: Sequence[Any] = examples.inputs
    if not len(inputs):
        raise DataError("foreign: the data holds no usable example.")
    return inputs


def _without_labels(
    task: Task, data: Any, *, usual: Mapping[str, Any], max_broken: float, folder: Path
) -> Sequence[Any]:
    """The same of a task that reads examples without labels, such as a flat folder of pictures."""
    from kerasapps.workflow.self_training.read import read_whole, tell_read

    options = {task.section: task.options(**usual)}
    read = read_whole(task, data, options=options, max_broken=max_broken, folder=folder)
    tell_read(read, task, called="foreign")
    return task.unlabelled.inputs(read.examples)


def _figures(
    known: Any,
    bundle: AnyBundle,
    *,
    options: Mapping[str, Any],
    with_auc: bool,
    foreign: Sequence[Any] | None,
) -> Showable:
    """How a bundle's file did on examples whose answers are known."""
    if isinstance(bundle, SeveralBundle):
        return several_figures(known, bundle, judge=judge_part, options=options)
    if isinstance(bundle, Bundle):
        return class_figures(
            known,
            bundle.scores,
            labels=bundle.labels,
            options=options,
            with_auc=with_auc,
            undecided=bundle.undecided,
            foreign=foreign,
        )
    if isinstance(bundle, LabelBundle):
        return set_figures(known, bundle.scores, bundle=bundle, options=options)
    return number_figures(known, bundle)
