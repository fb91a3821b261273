"""The command line on a terminal of 80 columns, as a real process."""

from __future__ import annotations

import re
from pathlib import Path

from tests.on_a_terminal import on_a_terminal, screen


def test_check_has_a_live_line_and_breaks_no_word(shapes: Path, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(shapes)
    line = ("-m", "kerasapps", "check", "data", "--max-broken", "0.25")
    written = on_a_terminal(*line, cwd=tmp_path)
    assert written.startswith("\rLooking at the data … 0.0 s"), "before all that takes time"
    assert re.search(r"\rReading data … \d+\.\d s", written)
    lines = screen(written)
    assert re.fullmatch(r"Reading data … \d+\.\d s", lines[0])
    assert lines[-1] == "The data can be used." and max(map(len, lines)) <= 80
