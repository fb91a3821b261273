from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kerasapps.config import LoadConfig, TextConfig, TranslationConfig
from kerasapps.data.decode import decode_image
from kerasapps.data.load import load_images
from kerasapps.data.pair_load import load_pairs
from kerasapps.data.stream_labels import class_names, labels_of, plain_label
from kerasapps.data.streams import is_indexed, is_stream, pairs_of, until_repeated
from kerasapps.data.text_load import load_texts
from kerasapps.errors import DataError
from tests.data.pictures import pixels, write_picture

IMAGES = np.stack([pixels(number) for number in range(24)])
LABELS = np.arange(24) % 2
EXPECTED = {image.tobytes(): str(label) for image, label in zip(IMAGES, LABELS, strict=True)}
OPTIONS: dict[str, Any] = {"config": LoadConfig(), "seed": 0}


def content(data: Any, work: Path) -> dict[bytes, str]:
    splits = load_images(data, work_dir=work, **OPTIONS)
    return {
        decode_image(path, 3).tobytes(): splits.labels[label]
        for part in (splits.train, splits.validation, splits.test)
        for path, label in zip(part.paths, part.labels, strict=True)
    }


class Batches:
    """As a `keras.utils.PyDataset` hands them out: by number, and without an end to iterate to."""

    def __init__(self, labels: np.ndarray, **names: Any) -> None:
        self.labels = labels
        self.__dict__.update(names)

    def __len__(self) -> int:
        return 4

    def __getitem__(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        place = slice(6 * (number % 4), 6 * (number % 4) + 6)
        return IMAGES[place] / np.float32(255), self.labels[place]


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
        (iter([(IMAGES[0], [0.5, 0.5])]), "picture 0: a label has shape (2,)"),
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


def test_texts_and_pairs_from_generators(work: Path) -> None:
    def texts() -> Iterator[tuple[str, str]]:
        for number in range(24):
            yield f"text {number}", "ab"[number % 2]

    splits = load_texts(texts(), text=TextConfig(), work_dir=work, **OPTIONS)
    assert splits.labels == ("a", "b") and len(splits.train) + len(splits.test) == 22
    pairs = ((f"one {number} word", f"ein {number} Wort") for number in range(24))
    found = load_pairs(pairs, translation=TranslationConfig(), work_dir=work, **OPTIONS)
    assert len(found.train) + len(found.validation) + len(found.test) == 24
    with pytest.raises(DataError, match="seems never to end"):
        load_texts(itertools.cycle(texts()), text=TextConfig(), work_dir=work, **OPTIONS)
    with pytest.raises(DataError, match="element 0 of the list_iterator is a str"):
        load_texts(iter(["text"]), text=TextConfig(), work_dir=work, **OPTIONS)


def test_a_stream_that_begins_again() -> None:
    def ends(examples: list[int]) -> list[int]:
        digest = lambda each: str(each).encode()  # noqa: E731
        return list(until_repeated(examples, digest=digest, what="it"))

    once = list(range(100))
    copies = [*once, *once[:99]]
    assert ends(copies) == copies
    with pytest.raises(DataError, match="it repeats its 100 examples"):
        ends([*once, *once])
    few = [1] * 64
    assert ends(few) == few
    with pytest.raises(DataError, match="it repeats its 1 examples"):
        ends([1] * 65)
    assert ends([*once, *once[:60], 777, *once[:60]])[-1] == 59


def test_what_is_a_stream() -> None:
    assert is_stream(iter([])) and is_stream(Batches(LABELS)) and is_indexed(Batches(LABELS))
    assert not any(map(is_stream, ["text", b"", {}, (), [], np.zeros(2), 3, None]))
    assert list(pairs_of([(1, 2), [3, 4]], noun="x")) == [(1, 2), (3, 4)]


def test_labels() -> None:
    assert class_names(object()) is None and class_names(Batches(LABELS, class_names=[])) is None
    assert class_names(Batches(LABELS, class_indices={"b": 1, "a": 0})) == ["a", "b"]
    assert (
        plain_label(np.array([[3]])) == 3 and plain_label("a") == "a" and plain_label(b"a") == b"a"
    )
    assert plain_label([0, 0, 1]) == 2
    for wrong in ([0, 2, 0], [1, 1], [0, 0], ["a", "b"], np.eye(2)):
        with pytest.raises(DataError, match="expected one whole number or string, or one-hot"):
            plain_label(wrong)
    label_of = labels_of(Batches(LABELS, class_names=list("abcdefg")))
    assert [label_of(0), label_of(np.float32(6)), label_of("g")] == ["a", "g", "g"]
    for wrong in (-1, 7, 0.5):
        with pytest.raises(DataError, match="is none of the 7 classes a, b, c, d, e, …"):
            label_of(wrong)
