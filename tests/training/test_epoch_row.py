"""The row of an epoch: what is in it, and that its figures must be numbers."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import TrainConfig
from kerasapps.errors import TrainingError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.training.epoch_row import epoch_row
from kerasapps.training.history import EpochRow, Fitted
from kerasapps.training.phases import Phase
from kerasapps.training.state import TrainingState
from tests.training.small import CPU

FITTED = Fitted(loss=0.1, figure=0.2, val_loss=0.3, val_figure=0.4)
BEFORE = EpochRow(1, "head", 0.0, 1.0, 0.5, 0.5, 0.5, 0.5)


def row(fitted: Fitted, judge: Any = None, *, solved: bool = False, **runtime: Any) -> EpochRow:
    """The second epoch, of the second phase, which took 1.5 seconds."""
    job: Any = SimpleNamespace(
        judge=judge,
        answer=CLASSES,
        phases=[Phase("head", 1), Phase("fine-tune", 1, rate=0.1, solved=solved)],
        runtime=dataclasses.replace(CPU, **runtime),
        config=TrainConfig(learning_rate=2.0),
    )
    clock: Any = SimpleNamespace(elapsed=4.0, refresh=lambda: None)
    state = TrainingState(phase=1, rows=[BEFORE])
    return epoch_row(job, state, fitted, rate=0.7, clock=clock, began=2.5)


def test_what_is_in_it() -> None:
    plain = EpochRow(2, "fine-tune", 0.7, 1.5, 0.1, 0.2, 0.3, 0.4)
    assert row(FITTED) == plain
    assert row(FITTED, lambda: 0.25) == dataclasses.replace(plain, val_metric=0.25)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("loss", "training loss"),
        ("val_loss", "validation loss"),
        ("val_figure", f"validation {CLASSES.fitted.name}"),
    ],
)
def test_a_figure_that_is_no_number_ends_it_before_the_judge_is_asked(
    name: str, what: str, value: float
) -> None:
    with pytest.raises(TrainingError, match=f"^The {what} became {value} in epoch 2. Lower the"):
        row(dataclasses.replace(FITTED, **{name: value}), lambda: 1 / 0)


def test_the_judges_must_be_one_too() -> None:
    with pytest.raises(TrainingError, match=r"^The validation metric became nan in epoch 2\. "):
        row(FITTED, lambda: float("nan"))


def test_the_advice_is_for_the_way_it_was_trained() -> None:
    lost = dataclasses.replace(FITTED, val_loss=float("nan"))
    for exact, less in (
        ("float32", ""),
        ("mixed_float16", r", compute exactly \(TrainConfig.precision='float32'\)"),
    ):
        trained = rf"peak is 0\.2\), clip .* \(TrainConfig\.clip_norm=1\){less} and choose an"
        with pytest.raises(TrainingError, match=trained):
            row(lost, precision=exact)
        with pytest.raises(TrainingError, match="Its head was solved on") as caught:
            row(lost, precision=exact, solved=True)
        assert "TrainConfig.learning_rate" not in str(caught.value)
        assert ("TrainConfig.precision='float32'" in str(caught.value)) is bool(less)
