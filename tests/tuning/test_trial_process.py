"""What a trial's process says of itself: figures, reasons, last words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kerasapps.errors import TrainingError
from kerasapps.tuning.trial_process import as_figures, in_one_line, last_words


def test_figures_are_plain_floats() -> None:
    found = as_figures({"loss": np.float32(0.5), "epochs": 3})
    assert found == {"loss": 0.5, "epochs": 3.0}
    assert {type(value) for value in found.values()} == {float}
    with pytest.raises(TypeError, match=r"the trial returned \[1\], not figures by name"):
        as_figures([1])
    with pytest.raises(TypeError, match="the trial's loss is 'low', which is no number"):
        as_figures({"loss": "low"})


def test_a_reason_is_one_line() -> None:
    assert in_one_line(ValueError("\n  planted \nmore")) == "ValueError: planted"
    assert in_one_line(TrainingError("planted")) == "planted"
    assert in_one_line(KeyboardInterrupt()) == "KeyboardInterrupt"
    assert in_one_line(TrainingError("")) == "TrainingError"
    assert in_one_line(TrainingError("x" * 900)) == "x" * 300
    assert in_one_line(TrainingError("x" * 900), most=500) == "x" * 500
    assert "\x1b" not in in_one_line(TrainingError("a\x1b[2Jb"))


def test_last_words_are_the_last_line_that_says_anything(tmp_path: Path) -> None:
    log = tmp_path / "trial.log"
    assert last_words(log) == ""
    log.write_text("")
    assert last_words(log) == ""
    log.write_text("first\nlast words \n \n")
    assert last_words(log) == ": last words"
    log.write_text("x" * 9000)
    assert last_words(log) == ": " + "x" * 300
    assert last_words(log, most=5000) == ": " + "x" * 4096  # no more is read
    log.write_bytes(b"\xff\xfe evil \x1b[2J\n")
    assert "\x1b" not in last_words(log)
