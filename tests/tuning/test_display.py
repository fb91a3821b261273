"""What a search shows: lines elsewhere, a live table on a terminal."""

from __future__ import annotations

import dataclasses
import io
import re
import subprocess
import sys
from pathlib import Path

import keras_tuner
import pytest
from rich.console import Console

from kerasapps.config import TuneConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.tuning.display import TerminalDisplay, _standard_error
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.wording import values_text

OBJECTIVE = Objective("val_accuracy", "max", answer=CLASSES)
LIMITED = Objective("int8_accuracy", "max", mode="int8", max_size_mb=2.0, answer=CLASSES)


def done(number: int, accuracy: float, **values: object) -> TrialRecord:
    return TrialRecord(number, values, "done", {"val_accuracy": accuracy}, (), 4.21)


DEFAULT = done(0, 0.9, width=1.0, learning_rate=1e-3)
BETTER = done(1, 0.95, width=2.0, learning_rate=1e-3)
FAILED = TrialRecord(2, {"width": 0.5}, "failed", reason="killed, most likely out of memory")
STOPPED = TrialRecord(3, {"width": 0.5}, "stopped", {"val_accuracy": 0.4}, reason="hopeless")
RUNNING = TrialRecord(4, {"width": 3.0}, curve=((1, 0.5), (2, 0.625)), worker="local-1")


def board(*records: TrialRecord, objective: Objective = OBJECTIVE, ending: str = "") -> Leaderboard:
    return Leaderboard(objective, records, ending)


def space() -> keras_tuner.HyperParameters:
    cells = keras_tuner.HyperParameters()
    cells.Choice("width", [0.5, 1.0, 2.0], default=1.0)
    return cells


def display(
    *, terminal: bool = False, csv: Path | None = None
) -> tuple[TerminalDisplay, io.StringIO]:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=150, highlight=False)
    return TerminalDisplay(console, csv=csv), file


def test_elsewhere_each_trial_that_ends_is_a_line(tmp_path: Path) -> None:
    shown, file = display(csv=tmp_path / "leaderboard.csv")
    shown.begin(space(), TuneConfig(trials=5))
    shown.update(board(RUNNING))
    shown.update(board(DEFAULT))
    shown.update(board(DEFAULT, BETTER))
    shown.update(board(DEFAULT, BETTER))
    shown.update(board(DEFAULT, BETTER, FAILED, STOPPED))
    text = file.getvalue()
    lines = [line for line in text.splitlines() if line.startswith("trial ")]
    assert lines == [
        "trial 0  val_accuracy 90.00 %, best so far  4.21 s  (the options as they are)",
        "trial 1  val_accuracy 95.00 %, best so far  4.21 s  (width 2)",
        "trial 2  failed: killed, most likely out of memory  0.00 s  (width 0.5)",
        "trial 3  ended early: hopeless, val_accuracy 40.00 %  0.00 s  (width 0.5)",
    ]
    assert "up to 5 trials" in text and "0.5, 1, 2" in text
    assert "\x1b" not in text


def test_nothing_that_is_shown_commands_the_terminal() -> None:
    evil = "\x1b]0;owned\x07"
    bad = TrialRecord(1, {"model": evil}, "failed", worker=evil, reason=f"{evil}\nand more")
    good = TrialRecord(2, {"model": evil}, "done", {"val_accuracy": 0.5}, worker=evil)
    running = TrialRecord(3, {"model": evil}, worker=evil)
    for terminal in (False, True):
        shown, file = display(terminal=terminal)
        with shown:
            shown.begin(space(), TuneConfig(trials=5))
            shown.update(board(DEFAULT))
            shown.update(board(DEFAULT, bad, good, running))
            shown.end(board(DEFAULT, bad, good, running))
        assert r"failed: \x1b]0;owned\x07\nand more" in file.getvalue()
        assert "\x1b]" not in file.getvalue() and "\x07" not in file.getvalue()


def test_the_end_ranks_the_trials_and_names_the_file(tmp_path: Path) -> None:
    shown, file = display(csv=tmp_path / "leaderboard.csv")
    shown.begin(space(), TuneConfig(trials=4))
    shown.end(board(DEFAULT, BETTER, FAILED, ending="the space is used up"))
    text = file.getvalue()
    assert "3 of 4 trials, 1 failed; best: trial 1, val_accuracy 95.00 %" in text
    assert "(the space is used up)" in text
    rows = [re.findall(r"[^\s│┃]+", line) for line in text.splitlines() if line.startswith("│")]
    assert rows == [
        ["1", "1", "95.00", "%", "4.21", "s", "width", "2"],
        ["2", "0", "90.00", "%", "4.21", "s", "the", "options", "as", "they", "are"],
    ]
    assert text.endswith(f"Leaderboard: {tmp_path / 'leaderboard.csv'}\n")


