from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerasapps.data.images.examples import PictureExamples
from kerasapps.errors import DataError
from kerasapps.preprocess.cache import cached_array, cached_file, decode_all, decode_variants
from kerasapps.preprocess.image import ImageSpec, load_image, open_image
from kerasapps.preprocess.variation import Variation
from tests.full_disk import file_limit, leave, small_disk

SPEC = ImageSpec(6, 5, 3)


@pytest.fixture
def examples(tmp_path: Path) -> PictureExamples:
    paths = []
    for number in range(70):  # more than one block of the thread pool
        noise = np.random.default_rng(number).integers(0, 256, (9, 8, 3), dtype=np.uint8)
        paths.append(tmp_path / f"{number}.bmp")
        Image.fromarray(noise).save(paths[-1])
    return PictureExamples(tuple(paths), tuple(range(70)))


def decode(
    examples: PictureExamples, folder: Path, *, spec: ImageSpec = SPEC, budget: int = 0
) -> np.ndarray:
    return decode_all(examples, spec, budget_bytes=budget, folder=folder, name="train")


def test_memory_and_disk_hold_the_same(examples: PictureExamples, tmp_path: Path) -> None:
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


def test_file_is_reused_only_for_the_same(examples: PictureExamples, tmp_path: Path) -> None:
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


def test_a_killed_run_is_done_again(examples: PictureExamples, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    whole = np.array(decode(examples, folder))
    (file,) = folder.iterdir()
    file.rename(folder / ".train-xyz.partial")
    np.testing.assert_array_equal(decode(examples, folder), whole)
    assert [path.name for path in folder.iterdir()] == [file.name]


def test_an_error_leaves_nothing(examples: PictureExamples, tmp_path: Path) -> None:
    examples.paths[40].write_bytes(b"gone bad")
    for budget in (0, 10**9):
        with pytest.raises(DataError, match=r"40\.bmp: not a picture"):
            decode(examples, tmp_path / "cache", budget=budget)
    assert not list((tmp_path / "cache").iterdir())


def variants_of(
    examples: PictureExamples, folder: Path, *, count: int = 3, budget: int = 0, seed: int = 0
) -> np.ndarray:
    return decode_variants(
        examples,
        SPEC,
        variation=Variation(resampling=True, jpeg=50, seed=seed),
        count=count,
        budget_bytes=budget,
        folder=folder,
        name="train",
    )


def test_variants_are_the_usual_pictures_and_others_of_the_same(
    examples: PictureExamples, tmp_path: Path
) -> None:
    usual, folder = decode(examples, tmp_path / "usual", budget=10**9), tmp_path / "cache"
    disk = variants_of(examples, folder)
    assert isinstance(disk, np.memmap) and disk.shape == (3, 70, 6, 5, 3)
    np.testing.assert_array_equal(disk[0], usual)
    changed = (disk[1:] != usual).any((2, 3, 4))
    assert changed.mean() > 0.9 and (disk[1] != disk[2]).any((1, 2, 3)).mean() > 0.8
    # The same picture still, whatever came of its noise.
    assert np.abs(disk[1:].mean((2, 3)) - usual.mean((1, 2))).max() < 60
    memory = variants_of(examples, tmp_path / "none", budget=disk.nbytes)
    assert not (tmp_path / "none").exists()
    np.testing.assert_array_equal(memory, disk)
    variation = Variation(resampling=True, jpeg=50, seed=0)
    picture = open_image(examples.paths[69], 3)
    np.testing.assert_array_equal(
        variation.fit(picture, SPEC, place=69, variant=2, of=3), memory[2, 69]
    )


def test_variants_of_another_seed_or_number_are_made_anew(
    examples: PictureExamples, tmp_path: Path
) -> None:
    first = np.array(variants_of(examples, tmp_path))
    (file,) = tmp_path.glob("*.npy")
    os.utime(file, ns=(1, 1))
    variants_of(examples, tmp_path)
    assert file.stat().st_mtime_ns == 1
    other = np.array(variants_of(examples, tmp_path, seed=1))
    assert (other[0] == first[0]).all() and (other[1:] != first[1:]).any()
    assert not file.exists()
    two = variants_of(examples, tmp_path, count=2, seed=1)
    np.testing.assert_array_equal(two, other[:2])


def test_progress(examples: PictureExamples, tmp_path: Path) -> None:
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


def test_without_room_nothing_is_mapped_and_nothing_is_left(
    examples: PictureExamples, tmp_path: Path
) -> None:
    with (
        file_limit(70 * 6 * 5 * 3),
        pytest.raises(OSError, match=r"File too large: 0\.0 MB are needed"),
    ):
        decode(examples, tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())
    with small_disk(tmp_path / "disk", 2**20) as disk:
        whole = np.array(decode(examples, disk / "cache"))
        next((disk / "cache").iterdir()).unlink()
        leave(disk, 4096)  # enough for the header alone
        with pytest.raises(OSError, match=r"No space left on device: .* are needed"):
            decode(examples, disk / "cache")
        assert not list((disk / "cache").iterdir())
        (disk / "filler").unlink()
        np.testing.assert_array_equal(decode(examples, disk / "cache"), whole)


def numbers(folder: Path, fill: Callable[[np.ndarray], None], **options: object) -> np.ndarray:
    """Cached int32 `(4, 3)`, 48 bytes."""
    given: dict[str, object] = {"budget_bytes": 0, "key": lambda: "k", **options}
    return cached_array((4, 3), np.int32, fill=fill, folder=folder, name="a", **given)  # type: ignore[arg-type]


def test_the_budget_is_in_bytes_and_the_key_names_the_file(tmp_path: Path) -> None:
    def fill(array: np.ndarray) -> None:
        array[:] = 7

    def never() -> str:
        raise AssertionError

    assert not isinstance(numbers(tmp_path, fill, budget_bytes=48, key=never), np.memmap)
    assert isinstance(numbers(tmp_path, fill, budget_bytes=47), np.memmap)
    assert [each.name for each in tmp_path.iterdir()] == ["a-k.npy"]


def test_only_stale_files_of_the_same_name_and_suffix_go(tmp_path: Path) -> None:
    for name in ("a-old.npy", "b-old.npy", "a-old.ids", ".a-x.partial", ".b-x.partial"):
        (tmp_path / name).touch()
    file = cached_file(
        lambda path: None, key=lambda: "new", folder=tmp_path, name="a", suffix=".npy"
    )
    left = {"a-new.npy", "b-old.npy", "a-old.ids", ".b-x.partial"}
    assert file == tmp_path / "a-new.npy" and {each.name for each in tmp_path.iterdir()} == left


def test_two_pictures_that_change_places_are_decoded_again(
    examples: PictureExamples, tmp_path: Path
) -> None:
    first = np.array(decode(examples, tmp_path / "cache"))
    swapped = PictureExamples(
        (examples.paths[1], examples.paths[0], *examples.paths[2:]), (0,) * 70
    )
    np.testing.assert_array_equal(decode(swapped, tmp_path / "cache")[:2], first[[1, 0]])
