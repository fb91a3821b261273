"""The table of files at the widths of terminals."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kerasapps.cli.output import print_table
from kerasapps.export.artifact import Artifact, ElsewhereFigures
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.workflow.judged_files import shown_files

PHONE = ElsewhereFigures("resize as on a phone", 400, 0.975, -1.25, 0.9825)
FILE = Artifact("int8", Path("m"), 123_456_789, 0.98765, -12.5, 1.0, 123.4, 156.78, 1300.1, True)
FILES = [
    dataclasses.replace(FILE, elsewhere=PHONE),
    dataclasses.replace(FILE, name="saved_model", passed=False, reason="too bad"),
]


def printed(width: int, capsys: pytest.CaptureFixture[str]) -> list[str]:
    shown = shown_files(FILES, metric=CLASSES.metric, reference=1.0)
    print_table(shown.title, shown.columns, shown.rows, spare=shown.spare, width=width)
    return capsys.readouterr().out.splitlines()


def test_eighty_columns_show_what_counts(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(80, capsys)
    assert max(map(len, lines)) <= 80 and lines[1].startswith("┏")
    (file,) = (line for line in lines if line.startswith("│ saved_model"))
    assert "98.77 %" in file and file.endswith("failed, kept │")
    assert "-12.50" in file
    assert any("│   resize as on a phone │" in line for line in lines)
    assert lines[-1].startswith("Not shown for want of room: ") and "agreement" in lines[-1]


def test_a_wide_terminal_shows_all(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(130, capsys)
    assert all(cell in "".join(lines) for cell in ("123.46 MB", "156.78 ms", "1300.1 MB"))
    assert lines[-1].startswith("└")


def test_a_narrow_one_has_a_block_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(40, capsys)
    assert "saved_model" in lines and "  verdict    failed, kept" in lines
    assert not any(line.startswith("│") for line in lines)
