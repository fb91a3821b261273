"""The search's file: whole at every moment, and refused when it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kerasapps.errors import TrainingError
from kerasapps.tuning.store import Snapshot, read_snapshot, replace_text, write_snapshot

SNAPSHOT = Snapshot({"train": {"epochs": 3}}, {"trials": [1, 2.5, "ü"], "ended": []})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "work" / "search.json"
    assert read_snapshot(path) is None
    write_snapshot(path, SNAPSHOT)
    assert read_snapshot(path) == SNAPSHOT
    assert [each.name for each in path.parent.iterdir()] == ["search.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}', '{"settings": {}}', "\0\0"])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "search.json"
    path.write_text(content)
    with pytest.raises(TrainingError, match=r"search\.json cannot be read.*Delete it"):
        read_snapshot(path)


def test_the_file_of_an_earlier_release_is_read(tmp_path: Path) -> None:
    path = tmp_path / "search.json"
    path.write_text('{"format": 1, "settings": {"a": 1}, "state": {"b": "ü"}}', encoding="utf-8")
    assert read_snapshot(path) == Snapshot({"a": 1}, {"b": "ü"})
    with pytest.raises(ValueError):
        write_snapshot(path, Snapshot({}, {"figure": float("nan")}))


def test_another_versions_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "search.json"
    path.write_text(json.dumps({"format": 99, "settings": {}, "state": {}}))
    with pytest.raises(TrainingError, match="its format is 99"):
        read_snapshot(path)


def test_a_write_that_fails_leaves_the_old_state(tmp_path: Path) -> None:
    path = tmp_path / "search.json"
    write_snapshot(path, SNAPSHOT)
    (tmp_path / "search.json.partial").mkdir()  # stands in the way, like a full disk
    with pytest.raises(TrainingError, match=r"not write .*search\.json of the search: .*Make room"):
        write_snapshot(path, Snapshot({}, {}))
    assert read_snapshot(path) == SNAPSHOT


def test_text_keeps_its_line_ends(tmp_path: Path) -> None:
    replace_text(tmp_path / "a.csv", "ä,1\n")
    assert (tmp_path / "a.csv").read_bytes() == "ä,1\n".encode()
