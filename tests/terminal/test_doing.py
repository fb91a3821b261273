"""What takes its time says so: a live line on a terminal, a line a step elsewhere."""

from __future__ import annotations

import re

import pytest

from kerasapps.terminal.doing import OutOfTimeError, Progress, doing, duration, within
from tests.on_a_terminal import on_a_terminal, screen

WORK = """
import os, time
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell, write_line
with doing("Reading flowers") as far:
    far("3 of 8")
    time.sleep(0.5)
    tell("between")
    write_line("and this")
    quiet = os.open(os.devnull, os.O_WRONLY)
    kept = os.dup(2)
    os.dup2(quiet, 2)
    time.sleep(0.9)
    os.dup2(kept, 2)
    with doing("Deeper", lasting=False):
        time.sleep(0.5)
write_line("after")
"""


def test_a_terminal_has_a_live_line_and_afterwards_the_time_that_it_took():
    written = on_a_terminal("-c", WORK)
    assert re.search(r"\rReading flowers … 3 of 8, 0\.[2-6] s", written)
    assert re.search(r"\rReading flowers … 3 of 8, 1\.[0-3] s", written)  # though it led elsewhere
    assert re.search(r"\rDeeper … 0\.[2-6] s", written)
    between, this, done, after = screen(written)
    assert (between, this, after) == ("between", "and this", "after")
    assert re.fullmatch(r"Reading flowers … [12]\.\d s", done)


def test_no_line_is_wider_than_the_terminal():
    code = (
        "import time\nfrom kerasapps.terminal.doing import doing\n"
        "from kerasapps.terminal.streams import tell\n"
        "with doing('Reading ' + 'flowers ' * 9, lasting=False):\n    time.sleep(0.3)\n"
        "tell('one two ' * 9 + 'threefour')\n"
    )
    written = on_a_terminal("-c", code, columns=40)
    drawn = re.findall(r"\r(Reading[^\r\x1b]*)\x1b\[K", written)
    assert drawn and all(len(line) < 40 and re.search(r"… 0\.\d s$", line) for line in drawn)
    told = screen(written)
    assert max(map(len, told)) <= 40 and len(told) == 3
    assert " ".join(told).split() == ["one", "two"] * 9 + ["threefour"]


def test_elsewhere_a_step_is_one_line_at_its_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    with doing("Reading flowers") as far:
        assert capsys.readouterr() == ("", "Reading flowers …\n")
        far("3 of 8")
        with doing("Looking", lasting=False):
            pass
    assert capsys.readouterr() == ("", "")


def test_a_step_that_fails_leaves_no_line_of_its_end():
    code = (
        "from kerasapps.terminal.doing import doing\ntry:\n    with doing('Reading'): 1 / 0\n"
        "except ZeroDivisionError: print('caught')"
    )
    assert screen(on_a_terminal("-c", code)) == ["caught"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.0 s"),
        (8.44, "8.4 s"),
        (59.94, "59.9 s"),
        (59.97, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3599.4, "59 min 59 s"),
        (3600, "1 h 00 min"),
        (7800, "2 h 10 min"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


PROGRESS = """
import time
from kerasapps.terminal import doing as module
module._TOLD_AFTER, module._REDRAWN = 0.1, 0.02
with module.doing("Reading flowers", lasting=False):
    told = module.Progress("pictures")
    for number in module.told_far(range(1001), "files listed"):
        pass
    time.sleep(0.2)
    told(4000, 0.5)
    time.sleep(0.1)
    told(5000)  # a mere count, which says less
    time.sleep(0.1)
    module.Progress("pictures", 8)(2)
    time.sleep(0.1)
"""


def test_the_time_left_is_told_where_it_is_known() -> None:
    written = on_a_terminal("-c", PROGRESS)
    for line in (
        r"1,000 files listed, 0\.\d s",
        r"4,000 pictures \(50%\), 0\.[2-4] s left, 0\.\d s",
        r"2 of 8 pictures, 0\.\d s",
    ):
        assert re.search(rf"\rReading flowers … {line}", written), line
    assert "5,000" not in written


def test_progress_without_a_terminal_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with doing("Reading flowers"):
        capsys.readouterr()
        Progress("pictures", 8)(2)
    Progress("pictures", 8)(2)
    assert capsys.readouterr() == ("", "")


def test_what_may_take_so_long_ends_where_it_tells_how_far_it_is() -> None:
    told = Progress("pictures", 8)
    with within(60):
        told(1)
        with pytest.raises(OutOfTimeError), within(-1):
            told(2)
        told(3)
        with pytest.raises(OutOfTimeError), within(-1), within(60):  # the shorter one holds
            told(4)
    told(5)
