"""Pictures that are no files become some, whole or not at all."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerasapps.data.images.materialise import find_pictures, picture_writer
from tests.full_disk import file_limit

NOISE = np.random.default_rng(0).integers(0, 256, (9, 8, 3), dtype=np.uint8)


def encoded(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(NOISE).save(buffer, kind)
    return buffer.getvalue()


def write(folder: Path, *labels: str, key: str | None = None) -> list[Path]:
    with picture_writer(folder) as writer:
        for label in labels:
            writer.add(NOISE, label, "train")
        return [entry.path for entry in writer.finish(key=key).entries]


@pytest.mark.parametrize("shape", [(9, 8), (9, 8, 1), (9, 8, 3), (9, 8, 4)])
def test_arrays_are_kept_to_the_pixel(tmp_path: Path, shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    with picture_writer(tmp_path) as writer:
        writer.add(pixels[:, ::-1], "a", None)
        (entry,) = writer.finish().entries
    assert entry.path.suffix == ".png"
    np.testing.assert_array_equal(np.asarray(Image.open(entry.path)), pixels[:, ::-1].squeeze())


def test_bytes_are_kept_as_they_are_under_the_name_of_their_kind(tmp_path: Path) -> None:
    contents = [encoded("PNG"), encoded("JPEG"), encoded("WEBP"), b"no picture"]
    with picture_writer(tmp_path / "deep" / "work") as writer:
        for number, content in enumerate(contents):
            assert writer.count == number
            writer.add(content, f"label {number}", "test" if number else None)
        entries = writer.finish().entries
    assert [each.path.read_bytes() for each in entries] == contents
    assert [each.path.name for each in entries] == [
        "00000000.png",
        "00000001.jpg",
        "00000002.webp",
        "00000003.jpg",
    ]
    assert [each.label for each in entries] == [f"label {number}" for number in range(4)]
    assert [each.split for each in entries] == [None, "test", "test", "test"]
    assert [each.origin for each in entries] == [f"example {number}" for number in range(4)]


def test_a_folder_holds_a_thousand_files(tmp_path: Path) -> None:
    with picture_writer(tmp_path) as writer:
        for _ in range(1001):
            writer.add(b"x", "a", None)
        entries = writer.finish().entries
    places = [each.path.parent.name for each in entries]
    assert places == ["00000"] * 1000 + ["00001"]


def test_the_same_pictures_in_any_order_are_found_again_and_others_are_not(
    tmp_path: Path,
) -> None:
    first = write(tmp_path, "a", "b")
    assert write(tmp_path, "b", "a") == first
    assert len(list(tmp_path.iterdir())) == 1
    others = [("a", "c"), ("a",), ("a", "b", "b")]
    found = [write(tmp_path, *labels)[0].parents[1] for labels in others]
    with picture_writer(tmp_path) as writer:
        writer.add(NOISE, "a", "test")
        writer.add(NOISE, "b", "train")
        found.append(writer.finish().entries[0].path.parents[1])
    assert len({first[0].parents[1], *found}) == 5
    assert len(list(tmp_path.iterdir())) == 5


def test_a_source_with_a_key_is_found_by_it(tmp_path: Path) -> None:
    assert find_pictures(tmp_path, "mnist:1") is None
    paths = write(tmp_path, "a", "b", key="mnist:1")
    listing = find_pictures(tmp_path, "mnist:1")
    assert listing is not None and [each.path for each in listing.entries] == paths
    assert find_pictures(tmp_path, "mnist:2") is None
    paths[1].unlink()
    assert find_pictures(tmp_path, "mnist:1") is None
    assert write(tmp_path, "a", "b", key="mnist:1") == paths and paths[1].exists()


def test_what_a_kill_left_and_what_fails_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".pictures-x.partial" / "00000").mkdir(parents=True)
    with pytest.raises(KeyError), picture_writer(tmp_path) as writer:
        writer.add(NOISE, "a", None)
        (scratch,) = tmp_path.glob(".pictures-*.partial")  # by which a kill's is known
        assert list(tmp_path.iterdir()) == [scratch]
        raise KeyError
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("limit", [10, 300])
def test_without_room_nothing_is_left(tmp_path: Path, limit: int) -> None:
    with (
        file_limit(limit),
        pytest.raises(OSError, match="File too large"),
        picture_writer(tmp_path) as writer,
    ):
        for number in range(40):
            writer.add(b"x" * 50, str(number), None)  # the first of them, or the list of all
        writer.finish()
    assert not list(tmp_path.iterdir())


def test_the_index_says_where_each_picture_lies(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "a")
    assert json.loads((path.parents[1] / "index.json").read_text()) == [
        {"file": "00000/00000000.png", "label": "a", "split": "train"}
    ]
