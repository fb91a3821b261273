from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerasapps.data.examples import Examples
from kerasapps.errors import DataError
from kerasapps.preprocess.cache import decode_all
from kerasapps.preprocess.image import ImageSpec, load_image

SPEC = ImageSpec(6, 5, 3)


@pytest.fixture
def examples(tmp_path: Path) -> Examples:
    paths = []
    for number in range(70):  # more than one block of the thread pool
        noise = np.random.default_rng(number).integers(0, 256, (9, 8, 3), dtype=np.uint8)
        paths.append(tmp_path / f"{number}.bmp")
        Image.fromarray(noise).save(paths[-1])
    return Examples(tuple(paths), tuple(range(70)))


def decode(
    examples: Examples, folder: Path, *, spec: ImageSpec = SPEC, budget: int = 0
) -> np.ndarray:
    return decode_all(examples, spec, budget_bytes=budget, folder=folder, name="train")


def test_memory_and_disk_hold_the_same(examples: Examples, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    size = 70 * 6 * 5 * 3
    memory = decode(examples, folder, budget=size)
    assert not folder.exists() and not isinstance(memory, np.memmap)
    disk = decode(examples, folder, budget=size - 1)
    assert isinstance(disk, np.memmap) and not disk.flags.writeable
    assert disk.dtype == memory.dtype == np.uint8 and disk.shape == (70, 6, 5, 3)
    np.testing.assert_array_equal(disk, memory)
    for number in (0, 31, 32, 69):
        np.testing.assert_array_equal(memory[number], load_image(examples.paths[number], SPEC))
    assert [path.suffix for path in folder.iterdir()] == [".npy"]


def test_file_is_reused_only_for_the_same(examples: Examples, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    decode(examples, folder)
    (file,) = folder.iterdir()
    os.utime(file, ns=(1, 1))
    decode(examples, folder)
    assert file.stat().st_mtime_ns == 1
    pad = ImageSpec(8, 5, 3, "pad")
    padded = decode(examples, folder, spec=pad)
    (other,) = folder.iterdir()
    assert other != file and not padded[:, 0].any()
    Image.new("RGB", (8, 9), "red").save(examples.paths[3])
    changed = decode(examples, folder, spec=pad)
    assert changed[3, 4, 2].tolist() == [255, 0, 0]
    assert len(list(folder.iterdir())) == 1


def test_a_killed_run_is_done_again(examples: Examples, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    whole = np.array(decode(examples, folder))
    (file,) = folder.iterdir()
    file.rename(folder / ".train-xyz.partial")
    np.testing.assert_array_equal(decode(examples, folder), whole)
    assert [path.name for path in folder.iterdir()] == [file.name]


def test_an_error_leaves_nothing(examples: Examples, tmp_path: Path) -> None:
    examples.paths[40].write_bytes(b"gone bad")
    for budget in (0, 10**9):
        with pytest.raises(DataError, match=r"40\.bmp: not a picture"):
            decode(examples, tmp_path / "cache", budget=budget)
    assert not list((tmp_path / "cache").iterdir())


def test_progress(examples: Examples, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    decode_all(
        examples,
        SPEC,
        budget_bytes=10**9,
        folder=tmp_path,
        name="x",
        progress=lambda done, total: calls.append((done, total)),
    )
    assert calls == [(32, 70), (64, 70), (70, 70)]