def test_without_a_trial_of_use_the_end_is_one_line() -> None:
    shown, file = display()
    shown.begin(space(), TuneConfig(trials=1))
    shown.update(board(FAILED))  # of before
    began = len(file.getvalue())
    shown.end(board(FAILED, ending="its one trial has ended"))
    told = file.getvalue()[began:].splitlines()
    assert len(told) == 1 and re.fullmatch(r"1 of 1 trial, 1 failed, in 0:00:0\d", told[0])


def test_where_no_terminal_is_lines_are_wide_and_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    console = _standard_error()
    assert console.stderr and not console.is_terminal and console.width == 140
    with console.capture() as captured:
        console.print("trial 3, 0.5 and 'a'")
    assert captured.get() == "trial 3, 0.5 and 'a'\n"
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes it for a terminal
    monkeypatch.setenv("TERM", "xterm-256color")
    console = _standard_error()
    assert console.is_terminal and console.width == 40 and not console._highlight


def test_a_search_that_goes_on_does_not_repeat_what_was_told() -> None:
    shown, file = display()
    shown.begin(space(), TuneConfig(trials=5))
    shown.update(board(DEFAULT))
    shown.update(board(DEFAULT, FAILED))
    lines = file.getvalue().splitlines()
    assert any(line.startswith("Going on: 1 of 5 trials; best") for line in lines)
    assert [line[:7] for line in lines if line.startswith("trial ")] == ["trial 2"]


def test_a_trial_over_the_limit_is_told_by_how_much() -> None:
    figures = {"int8_accuracy": 0.97, "int8_size_mb": 3.2}
    fits = {"int8_accuracy": 0.91, "int8_size_mb": 1.5}
    shown, file = display()
    shown.begin(space(), TuneConfig(trials=2))
    shown.end(
        board(
            TrialRecord(0, {"width": 2.0}, "done", figures),
            TrialRecord(1, {"width": 1.0}, "done", fits),
            objective=LIMITED,
        )
    )
    text = file.getvalue()
    assert "best: trial 1, int8_accuracy 91.00 %" in text
    assert "1.50 MB" in text and "3.20 MB" not in text.partition("rank")[2]


def test_the_ten_best_close_a_search_with_the_figures_that_are_limited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    objective = Objective(
        "int8_size_mb", "min", mode="int8", max_size_mb=2.0, max_latency_ms=9.0, answer=CLASSES
    )
    records = [
        TrialRecord(
            number,
            {"width": 1.0 + number},
            "done",
            {"int8_size_mb": 1.0 + number / 100, "int8_latency_ms": 5.0, "val_accuracy": 0.5},
            (),
            2.5,
        )
        for number in range(12)
    ]
    now = 1000.0
    monkeypatch.setattr("kerasapps.tuning.display.time.monotonic", lambda: now)
    shown, file = display()
    shown.begin(space(), TuneConfig(trials=12))
    now += 3700.6
    shown.end(board(*records, objective=objective))
    text = file.getvalue()
    assert "12 of 12 trials; best: trial 0, int8_size_mb 1.00 MB, in 1:01:41\n" in text
    (head,) = (line for line in text.splitlines() if line.startswith("┃"))
    names = ["rank", "trial", "int8_size_mb", "int8_latency_ms", "time", "options"]
    assert re.findall(r"[^\s┃]+", head) == names
    rows = [re.findall(r"[^│]+", line) for line in text.splitlines() if line.startswith("│")]
    cells = [[cell.strip() for cell in row] for row in rows]
    assert len(cells) == 10
    assert cells[1] == ["2", "1", "1.01 MB", "5.00 ms", "2.50 s", "width 2"]
    assert rows[1][0].endswith("   2 ")  # figures stand on the right


