"""The cross-validation of a run, before the training that ships."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from kerasapps.data.splits import Splits
from kerasapps.terminal.streams import tell
from kerasapps.wording.shortened import shortened
from kerasapps.workflow.doubts.doubted import doubts_of
from kerasapps.workflow.doubts.given_again import share_given_again
from kerasapps.workflow.doubts.lists import write_doubts
from kerasapps.workflow.folds.cross import OutOfFold, cross_validate
from kerasapps.workflow.folds.doubts import Doubts
from kerasapps.workflow.folds.figures import CrossValidated
from kerasapps.workflow.order import Order
from kerasapps.workflow.run import Run


def cross_validated(order: Order, splits: Splits[Any], *, run: Run) -> CrossValidated | None:
    """Trains and judges every fold; None where nobody asked for folds.

    Args:
        order: the run, with its model.
        splits: the examples; the test split is not looked at.
        run: its folder, which from now on is that of this run.

    Raises:
        ConfigError: if there are too few examples for so many folds.
        TrainingError: if a training fails.
    """
    folds = order.repeat.folds
    if folds is None:
        return None
    examples = len(splits.train) + len(splits.validation)
    tell(
        f"Cross-validation: {folds} trainings on parts of the {examples:,} {order.task.noun} for "
        f"training and validation, then the one whose model ships"
    )
    compress = order.options.get("compress")
    if compress is not None and compress.taught_by is not None:
        tell(
            "Warning: the teacher learnt from examples that the folds judge, so their figures are "
            "too good; that of the test split is not, if the teacher had the same"
        )
    _tell_rare(splits, folds)
    run.begin_repeats(run.folds, order.settings)
    crossed = cross_validate(
        order.task,
        order.options,
        splits,
        folds=folds,
        folder=run.folds,
        settings=order.settings,
        hooks=order.hooks,
        team=run.team,
        log_dir=run.logs,
    )
    return dataclasses.replace(crossed.figures, doubts=_doubts(crossed, splits, run))


def _doubts(crossed: OutOfFold, splits: Splits[Any], run: Run) -> Doubts | None:
    """Labels that are probably wrong, with a list of all beside the bundle; None where nothing is.

    The networks are there anyway, and each says what examples are that it was not trained on.
    """
    if crossed.answers is None or splits.target.kind not in ("class", "labels"):
        return None
    if not splits.labels:
        return None
    every = doubts_of(splits, crossed.answers, names=("train", "validation"))
    if not every:
        return None
    doubts = Doubts.of(every, share_given_again(splits, crossed.answers))
    file = write_doubts(run.folder, every)
    tell(
        f"Labels that may be wrong: {doubts.total:,}, the surest first in {file}; look at each "
        f"before you change it{f'. {doubts.warning}' if doubts.warning else ''}"
    )
    return doubts


def _tell_rare(splits: Splits[Any], folds: int) -> None:
    """Names classes of which not every fold has an example."""
    if splits.target.kind != "class" or not hasattr(splits.train, "labels"):
        return  # of words each has a tag, and translations have none
    labels = np.concatenate([splits.train.labels, splits.validation.labels]).astype(np.int64)
    counts = np.bincount(labels, minlength=len(splits.labels))
    rare = [name for name, count in zip(splits.labels, counts, strict=True) if count < folds]
    if rare:
        tell(
            f"Warning: of {shortened(rare)} there are fewer examples than folds, so some folds are "
            "judged without any, and some may be trained without any"
        )
