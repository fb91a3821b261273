"""Labels that may be wrong: what networks say of examples that they were not trained on."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from kerasapps.config import TrainConfig
from kerasapps.config.checks import Bounds
from kerasapps.config.training import SHORTEST
from kerasapps.data.audit import Finding, itemise
from kerasapps.data.splits import Splits
from kerasapps.data.taken import taken
from kerasapps.errors import ConfigError
from kerasapps.process.quiet import (
    import_whole_tensorflow,
    start_tensorflow,
    without_tracing_warnings,
)
from kerasapps.workflow.doubts.doubt import LabelDoubt
from kerasapps.workflow.doubts.doubted import doubts_of
from kerasapps.workflow.doubts.given_again import share_given_again
from kerasapps.workflow.folds.folding import Folding, UnfilledError
from kerasapps.workflow.options import with_model
from kerasapps.workflow.steps import Options
from kerasapps.workflow.suitable import is_open, suitable_models
from kerasapps.workflow.task import Task

FOLDS: Final = 5
MINUTES: Final = Bounds(FOLDS * SHORTEST)


class DoubtedLabels(NamedTuple):
    """What networks say of labels.

    Attributes:
        doubts: examples whose label is probably wrong, the surest first.
        given_again: the share of all labels that the networks would have given, 0 to 1.
    """

    doubts: tuple[LabelDoubt, ...]
    given_again: float


@without_tracing_warnings()
def label_doubts(
    task: Task, splits: Splits[Any], options: Options, *, minutes: float, seed: int, folder: Path
) -> DoubtedLabels:
    """Examples of all splits whose label is probably wrong, the surest first.

    The task's usual model is trained five times, each time without a fifth of the examples, of
    which it then says what they are.

    Args:
        task: what would be trained.
        splits: the examples.
        options: sections that were given; the others are as nobody says.
        minutes: of training, of all five together.
        seed: of the trainings.
        folder: scratch space.

    Raises:
        ConfigError: if what is answered has no labels that can be wrong, or there are too few
            examples.
        DependencyError: if what training takes is not installed.
        TrainingError: if a training fails.
    """
    check_labelled(task, splits, minutes=minutes, seed=seed)
    start_tensorflow(import_whole_tensorflow, then=(f"{task.package}.train",))
    from kerasapps.workflow.folds.cross import cross_validate

    train = TrainConfig(seed=seed, time_budget=minutes / FOLDS)
    asked = {**task.defaults, **options, "train": train}
    whole = _with_test(splits)
    if is_open(asked, None):
        asked = with_model(asked, suitable_models(task, whole, asked).names[0])
    out = cross_validate(task, asked, whole, folds=FOLDS, folder=folder, settings={})
    if out.answers is None:
        raise ConfigError(f"Labels of {task.noun} are not looked at.")
    return DoubtedLabels(doubts_of(splits, out.answers), share_given_again(whole, out.answers))


def check_minutes(minutes: float | None) -> None:
    """Minutes of training are a number that can be waited for.

    Raises:
        ConfigError: if they are not.
    """
    if minutes is not None and not MINUTES.hold(minutes):
        raise ConfigError(f"minutes must be {MINUTES.words}, got {minutes!r}.")


def check_labelled(task: Task, splits: Splits[Any], *, minutes: float, seed: int) -> None:
    """Examples have labels that can be wrong, and are enough to be dealt out.

    Raises:
        ConfigError: if they are not; it names the option.
    """
    check_minutes(minutes)
    if splits.target.kind not in ("class", "labels") or not splits.labels:
        raise ConfigError(
            f"minutes: these {task.noun} have no labels that may be wrong; leave minutes out."
        )
    try:
        Folding.of(_with_test(splits), folds=FOLDS, seed=seed)
    except UnfilledError as error:
        raise ConfigError(
            f"minutes: the labels are looked at in {FOLDS} parts, and {error.why}; leave minutes "
            "out."
        ) from error


def label_finding(doubts: Sequence[LabelDoubt]) -> Finding:
    """What an audit tells of them."""
    return itemise(
        "label_errors",
        tuple(doubts),
        said="Labels that may be wrong, the surest first (used as they are)",
        heading="Labels that may be wrong",
        columns=(
            *(("where", "where"), ("split", "split"), ("label", "label")),
            *(("suggested", "suggested"), ("confidence", "confidence")),
        ),
        note="Networks that were not trained on them say so: look at each before you change it. "
        "They are used as they are.",
    )


def _with_test(splits: Splits[Any]) -> Splits[Any]:
    """The same with the test examples behind those of training, as all labels are asked about."""
    if splits.judged_on != "test" or not len(splits.test):
        return splits
    parts = (splits.train, splits.test)
    rows = np.arange(sum(map(len, parts)))
    return dataclasses.replace(splits, train=taken(parts, rows, like=splits.train))
