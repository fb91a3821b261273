"""What is kept of each epoch: merits, CSV and JSON."""

from __future__ import annotations

import dataclasses
import json

import pytest

from kerasapps.training import history
from kerasapps.training.history import EpochRow, History, is_judged
from tests.values import kinds_of, left_open_in

ROW = EpochRow(
    epoch=3,
    phase="train",
    learning_rate=0.25,
    seconds=1.5,
    loss=0.75,
    accuracy=0.5,
    val_loss=2.0,
    val_accuracy=0.625,
    val_metric=31.0,
)
HISTORY = History((dataclasses.replace(ROW, epoch=2), ROW), 3, "epochs", 9.0, (2,))


@pytest.mark.parametrize(
    ("monitor", "merit", "judged"),
    [
        ("accuracy", (0.625, -2.0), False),
        ("loss", (-2.0, 0.625), False),
        ("bleu", (31.0, -2.0), True),
        ("macro_f1", (31.0, -2.0), True),
    ],
)
def test_merit_and_who_measures_it(monitor, merit, judged):
    assert ROW.merit(monitor) == merit
    assert is_judged(monitor) is judged and is_judged(None) is False
    assert ROW.merit() == ROW.merit("accuracy")


def test_a_judges_monitor_needs_its_figure():
    with pytest.raises(ValueError, match="Epoch 3 has no figure for the monitor 'bleu'"):
        dataclasses.replace(ROW, val_metric=None).merit("bleu")


def test_the_best_row():
    assert HISTORY.best is ROW
    assert dataclasses.replace(HISTORY, best_epoch=2).best.epoch == 2


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
    found = (tmp_path / "h.csv").read_text().splitlines()
    assert found[0] == header.removesuffix(",val_metric") and found[1].endswith(",0.625")


def test_kinds_of_values():
    assert kinds_of(history) == {"EpochRow": "frozen", "History": "frozen"}


def test_what_need_not_be_given():
    assert left_open_in(history) == {"EpochRow": {"val_metric": None}, "History": {"extended": ()}}
