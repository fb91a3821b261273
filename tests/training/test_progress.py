"""The terminal reporter: a line an epoch everywhere, a live line on a terminal only."""

from __future__ import annotations

import dataclasses
import io
import re

import pytest
from rich.console import Console

from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.training import progress
from kerasapps.training.history import EpochRow, History
from kerasapps.training.progress import Course, Moment, TerminalReporter
from tests.answers import ERRORS
from tests.values import kinds_of, left_open_in

ROW = EpochRow(1, "train", 0.001, 75.0, 0.5, 0.8, 0.6, 0.75)
MOMENT = Moment(1, "train", 30, 2.0, 0.51, 0.79, 0.25, 600.0)


def told(*, terminal, row=ROW, answer=TRANSLATIONS):
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=200)
    reporter = TerminalReporter(answer, console=console)
    reporter.begin(Course(4, 60, 0))
    reporter.update(MOMENT)
    shown = "" if reporter._bar is None else str(reporter._bar.tasks[0])
    reporter.epoch(row, best=True)
    reporter.end(History((row,), 1, "epochs", 75.0, quality="accuracy"))
    return file.getvalue(), shown


def test_elsewhere_there_is_a_line_for_each_epoch_and_the_summary():
    text, live = told(terminal=False)
    assert live == "" and "\x1b" not in text
    assert text.splitlines() == [
        "epoch 1/4  train  1 min 15 s  rate 0.001  loss 0.5000  accuracy 80.00%  "
        "validation loss 0.6000, accuracy 75.00%  best",
        "Trained 1 epoch in 1 min 15 s (stopped by: epochs). Best: epoch 1, validation accuracy "
        "75.00%, loss 0.6000.",
    ]


def test_a_terminal_sees_the_epoch_and_a_live_line():
    text, live = told(terminal=True)
    assert "epoch 1/4" in text and "75.00%" in text and "best" in text
    assert "step 30/60, 15.0 steps/s, 10 min 00 s left, loss 0.5100, accuracy 79.00%" in live


def test_a_training_that_breaks_off_leaves_no_live_line():
    console = Console(file=io.StringIO(), force_terminal=True, width=200)
    reporter = TerminalReporter(CLASSES, console=console)
    reporter.begin(Course(4, 60, 0))
    bar = reporter._bar
    reporter.close()
    assert not bar.live.is_started
    reporter.close()


def live(moment, *, course=Course(4, 60, 0)):
    """The live line: share done, what is named, and the rest of it."""
    console = Console(file=io.StringIO(), force_terminal=True, width=200)
    reporter = TerminalReporter(CLASSES, console=console)
    reporter.begin(course)
    bar, begun = reporter._bar, reporter._bar.tasks[0]
    assert bar.live.is_started and bar.live.transient and bar.live.console is reporter._console
    assert (begun.total, begun.completed, begun.fields["detail"]) == (1.0, 0, "starting")
    reporter.update(moment)
    task = bar.tasks[0]
    reporter.end(History((ROW,), 1, "epochs", 75.0, quality="accuracy"))
    assert not bar.live.is_started
    reporter.update(moment)  # late, and nothing to be redrawn
    return task.completed, task.description, task.fields["detail"]


def test_the_live_line():
    assert live(MOMENT) == (
        0.25,
        "train, epoch 1/4",
        "step 30/60, 15.0 steps/s, 10 min 00 s left, loss 0.5100, accuracy 79.00%",
    )
    unknown = dataclasses.replace(MOMENT, seconds=0.0, remaining=None)
    assert live(unknown, course=Course(None, 7, 0))[1:] == (
        "train, epoch 1",
        "step 30/7, 0.0 steps/s, loss 0.5100, accuracy 79.00%",
    )


def test_a_run_that_goes_on_says_from_where():
    for course, words in (
        (Course(4, 60, 2), "epoch 2"),
        (Course(4, 60, 2, step=7), "step 7 of 60 of epoch 3"),
        (Course(4, 60, 0, step=7), "step 7 of 60 of epoch 1"),
    ):
        file = io.StringIO()
        TerminalReporter(CLASSES, console=Console(file=file, width=200)).begin(course)
        assert file.getvalue() == f"Going on after {words}.\n"


