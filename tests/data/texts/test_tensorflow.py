from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.data.splits import Target
from kerasapps.data.texts.sources import is_text_data
from tests.data.pictures import write_picture
from tests.data.text_samples import content, load, reason, rows

ROWS = rows(40)
EXPECTED = {text: label for text, label in ROWS}
TEXTS = [row[0] for row in ROWS]
LABELS = [row[1] for row in ROWS]


@pytest.mark.parametrize("kind", ["single", "batched", "column", "unknown rank", "shuffled"])
def test_dataset_texts_come_through(work: Path, kind: str) -> None:
    labels = np.array(LABELS)[:, np.newaxis] if kind == "column" else LABELS
    dataset = tf.data.Dataset.from_tensor_slices((TEXTS, labels))
    if kind in ("batched", "column"):
        dataset = dataset.batch(7)
    if kind == "shuffled":
        dataset = dataset.shuffle(40)
    if kind == "unknown rank":
        dataset = tf.data.Dataset.from_generator(
            lambda: zip(TEXTS, LABELS, strict=True),
            output_signature=(tf.TensorSpec(None, tf.string), tf.TensorSpec(None, tf.string)),
        )
    assert is_text_data(dataset)
    splits = load(dataset, work)
    assert content(splits) == EXPECTED
    if kind == "single":
        assert splits.test.origin(0) == f"example {TEXTS.index(splits.test.texts[0])}"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda d: d.repeat(), "never ends"),
        (lambda d: d.take(0), "no usable text"),
        (lambda d: d.map(lambda x, y: x), "expected (text, label)"),
        (lambda d: d.map(lambda x, y: (tf.strings.length(x), y)), "have dtype int32"),
        (lambda d: d.batch(2).map(lambda x, y: (tf.strings.split(x), y)), "expected dense tensors"),
        (lambda d: d.batch(4).batch(2), "have shape (None, None)"),
        (lambda d: d.map(lambda x, y: (x, tf.eye(2))), "tf.argmax"),
    ],
)
def test_datasets_that_do_not_fit(work: Path, change: Any, part: str) -> None:
    assert part in reason(change(tf.data.Dataset.from_tensor_slices((TEXTS, LABELS))), work)


def test_bad_utf8_and_pictures_in_datasets(tmp_path: Path, work: Path) -> None:
    dataset = tf.data.Dataset.from_tensor_slices(([*TEXTS, b"\xc3("], [*LABELS, "pos"]))
    (broken,) = load(dataset, work).audit["broken"].first
    assert (broken.origin, broken.reason) == ("example 40", "byte 0 (0xc3) is not UTF-8")
    encoded = write_picture(tmp_path / "a.png", 1).read_bytes()
    assert not is_text_data(tf.data.Dataset.from_tensor_slices(([encoded], [1])).batch(1))
    assert not is_text_data(tf.data.Dataset.from_tensor_slices(np.zeros((2, 3, 3, 3))))


@pytest.fixture(scope="module")
def tiny_reviews(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A real TFDS data set on disk: with labels, without, and with two texts."""
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.utils import file_utils

    folder = tmp_path_factory.mktemp("tfds")
    names = {"label": tfds.features.ClassLabel(names=["pos", "neg"])}
    text = {"sentence": tfds.features.Text()}
    for config, features, hidden in (
        ("plain", {**text, **names}, False),
        ("hidden", {**text, **names}, True),
        ("pair", {**text, "premise": tfds.features.Text(), **names}, False),
        (
            "several",
            {
                **text,
                "moods": tfds.features.Sequence(names["label"]),
                "stars": tfds.features.Scalar(np.float32),
            },
            False,
        ),
    ):
        examples: dict[str, list[Any]] = {"train": [], "test": []}
        for number, (sentence, label) in enumerate(ROWS):
            split = "train" if number < 30 else "test"
            value = -1 if hidden and split == "test" else label
            example = {"sentence": sentence, "label": value}
            if config == "pair":
                example["premise"] = "why"
            if config == "several":
                both = ["pos", "neg"][: 1 + number % 2]
                example = {"sentence": sentence, "moods": both, "stars": number / 2}
            examples[split].append((str(number), example))
        tfds.dataset_builders.store_as_tfds_dataset(
            name="tiny_reviews",
            version="1.0.0",
            data_dir=str(folder),
            config=config,
            features=tfds.features.FeaturesDict(features),
            split_datasets=examples,
        )
    file_utils.add_data_dir(folder)
    yield
    file_utils.clear_registered_data_dirs()


def test_tfds(work: Path, tiny_reviews: None) -> None:
    assert is_text_data("tfds:tiny_reviews/plain") and not is_text_data("tfds:no_such_reviews")
    splits = load("tfds:tiny_reviews/plain", work)
    assert content(splits) == EXPECTED and splits.labels == ("neg", "pos")
    assert len(splits.test) == 10 and splits.test.origin(0).startswith("test, row ")
    hidden = load("tfds:tiny_reviews/hidden", work)
    assert "the labels of the split test are held back: left out" in hidden.audit.warnings
    assert len(content(hidden)) == 30 and len(hidden.test) == 6
    error = reason("tfds:tiny_reviews/pair", work)
    assert "the features" in error and "expected one text and one label" in error
    pair = load("tfds:tiny_reviews/pair", work, text_column="sentence", label_column="label")
    assert content(pair) == EXPECTED
    assert "no_such_reviews" in reason("tfds:no_such_reviews", work)


def test_tfds_of_sets_and_of_several_answers(work: Path, tiny_reviews: None) -> None:
    sets = load("tfds:tiny_reviews/several", work)
    assert sets.target == Target("labels", ("neg", "pos"))
    assert sets.test.labels.tolist() == [[n % 2, 1] for n in map(_number, sets.test.texts)]
    several = load("tfds:tiny_reviews/several", work, target_columns=("stars:number", "moods"))
    assert [part.kind for part in several.target.parts] == ["number", "labels"]
    assert several.test.labels[:, 0].tolist() == [_number(text) / 2 for text in several.test.texts]
    stars = load("tfds:tiny_reviews/several", work, label_column="stars")
    assert stars.target == Target("number", ("stars",))
    error = reason("tfds:tiny_reviews/several", work, target_columns=("stars", "mood"))
    assert "has no feature 'mood' (target_columns); its features: moods, sentence, stars" in error


def _number(text: str) -> int:
    return TEXTS.index(text)


@pytest.mark.parametrize("batch", [0, 8])
def test_labels_may_be_named_columns(work: Path, batch: int) -> None:
    columns = {"mood": LABELS, "size": [number / 2 for number in range(len(TEXTS))]}
    dataset: Any = tf.data.Dataset.from_tensor_slices((TEXTS, columns))
    splits = load(dataset.batch(batch) if batch else dataset, work)
    assert [(part.name, part.kind) for part in splits.target.parts] == [
        ("mood", "class"), ("size", "number"),
    ]  # fmt: skip
    assert splits.test.labels[:, 1].tolist() == [_number(text) / 2 for text in splits.test.texts]


def test_labels_have_the_names_of_a_keras_data_set(work: Path) -> None:
    numbers = [("neg", "pos").index(label) for label in LABELS]
    dataset: Any = tf.data.Dataset.from_tensor_slices((TEXTS, numbers)).batch(8)
    dataset.class_names = ["bad", "good"]  # as text_dataset_from_directory leaves them
    expected = {text: ("bad", "good")[n] for text, n in zip(TEXTS, numbers, strict=True)}
    assert content(load(dataset, work)) == expected
    dataset.class_names = ["bad"]
    assert "is none of the 1 classes bad" in reason(dataset, work)
