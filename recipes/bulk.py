"""The public function that answers data of any size with a bundle of any task."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import kerasapps
from kerasapps.config.checks import require_whole
from kerasapps.data.sources.forms import is_frame
from kerasapps.data.sources.shard_files import LIST_MARK, find_shards, is_listed
from kerasapps.deploy.opening import LoadedBundle
from kerasapps.deploy.own_bundle import OWN
from kerasapps.errors import ConfigError, KerasAppsError
from kerasapps.process.quiet import silence
from kerasapps.recipes.bundles import load_bundle
from kerasapps.recipes.registry import find_task, task_of
from kerasapps.terminal.streams import tell
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.bulk.feed import Feed, part_of_inputs, part_of_values
from kerasapps.workflow.bulk.run import Answered, answer_into
from kerasapps.workflow.bulk.table import check_target

MOST_JOBS = 256


def predict_bundle(
    bundle: Path | str | LoadedBundle,
    data: Any,
    *,
    csv: Path | str,
    artifact: str | None = None,
    jobs: int | None = None,
    **options: Any,
) -> Answered:
    """Answers data of any size with a bundle, by all cores, into a CSV table; no TensorFlow.

    The inputs are read one by one and their rows written as they come, in order, so that memory
    does not grow with their number. The table takes its place when it is whole. Beside it
    `NAME.partial` grows, and if the call is stopped, or its process killed, the same call goes on
    from there; where the bundle, the options or the data are other by then it begins anew, and says
    so.

    Args:
        bundle: the bundle, the output folder that holds it, or a loaded one.
        data: a place, as on the command line: a folder, a table (CSV, TSV, JSONL or Parquet), for
            texts a file of a text a line, for pictures and sounds `@LIST`, a file with a name a
            line. Or inputs as the bundle's `predict` takes them, rows as mappings: a list, or any
            iterable, of which nothing is kept; or a DataFrame, for a bundle for rows.
        csv: the table to write. A table that `predict` wrote is replaced, anything else refused.
        artifact: name of the file that answers; by default the smallest kind.
        jobs: processes that answer; by default as many as there are cores, once that is worth it.
        options: of the task, as `predict` on the command line has them: `top_k`, `beam`, `n_best`,
            `threshold`, `encoding`, and what column holds the inputs: `image_column`,
            `text_column`, `source_column`, `sound_column`.

    Returns:
        How many rows there are, how many of them have no answer and why the first have none, and
        how fast it went.

    Raises:
        BundleError: if the bundle cannot be used.
        ConfigError: if an option is not for it, or the table cannot be written there.
        DataError: if there is nothing to read. A single input that cannot be read is a row with a
            message.
        OutputError: if the disk is full; the same call goes on later.
    """
    options = {name: value for name, value in options.items() if value is not None}
    check_jobs(jobs)
    loaded = bundle
    if isinstance(bundle, str | os.PathLike):
        with silence():
            loaded = load_bundle(bundle, artifact)
    elif artifact is not None:
        raise ConfigError("artifact is for a bundle that is not loaded yet: leave it out.")
    assert not isinstance(loaded, str | os.PathLike)
    answers = answers_of(loaded, options)
    target = check_target(Path(csv), columns=answers.columns, what="csv")
    return predict_loaded(
        loaded, feed_of(answers, data), target=target, answers=answers, options=options, jobs=jobs
    )


def names_shards(answers: Answers, arguments: Sequence[str]) -> str | None:
    """The first argument that names shards, for a bundle of what may lie in them.

    Args:
        answers: how the bundle answers.
        arguments: of the command line.
    """
    if not answers.in_shards:
        return None
    for argument in arguments:
        with suppress(KerasAppsError, OSError):  # a text, or what is refused when it is read
            if argument != "-" and find_shards(argument) is not None:
                return argument
    return None


def names_list(answers: Answers, arguments: Sequence[str]) -> str | None:
    """The first argument that names a list of files, for a bundle that answers files.

    Args:
        answers: how the bundle answers.
        arguments: of the command line.
    """
    if not answers.in_lists:
        return None
    with suppress(OSError, ValueError):  # no name of a file at all
        for argument in arguments:
            if is_listed(argument) and Path(argument[len(LIST_MARK) :]).is_file():
                return argument
    return None


def predict_loaded(
    bundle: LoadedBundle,
    feed: Feed,
    *,
    target: Path,
    answers: Answers,
    options: Mapping[str, Any],
    jobs: int | None,
) -> Answered:
    """Answers inputs with a loaded bundle, and says how they are read.

    Args:
        bundle: which answers.
        feed: the inputs.
        target: the table, as `check_target` gives it.
        answers: how the bundle answers with these options.
        options: those that were given.
        jobs: processes; see `in_order`.
    """
    told = feed.notes
    for note in told:
        tell(f"note: {note}")
    answered = answer_into(
        target,
        feed=feed,
        answers=answers,
        load=functools.partial(answers_of, bundle, dict(options)),
        made_of=_made_of(bundle, options),
        jobs=jobs,
    )
    for note in feed.notes:
        if note not in told:
            tell(f"note: {note}")
    return answered


def answers_of(
    bundle: Any, options: Mapping[str, Any], called: Callable[[str], str] = str
) -> Answers:
    """How a bundle answers, with the options that were given.

    Args:
        bundle: a loaded one.
        options: those of `predict` that were given.
        called: what a message calls an option.

    Raises:
        BundleError: if it is of no task.
        ConfigError: if an option is given that is not for this kind of bundle.
    """
    manifest = bundle.manifest
    # What is of no task is refused by name; what is of one was checked as it was loaded.
    task = task_of(manifest) if manifest.task == OWN else find_task(manifest.task)
    for name in options:
        if name not in task.asked("predict"):
            raise ConfigError(
                f"{called(name)} is not for {bundle.manifest.folder}: it {task.phrases.gives}."
            )
    return task.finished.answers(bundle, options)


def feed_of(answers: Answers, data: Any) -> Feed:
    """Data of any form as inputs that are read one by one.

    Args:
        answers: of the bundle.
        data: see `predict_bundle`.

    Raises:
        ConfigError: if nothing can be made of it.
    """
    if isinstance(data, str | os.PathLike):
        return feed_of_arguments(answers, [os.fsdecode(data)])
    if is_frame(data):
        if answers.of_frame is None:
            raise ConfigError("a DataFrame is for bundles for rows: give the column of the inputs.")
        data = answers.of_frame(data)
    if not isinstance(data, Iterable) or isinstance(data, bytes | Mapping):
        raise ConfigError(f"a {type(data).__name__} is no list of inputs: give one of several.")
    part = part_of_values(data, kind=answers.kind, noun=answers.noun or answers.kind)
    return Feed([part])


def feed_of_arguments(answers: Answers, arguments: Iterable[str]) -> Feed:
    """What a command line names as inputs that are read one by one."""
    named = list(arguments)
    if answers.stream is not None:
        return answers.stream(named)
    gathered = answers.gather(named)
    return Feed([part_of_inputs(gathered, kind=answers.kind, identity="what was typed")])


def check_jobs(jobs: int | None, *, what: str = "jobs") -> None:
    """A number of processes that a machine can have.

    Raises:
        ConfigError: for any other.
    """
    if jobs is not None:
        require_whole(jobs, 1, MOST_JOBS, what=what)


def _made_of(bundle: LoadedBundle, options: Mapping[str, Any]) -> dict[str, Any]:
    """Words for what answers come of → what it is."""
    manifest = bundle.manifest
    return {
        "another bundle": getattr(manifest, "sha256", ""),
        "another file of the bundle": getattr(bundle, "artifact", ""),
        "other options": dict(options),
        "another version of kerasapps": kerasapps.__version__,
    }
