"""Which quantities of a training are shown, how they are named, and which are shares."""

from __future__ import annotations

import pytest

from kerasapps.evaluation.epochs import curves, history_columns
from tests.evaluation.svg import texts, title_of


def row(**values):
    return {"epoch": 1, "phase": "train", "learning_rate": 1e-3, **values}


CLASSIFIED = row(loss=2.0, val_loss=2.5, accuracy=0.25, val_accuracy=0.5)


@pytest.mark.parametrize(
    ("first", "shown"),
    [
        (CLASSIFIED, ["Loss", "Accuracy", "Learning rate"]),
        # What only the validation split is asked for; capitals stay.
        (row(loss=2.0, val_loss=2.5, val_BLEU=12.0), ["Loss", "BLEU", "Learning rate"]),
        (row(**{"loss": 2.0, "val_macro-F1": 0.5}), ["Loss", "Macro-F1", "Learning rate"]),
        # A twin of the training alone is no figure of the model.
        (row(loss=2.0, accuracy=0.5), ["Loss", "Learning rate"]),
        # The validation's loss alone is one too.
        ({"epoch": 1, "val_loss": 2.5}, ["Loss"]),
        # Never measured, or not a number.
        (row(loss=2.0, val_f1=None, val_note="x"), ["Loss", "Learning rate"]),
        ({"epoch": 1}, []),
    ],
)
def test_one_chart_a_quantity(first, shown):
    found = curves([first])
    assert [title for title, _ in found] == shown
    assert [title_of(svg) for _, svg in found] == [f"{title} by epoch" for title in shown]


def test_no_epochs_have_no_chart():
    assert curves([]) == []


@pytest.mark.parametrize(
    ("figures", "per_cent"),
    [
        ([(0.25, 0.5), (0.0, 1.0)], True),
        ([(None, 0.5), (0.75, None)], True),
        ([(0.25, 0.5), (0.25, 1.25)], False),
        ([(1.25, 0.5), (0.25, 0.5)], False),
        ([(0.25, 0.5), (0.25, -0.125)], False),
    ],
)
def test_only_what_stays_from_0_to_1_is_in_per_cent(figures, per_cent):
    history = [CLASSIFIED | {"accuracy": own, "val_accuracy": val} for own, val in figures]
    charts = dict(curves(history))
    assert any(text.endswith(" %") for text in texts(charts["Accuracy"])) is per_cent


def test_losses_and_rates_are_no_shares():
    charts = dict(curves([CLASSIFIED | {"loss": 0.5, "val_loss": 0.25}]))
    assert not any(
        "%" in text for name in ("Loss", "Learning rate") for text in texts(charts[name])
    )


def test_a_figure_that_is_first_measured_later_is_shown():
    history = [row(loss=2.0, val_f1=None), row(loss=1.0, val_f1=0.5)]
    assert "F1" in dict(curves(history))
    # But not one that the first epoch knows nothing of.
    assert list(dict(curves([{"loss": 2.0}, row(loss=1.0, val_f1=0.5)]))) == ["Loss"]


def test_columns_are_those_with_a_value_in_any_row():
    history = [{"epoch": 1, "loss": None, "note": None}, {"epoch": 2, "loss": 0.0, "late": "x"}]
    assert history_columns(history) == ["epoch", "loss", "late"]
    assert history_columns([]) == []
