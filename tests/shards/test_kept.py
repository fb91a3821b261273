"""Open shards are kept, and never those of a file that changed."""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kerasapps.errors import DataError
from kerasapps.shards import FORMATS
from kerasapps.shards.kept import Bytes, Kept
from tests.shards.shards_made import NAMES, make_shard


def test_a_file_is_opened_once_and_again_when_it_changed(tmp_path: Path) -> None:
    opened: list[Path] = []

    def open_file(file: Path) -> bytes:
        opened.append(file)
        return file.read_bytes()

    files = [tmp_path / str(number) for number in range(4)]
    for file in files:
        file.write_bytes(b"old")
    kept = Kept(open_file, most=3)
    assert [kept.get(file) for file in files[:3] * 2] == [b"old"] * 6
    assert opened == files[:3]
    files[1].write_bytes(b"newer")
    assert kept.get(files[1]) == b"newer"
    kept.get(files[3])
    kept.get(files[3])
    kept.get(files[0])  # left out, as it was used longest ago
    assert opened == [*files[:3], files[1], files[3], files[0]]
    with pytest.raises(DataError, match="gone: cannot be read: No such file"):
        kept.get(tmp_path / "gone")


def test_what_was_used_last_stays_and_nothing_is_kept_for_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    kept = Kept(lambda file: opened.append(file.name), most=2)
    for name in "abc":
        (tmp_path / name).write_bytes(b"old")
    for name in "abacab":
        kept.get(tmp_path / name)
    assert opened == ["a", "b", "c", "b"]
    (tmp_path / "b").write_bytes(b"new")
    os.utime(tmp_path / "b", ns=(1, 1))  # of the same size
    kept.get(tmp_path / "b")
    monkeypatch.setattr(os, "getpid", lambda: -1)  # one that was forked
    kept.get(tmp_path / "b")
    assert opened[4:] == ["b", "b"]


@pytest.mark.parametrize("name", NAMES)
def test_threads_read_at_random_what_was_written(tmp_path: Path, name: str) -> None:
    draw = random.Random(0)
    contents = [draw.randbytes(draw.randrange(200)) for _ in range(40)]
    places = make_shard(tmp_path / "a", [{"x": each} for each in contents], name=name)
    order = [draw.randrange(40) for _ in range(200)]
    with ThreadPoolExecutor(8) as pool:
        read = pool.map(lambda n: FORMATS[name].content(tmp_path / "a", *places[n], "x"), order)
        assert list(read) == [contents[number] for number in order]


def test_bytes_past_the_end_are_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert Bytes(tmp_path / "a").read(1, 5) == b"bc"
    assert Bytes(tmp_path / "a").size == 3
