"""How silences are measured: what is seen of a process on a terminal, and when."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import psutil
import pytest
import silences
from silences import Change, Watch

from tests.on_a_terminal import started

WORK = r"""
import sys, time
def say(text, seconds):
    sys.stdout.write(text)
    sys.stdout.flush()
    time.sleep(seconds)
say("\r\x1b[1mReading\x1b[0m \u2026\x1b[K", 0.2)
for _ in range(5):
    say("\rThe same\x1b[K", 0.1)
say("\rDone\n", 0.0)
"""


def test_what_is_drawn_again_as_it_was_is_silence(tmp_path: Path) -> None:
    watch = Watch(time.monotonic())
    with started([sys.executable, "-S", "-c", WORK], columns=40) as (process, terminal):
        silences.look(terminal, psutil.Process(process.pid), watch)
        watch.status, watch.ended = process.wait(), time.monotonic()
    # A busy machine may see two lines at once; what is drawn again is seen once in any case.
    assert [change.line for change in watch.changes][-2:] == ["The same", "Done"]
    assert len(watch.changes) <= 3
    before, after = watch.longest
    assert (before.line, after.line) == ("The same", "Done")
    assert after.time - before.time >= 0.4  # five tenths, less what the first was seen late
    assert watch.status == 0
    silences.write_cast(tmp_path / "casts", "check", 40, watch)
    head, *pieces = map(json.loads, (tmp_path / "casts/check-40.cast").read_text().splitlines())
    assert head["width"] == 40 and head["title"].startswith("kerasapps check ")
    assert "".join(text for _, _, text in pieces).count("The same") == 5


@pytest.mark.parametrize(
    ("times", "ended", "passes"),
    [
        ((0.5, 2.0, 3.5), 3.6, True),
        ((1.5, 2.0), 2.1, False),  # the first line
        ((0.5, 3.0), 3.1, False),
        ((0.5, 1.0), 3.5, False),  # the exit
        ((), 0.5, True),  # it had nothing to say, and was quick
    ],
)
def test_what_passes(times: tuple[float, ...], ended: float, passes: bool) -> None:
    watch = Watch(10.0, [Change(10 + at, 0.0) for at in times], ended=10 + ended, status=0)
    assert watch.passes is passes
    assert not Watch(10.0, watch.changes, ended=watch.ended, status=1).passes
    assert silences.row("check", 80, watch)["passes"] == ("yes" if passes else "no")
