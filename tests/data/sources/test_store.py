from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kerasapps.data.sources.store import TextStore, TextStoreWriter
from tests.full_disk import file_limit

TEXTS = ["plain", "", "zwölf Boxkämpfer", "two\nlines\0and a null", "日本語 🙂"]


def store(folder: Path, texts: list[str]) -> TextStore:
    with TextStoreWriter(folder) as writer:
        for text in texts:
            writer.append(text.encode("utf-8"))
        return writer.finish()


def test_texts_come_back_as_they_were(tmp_path: Path) -> None:
    texts = store(tmp_path, TEXTS)
    assert list(texts) == TEXTS and len(texts) == 5
    assert texts[-1] == TEXTS[-1] and list(texts[1:4]) == TEXTS[1:4]
    assert list(TextStore(tmp_path)) == TEXTS
    assert list(store(tmp_path / "none", [])) == []
    assert list(store(tmp_path / "empty", ["", ""])) == ["", ""]
    with pytest.raises(IndexError):
        texts[5]


def test_a_selection_of_a_selection(tmp_path: Path) -> None:
    chosen = store(tmp_path, TEXTS).select(np.array([4, 2, 0]))
    assert list(chosen) == [TEXTS[4], TEXTS[2], TEXTS[0]]
    assert list(chosen.select(np.array([2, 0]))) == [TEXTS[0], TEXTS[4]]
    assert list(chosen[::-1]) == [TEXTS[0], TEXTS[2], TEXTS[4]]


def test_an_unfinished_store_leaves_the_earlier_one(tmp_path: Path) -> None:
    earlier = store(tmp_path, TEXTS)
    with pytest.raises(RuntimeError), TextStoreWriter(tmp_path) as writer:
        writer.append(b"new")
        raise RuntimeError
    assert list(TextStore(tmp_path)) == TEXTS
    assert len(list(tmp_path.iterdir())) == 2
    assert list(store(tmp_path, ["new"])) == ["new"]
    assert list(earlier) == TEXTS  # whoever reads the earlier one goes on reading it


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="limits memory as Linux does")
def test_memory_stays_flat_over_a_large_file(tmp_path: Path) -> None:
    """50 MB of texts are loaded and read by a process that may take 24 MB more than it has."""
    filler = "manylongwordsofalongreview " * 300
    with (tmp_path / "large.csv").open("w", encoding="utf-8") as file:
        file.write("text,label\n")
        file.writelines(f"{number} {filler},{number % 2}\n" for number in range(6300))
    assert (tmp_path / "large.csv").stat().st_size > 50_000_000
    code = (
        "import resource, re; from pathlib import Path; from kerasapps.config import *\n"
        "from kerasapps.data.examine import load_splits; from kerasapps.data.texts import steps\n"
        "used = 1024 * int(re.search(r'VmData:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (used + 24_000_000,) * 2)\n"
        "splits = load_splits(steps, 'large.csv', options=TextConfig(), config=LoadConfig(), "
        "seed=0, work_dir=Path('work'))\n"
        "print(sum(len(text) for text in splits.train.texts))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=tmp_path,
    )
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) > 35_000_000


@pytest.mark.parametrize(("texts", "length"), [(1, 5000), (900, 1), (1500, 0)])
def test_without_room_the_earlier_store_stays_alone(
    tmp_path: Path, texts: int, length: int
) -> None:
    store(tmp_path, TEXTS)
    with file_limit(4096), pytest.raises(OSError, match="File too large"):
        store(tmp_path, ["x" * length] * texts)  # the texts, or where they begin
    assert list(TextStore(tmp_path)) == TEXTS
    assert {each.name for each in tmp_path.iterdir()} == {"texts.utf8", "offsets.npy"}


def test_what_a_killed_writer_left_goes(tmp_path: Path) -> None:
    (tmp_path / ".partial-x").touch()
    (tmp_path / ".partial-x.npy").touch()
    store(tmp_path, TEXTS)
    assert {each.name for each in tmp_path.iterdir()} == {"texts.utf8", "offsets.npy"}