def test_a_trial_without_an_epoch_yet_shows_dashes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("kerasapps.tuning.display.time.monotonic", lambda: now)
    shown, _ = display(terminal=True)
    shown.begin(space(), TuneConfig(trials=5))
    now += 61.9
    waiting = TrialRecord(0, {"width": 1.0}, worker="local-2")
    shown.update(board(waiting, dataclasses.replace(waiting, number=1, worker="local-1")))
    console = Console(file=io.StringIO(), width=150)
    with console.capture() as captured:
        console.print(shown._drawn())
    shown._stop()
    head, *lines = captured.get().splitlines()
    assert head == "0:01:01  0 of 5 trials" and shown._live is None
    rows = [re.findall(r"[^│┃]+", line) for line in lines if line[0] in "│┃"]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["running", "worker", "epoch", "val_accuracy", "options"],
        ["0", "local-2", "–", "–", "the options as they are"],
        ["1", "local-1", "–", "–", "as trial 0"],
    ]


def test_a_terminal_sees_what_runs_and_is_given_back() -> None:
    shown, file = display(terminal=True)
    with pytest.raises(RuntimeError, match="worker"), shown:
        shown.begin(space(), TuneConfig(trials=5))
        shown.update(board(DEFAULT, RUNNING))
        assert shown._live is not None
        shown._live.refresh()
        raise RuntimeError("no worker answers")
    text = file.getvalue()
    running = next(line for line in text.splitlines() if "62.50" in line)
    assert re.findall(r"[^\s│]+", running) == ["4", "2", "62.50", "%", "width", "3"]
    assert "1 of 5 trials; best: trial 0, val_accuracy 90.00 %" in text
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1, "the cursor is shown again"


def test_a_terminal_sees_the_five_best_so_far() -> None:
    shown, _ = display(terminal=True)
    shown.begin(space(), TuneConfig(trials=9))
    shown.update(board(*(done(number, 0.5 + number / 100) for number in range(7))))
    console = Console(file=io.StringIO(), width=150)
    with console.capture() as captured:
        console.print(shown._drawn())
    shown._stop()
    head, *lines = captured.get().splitlines()
    assert re.match(r"0:00:\d\d  7 of 9 trials; best: trial 6, val_accuracy 56.00 %", head)
    rows = [re.findall(r"[^\s│]+", line)[:3] for line in lines if line.startswith("│")]
    assert rows == [[str(rank), str(7 - rank), f"{57 - rank}.00"] for rank in range(1, 6)]


def test_before_any_trial_a_terminal_sees_that_it_starts() -> None:
    shown, file = display(terminal=True)
    with shown:
        shown.begin(space(), TuneConfig())
    assert "starting" in file.getvalue()


def test_standard_output_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with TerminalDisplay() as shown:
        shown.begin(space(), TuneConfig(trials=1))
        shown.update(board())
        shown.end(board(DEFAULT))
    captured = capsys.readouterr()
    assert captured.out == "" and "trial 0" in captured.err
    assert "the options as they are │" in captured.err, "not folded as on a narrow terminal"


def test_a_narrow_screen_folds_the_options_and_nothing_else() -> None:
    file = io.StringIO()
    shown = TerminalDisplay(Console(file=file, width=50, highlight=False))
    shown.begin(space(), TuneConfig(trials=2))
    shown.end(board(DEFAULT, done(1, 0.95, **{f"many_{index}": index for index in range(9)})))
    table = [line for line in file.getvalue().splitlines() if line.startswith("│")]
    assert max(map(len, table)) <= 50 and len(table) > 2
    assert "95.00 %" in table[0] and "many_8" in "".join(table)


def test_text_from_outside_is_no_markup() -> None:
    shown, file = display()
    shown.begin(space(), TuneConfig(trials=1))
    shown.update(board())
    shown.update(
        board(TrialRecord(0, {"model": "[red]x"}, "failed", reason="no [bold] layer [/x]"))
    )
    assert "no [bold] layer [/x]" in file.getvalue()


def test_values_are_those_that_differ_from_trial_0() -> None:
    several = {"model": "vit", "vit/width": 1.0, "vit/learning_rate": 1e-3}
    default = TrialRecord(0, {"model": "cnn", "cnn/width": 1.0, "cnn/kernel": 3})
    assert values_text(TrialRecord(1, several), default) == "model vit, learning_rate 0.001"
    assert values_text(default, default) == "the options as they are"
    assert values_text(TrialRecord(2, default.values), default) == "as trial 0"


def test_it_imports_no_tensorflow() -> None:
    code = "import kerasapps.tuning.display, sys; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