def test_what_was_trained_before_does_not_go_on():
    file = io.StringIO()
    reporter = TerminalReporter(CLASSES, console=Console(file=file, width=200))
    reporter.begin(Course(4, 60, 1, over=True))
    reporter.end(History((ROW,), 1, "epochs", 75.0, quality="accuracy"))
    assert file.getvalue().startswith("Trained before: 1 epoch in 1 min 15 s")


def test_a_head_that_was_solved_had_no_epochs_to_stop_by():
    row = dataclasses.replace(ROW, phase="head", learning_rate=0.0)
    file = io.StringIO()
    reporter = TerminalReporter(CLASSES, console=Console(file=file, width=200))
    reporter.end(History((row,), 1, "epochs", 75.0, quality="accuracy"))
    assert file.getvalue().startswith("Solved the head in 1 min 15 s: validation accuracy 75.00%")


def test_a_judges_figure_is_named_where_there_is_one():
    text, _ = told(terminal=True, row=dataclasses.replace(ROW, val_metric=31.256))
    assert "validation loss 0.6000, accuracy 75.00%, BLEU 31.26  best\n" in text
    assert "validation accuracy 75.00%, loss 0.6000, BLEU 31.26.\n" in text
    assert "BLEU" not in told(terminal=True)[0]
    text, _ = told(terminal=False, row=dataclasses.replace(ROW, val_metric=0.51234), answer=CLASSES)
    assert "accuracy 75.00%, macro-F1 51.23%  best\n" in text


def test_an_error_is_told_as_it_is():
    row = dataclasses.replace(ROW, figure=1.25, val_figure=0.64609, val_metric=12.5)
    text, live = told(terminal=True, row=row, answer=ERRORS)
    assert "loss 0.5000  RMSE 1.25  validation loss 0.6000, RMSE 0.6461, MAE 12.5  best\n" in text
    assert "validation RMSE 0.6461, loss 0.6000, MAE 12.5.\n" in text
    assert "loss 0.5100, RMSE 0.79" in live


def test_standard_output_is_left_alone_and_no_line_is_cut(capsys):
    reporter = TerminalReporter(CLASSES)
    reporter.epoch(dataclasses.replace(ROW, val_metric=31.256), best=True)
    reporter.end(History((ROW,), 1, "epochs", 75.0, quality="accuracy"))
    captured = capsys.readouterr()
    assert captured.out == "" and len(captured.err.splitlines()) == 2
    assert captured.err.startswith("epoch 1 ") and "Trained" in captured.err


@pytest.mark.parametrize("answer", [CLASSES, TRANSLATIONS])
def test_eighty_columns_have_room_for_the_bar_and_what_counts_most(answer):
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=80, color_system=None)
    reporter = TerminalReporter(answer, console=console)
    reporter.begin(Course(200, 1500, 0))
    reporter.update(dataclasses.replace(MOMENT, epoch=123, phase="fine-tune", step=1234))
    reporter._bar.refresh()
    row = dataclasses.replace(ROW, epoch=123, phase="fine-tune", val_metric=0.51)
    reporter.epoch(row, best=True)
    reporter.end(History((row,), 123, "epochs", 75.0, quality="accuracy"))
    lines = [re.sub(r"\x1b\[[\d?;]*\w", "", line) for line in re.split("[\r\n]+", file.getvalue())]
    assert max(map(len, lines)) <= 80
    drawn = next(line for line in lines if "10 min 00 s left" in line)
    assert re.search(r"200 ━━[━╸╺ ]{8} 0:00:00", drawn) and "accuracy 79.00%" in drawn
    (epoch,) = (line for line in lines if line.startswith("epoch 123/200"))
    assert "validation loss 0.6000, accuracy 75.00%" in epoch and epoch.endswith("best")
    summary = "\n".join(lines).partition("Trained ")[2]
    assert re.search(r"\n  \S.*loss 0\.6000", summary), "it goes on indented"


def test_kinds_of_values():
    assert kinds_of(progress) == {"Course": "frozen", "Moment": "frozen"}


def test_what_need_not_be_given():
    assert left_open_in(progress) == {"Course": {"over": False, "step": 0}}
