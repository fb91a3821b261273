"""The cross-validation of a run, before the training that ships."""

from __future__ import annotations

from typing import Any

from kerasapps.data.splits import Splits
from kerasapps.terminal.streams import tell
from kerasapps.workflow.folds.cross import cross_validate
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
    run.begin_folds(order.settings)
    return cross_validate(
        order.task,
        order.options,
        splits,
        folds=folds,
        folder=run.folds,
        settings=order.settings,
        hooks=order.hooks,
        team=run.team,
        log_dir=run.logs,
    ).figures
