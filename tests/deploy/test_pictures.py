from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kerasapps.deploy.pictures import split_pictures
from kerasapps.errors import DataError
from tests.data.images.test_values import Tensor
from tests.data.pictures import pixels, write_picture

BATCH = np.stack([pixels(number, size=(9, 8)) for number in range(5)])


def listed(inputs: Any) -> list[list[Any]]:
    return [np.asarray(each).tolist() for each in split_pictures(inputs)]


@pytest.mark.parametrize("kind", ["array", "tensor", "list", "tuple", "generator", "floats", "PIL"])
def test_batches_of_any_form_are_the_same_pictures(kind: str) -> None:
    given: Any = {
        "array": BATCH,
        "tensor": Tensor(BATCH),
        "list": list(BATCH),
        "tuple": tuple(BATCH),
        "generator": (each for each in BATCH),
        "floats": BATCH.astype(np.float32) / 255,
        "PIL": [Image.fromarray(each) for each in BATCH],
    }[kind]
    assert listed(given) == BATCH.tolist()


def test_one_picture_of_any_form(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", 1)
    encoded = path.read_bytes()
    assert split_pictures(path) == split_pictures(str(path)) == [path]
    for form in (encoded, bytearray(encoded), io.BytesIO(encoded)):
        assert split_pictures(form) == [encoded]
    assert listed(Image.open(path)) == [pixels(1).tolist()]
    for shape in ((8, 9), (8, 9, 1), (8, 9, 3), (8, 9, 4), (3, 9, 3), (1, 1, 1)):
        assert [each.shape for each in split_pictures(np.full(shape, 9, np.uint8))] == [shape]
    assert split_pictures(np.array([str(path), str(path)])) == [path, path]
    assert split_pictures([]) == []


@pytest.mark.parametrize(
    ("shape", "count", "each"),
    [
        ((5, 8, 9), 5, (8, 9)),
        ((2, 8, 9), 2, (8, 9)),
        ((1, 8, 9), 1, (8, 9)),
        ((3, 8, 9, 3), 3, (8, 9, 3)),
        ((1, 8, 9, 4), 1, (8, 9, 4)),
    ],
)
def test_arrays_that_are_batches(shape: Any, count: int, each: Any) -> None:
    assert [one.shape for one in split_pictures(np.full(shape, 9, np.uint8))] == [each] * count


@pytest.mark.parametrize(
    ("inputs", "part"),
    [
        (np.zeros((9, 8, 2), np.uint8), "may be a picture of two channels, which none has here"),
        (np.zeros((3, 32, 32), np.uint8), "may be 3 grey pictures, or one whose channels come fi"),
        (np.zeros((4, 32, 32), np.uint8), "may be 4 grey pictures"),
        (np.zeros((2, 3, 32, 32), np.uint8), "picture 0 has shape (3, 32, 32)"),
        (np.zeros((1, 3, 32, 32), np.uint8), "numpy.moveaxis(pictures, 1, -1)"),
        (np.zeros((2, 2, 3, 8, 8), np.uint8), "the picture has shape (2, 2, 3, 8, 8)"),
        (np.zeros(3, np.uint8), "the picture has shape (3,)"),
        ([[1, 2], [3, 4]], "picture 0 is a list: make an array of it"),
        ({"a": 1}, "got dict"),
        (3, "got int"),
        (None, "got NoneType"),
        ("https://a.org/b.png", "is a URL: download"),
        ([np.ones((4, 4)), np.full((4, 4), 1.1)], "picture 1 has values from 0 to 1.1"),
        (
            np.eye(4, dtype=np.uint8),
            "the picture has no values but 0 and 1: bring",
        ),
        ([np.eye(4, dtype=int), np.zeros((4, 4), "u1")], "every picture has no values but 0 and"),
        (np.full((4, 4), 300, np.uint16), "the picture: 16-bit samples that reach only 300"),
    ],
)
def test_what_is_no_picture_or_two_things(inputs: Any, part: str) -> None:
    with pytest.raises(DataError) as caught:
        split_pictures(inputs)
    assert part in str(caught.value)


def test_masks_and_dark_pictures() -> None:
    mask = np.eye(2, dtype=bool)
    assert listed(mask) == listed(mask.astype(float)) == [[[255, 0], [0, 255]]]
    for dark in (np.zeros((2, 2), np.uint8), np.full((2, 2), 2, np.uint8)):
        assert listed(dark) == [dark.tolist()]
    assert listed([np.eye(2, dtype=np.uint8), np.full((2, 2), 9, np.uint8)])[0] == [[1, 0], [0, 1]]


def test_one_scale_for_all_pictures_of_a_call() -> None:
    dark, light = np.full((2, 5), 1.0), np.full((2, 5), 200.0)
    assert listed([dark, light]) == [np.ones((2, 5)).tolist(), light.tolist()]
    assert listed(np.stack([dark, light])) == [np.ones((2, 5)).tolist(), light.tolist()]
    assert listed(dark) == [np.full((2, 5), 255).tolist()]
