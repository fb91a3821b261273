from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kerasapps.config import LoadConfig
from kerasapps.data.images.decode import decode_image
from kerasapps.errors import DataError
from tests.data.batches import IMAGES, LABELS, Batches
from tests.data.loading import load_images
from tests.data.pictures import write_picture

EXPECTED = {image.tobytes(): str(label) for image, label in zip(IMAGES, LABELS, strict=True)}
OPTIONS: dict[str, Any] = {"config": LoadConfig(), "seed": 0}


def content(data: Any, work: Path) -> dict[bytes, str]:
    splits = load_images(data, work_dir=work, **OPTIONS)
    return {
        decode_image(path, 3).tobytes(): splits.labels[label]
        for part in (splits.train, splits.validation, splits.test)
        for path, label in zip(part.paths, part.labels, strict=True)
    }


def test_pictures_from_generators_and_lists_of_pairs(work: Path, tmp_path: Path) -> None:
    pairs = list(zip(IMAGES, LABELS, strict=True))
    batches = [(IMAGES[place : place + 7], LABELS[place : place + 7]) for place in range(0, 24, 7)]
    files = [(write_picture(tmp_path / f"{n}.png", n), label) for n, label in enumerate(LABELS)]
    images = [(Image.fromarray(image), label) for image, label in pairs]
    for data in (
        pairs,
        (each for each in pairs),
        iter(batches),
        images,
        iter(files),
        zip(IMAGES, LABELS, strict=True),
    ):
        assert content(data, work) == EXPECTED


def test_keras_data_sets_are_read_once_and_name_their_classes(work: Path) -> None:
    assert content(Batches(LABELS), work) == EXPECTED
    named = {image: ("no", "yes")[int(label)] for image, label in EXPECTED.items()}
    assert content(Batches(LABELS, class_names=["no", "yes"]), work) == named
    assert content(Batches(LABELS, class_indices={"yes": 1, "no": 0}), work) == named
    assert content(Batches(LABELS[:, None], class_names=["no", "yes"]), work) == named
    assert content(Batches(np.eye(2)[LABELS], class_names=["no", "yes"]), work) == named
    assert content(Batches(LABELS.astype(np.float32), class_names=["no", "yes"]), work) == named
    with pytest.raises(DataError, match="picture 1: label 1 is none of the 1 classes only"):
        content(Batches(LABELS, class_names=["only"]), work)


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (iter([]), "the list_iterator is empty"),
        (iter([(IMAGES[0], 1, 2)]), "element 0 of the list_iterator is a tuple of 3 values"),
        (iter([(IMAGES[0], 1), IMAGES[1]]), "element 1 of the list_iterator is a ndarray"),
        (iter([(IMAGES[:2], [1])]), "a batch has 2 pictures, and labels (1,)"),
        (iter([(IMAGES[0], np.eye(2))]), "picture 0: a label has shape (2, 2)"),
        (iter([(IMAGES[0].T, 1)]), "picture 0 has shape"),
        (iter([("gone.png", 1)]), "cannot read gone.png"),
        ([(IMAGES[0] // 16, 1), (IMAGES[1] // 16, 0)], "the pictures have values from 0 to 15"),
        (itertools.cycle(zip(IMAGES, LABELS, strict=True)), "repeats its 24 examples"),
        (3, "cannot read pictures from a int"),
        ({"a": 1}, "cannot read pictures from a dict"),
    ],
)
def test_what_does_not_fit(data: Any, part: str, work: Path) -> None:
    with pytest.raises(DataError) as caught:
        content(data, work)
    assert part in str(caught.value)
    assert not list(work.glob("*"))
