"""Where a measured figure is written."""

from __future__ import annotations

from pathlib import Path

import pytest
import results


def test_a_new_section_stands_before_what_is_superseded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "RESULTS.md"
    file.write_text("# Figures\n\n## a\n\n1\n\n# Superseded, or not kept\n\n## b\n", "utf-8")
    monkeypatch.setattr(results, "RESULTS", file)
    text = results.record("new", [{"figure": "2|3", "n": 4}], note="idle")
    before, _, after = file.read_text("utf-8").partition("# Superseded")
    assert before.endswith(f"1\n\n{text}\n")
    assert after == ", or not kept\n\n## b\n"
    assert "| figure | n |\n|---|---|\n| 2\\|3 | 4 |\n\nidle\n" in text


def test_a_file_without_anything_superseded_grows_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "RESULTS.md"
    file.write_text("# Figures\n", "utf-8")
    monkeypatch.setattr(results, "RESULTS", file)
    text = results.record("new", [{"n": 4}])
    assert file.read_text("utf-8") == f"# Figures\n\n{text}"
