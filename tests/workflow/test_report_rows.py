"""Epochs as a report's tables take them."""

from __future__ import annotations

import dataclasses

from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.training import EpochRow
from kerasapps.workflow.report_rows import history_row
from tests.answers import ERRORS


def test_an_epochs_figures_are_called_by_name() -> None:
    row = EpochRow(1, "train", 0.1, 1.0, 0.5, 0.6, 0.7, 0.8)
    assert history_row(row, CLASSES) == {
        "epoch": 1, "phase": "train", "learning_rate": 0.1, "seconds": 1.0, "loss": 0.5,
        "accuracy": 0.6, "val_loss": 0.7, "val_accuracy": 0.8,
    }  # fmt: skip
    judged = dataclasses.replace(row, val_metric=31.0)
    for answer, name in (
        (CLASSES, "val_macro-F1"),
        (TRANSLATIONS, "val_BLEU"),
        (ERRORS, "val_MAE"),
    ):
        assert history_row(judged, answer) == {**history_row(row, answer), name: 31.0}
    assert history_row(row, ERRORS)["val_RMSE"] == 0.8
