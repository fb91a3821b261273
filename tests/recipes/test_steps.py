"""Steps that all recipes share: what is said of the data, and what a model suggests."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from kerasapps.recipes.steps import tell_findings, with_suggestions

from kerasapps.config import TrainConfig
from kerasapps.data.text_audit import Listed


@pytest.mark.parametrize("broken", [("a", "b"), Listed(2, ())])
def test_guesses_warnings_and_broken_examples_are_told(
    broken: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    audit = SimpleNamespace(guesses=("a guess",), warnings=("a warning",), broken=broken)
    splits: Any = SimpleNamespace(audit=audit)
    tell_findings(splits, "rows")
    assert capsys.readouterr().err.splitlines() == [
        "a guess",
        "a warning",
        "2 broken rows are left out; the report lists them",
    ]


def test_nothing_is_told_where_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    for broken in ((), Listed(0, ())):
        splits: Any = SimpleNamespace(audit=SimpleNamespace(guesses=(), warnings=(), broken=broken))
        tell_findings(splits, "rows")
    assert capsys.readouterr().err == ""


def test_suggestions_fill_what_was_left_open() -> None:
    train = TrainConfig(epochs=3, warmup=0.0)
    found = with_suggestions(train, epochs=9, warmup=0.5, learning_rate=0.1, schedule=None)
    assert found == TrainConfig(epochs=3, warmup=0.0, learning_rate=0.1)


@pytest.mark.parametrize(
    ("optimizer", "rate"), [("adam", 0.1), ("adamw", 0.1), ("sgd", None), ("muon", None)]
)
def test_a_suggested_rate_is_for_adam(optimizer: Any, rate: float | None) -> None:
    found = with_suggestions(TrainConfig(optimizer=optimizer), learning_rate=0.1, epochs=4)
    assert (found.learning_rate, found.epochs) == (rate, 4)
