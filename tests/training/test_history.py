"""What is kept of each epoch: merits, CSV and JSON."""

from __future__ import annotations

import dataclasses
import json

import pytest

from kerasapps.training import history
from kerasapps.training.history import EpochRow, History
from tests.values import kinds_of, left_open_in

ROW = EpochRow(
    epoch=3,
    phase="train",
    learning_rate=0.25,
    seconds=1.5,
    loss=0.75,
    figure=0.5,
    val_loss=2.0,
    val_figure=0.625,
    val_metric=31.0,
)
HISTORY = History(
    (dataclasses.replace(ROW, epoch=2), ROW), 3, "epochs", 9.0, (2,), quality="accuracy"
)


def test_the_best_row():
    assert HISTORY.best is ROW
    assert dataclasses.replace(HISTORY, best_epoch=2).best.epoch == 2


def test_figures_are_called_after_what_they_measure():
    assert ROW.to_dict("rmse") == {
        "epoch": 3, "phase": "train", "learning_rate": 0.25, "seconds": 1.5, "loss": 0.75,
        "rmse": 0.5, "val_loss": 2.0, "val_rmse": 0.625, "val_metric": 31.0,
    }  # fmt: skip
    assert list(ROW.to_dict("accuracy"))[4:] == [
        "loss", "accuracy", "val_loss", "val_accuracy", "val_metric",
    ]  # fmt: skip
    assert EpochRow.from_dict(ROW.to_dict("rmse")) == ROW


@pytest.mark.parametrize("quality", ["accuracy", "rmse"])
def test_a_history_knows_its_figure_by_the_keys(quality):
    history = dataclasses.replace(HISTORY, quality=quality)
    values = json.loads(json.dumps(history.as_dict()))
    assert "quality" not in values and f"val_{quality}" in values["rows"][0]
    assert History.from_dict(values) == history


@pytest.mark.parametrize("rows", [[], [{"epoch": 1, "val_loss": 1.0, "val_metric": 2.0}]])
def test_rows_without_a_figure_are_refused(rows):
    with pytest.raises(TypeError, match="an epoch without a figure"):
        History.from_dict({**HISTORY.as_dict(), "rows": rows})


def test_json():
    again = History.from_dict(json.loads(json.dumps(HISTORY.as_dict())))
    assert again == HISTORY
    # Of a version that could not extend trainings.
    older = {key: value for key, value in HISTORY.as_dict().items() if key != "extended"}
    assert History.from_dict(older) == dataclasses.replace(HISTORY, extended=())


def test_csv(tmp_path):
    HISTORY.write_csv(tmp_path / "h.csv")
    header = "epoch,phase,learning_rate,seconds,loss,accuracy,val_loss,val_accuracy,val_metric"
    line = "train,0.25,1.5,0.75,0.5,2.0,0.625,31.0"
    assert (tmp_path / "h.csv").read_bytes().decode().split("\r\n") == [
        header, f"2,{line}", f"3,{line}", "",
    ]  # fmt: skip
    # The column is left out only where no epoch has a value.
    without = dataclasses.replace(ROW, val_metric=None)
    some = dataclasses.replace(HISTORY, rows=(without, ROW))
    some.write_csv(tmp_path / "h.csv")
    assert (tmp_path / "h.csv").read_text().splitlines()[
        1
    ] == "3,train,0.25,1.5,0.75,0.5,2.0,0.625,"
    dataclasses.replace(HISTORY, rows=(without, without)).write_csv(tmp_path / "h.csv")
    lines = (tmp_path / "h.csv").read_text().splitlines()
    assert lines[0] == header.removesuffix(",val_metric") and lines[1].endswith(",0.625")


def test_kinds_of_values():
    assert kinds_of(history) == {"EpochRow": "frozen", "Fitted": "frozen", "History": "frozen"}


def test_what_need_not_be_given():
    assert left_open_in(history) == {
        "Fitted": {"metrics": {}},
        "EpochRow": {"val_metric": None, "metrics": {}},
        "History": {"extended": ()},
    }
