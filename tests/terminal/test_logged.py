"""Messages in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.terminal.logged import written_to
from kerasapps.terminal.streams import tell


def test_messages_go_to_the_end_of_a_file_with_what_went_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log.txt"
    log.write_text("before\n", encoding="utf-8")
    with pytest.raises(ValueError, match="broken"), written_to(log):
        tell("within")
        raise ValueError("broken")
    text = log.read_text(encoding="utf-8")
    assert text.startswith("before\nwithin\nTraceback") and text.endswith("ValueError: broken\n")
    assert capsys.readouterr().err == ""
