from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from kerasapps.config import LoadConfig, TextConfig, TranslationConfig
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.sources.given_splits import describe_parts, given_splits, with_splits
from kerasapps.errors import DataError
from tests.data.loading import audit_images, audit_texts, load_images, load_pairs, load_texts
from tests.data.pictures import pixels, write_classes

IMAGES = np.stack([pixels(number) for number in range(24)])
NUMBERS = np.arange(24) % 2
TEXTS = [f"text {number}" for number in range(24)]
WORDS = ["ab"[number % 2] for number in range(24)]
OPTIONS: dict[str, Any] = {"config": LoadConfig(), "seed": 0}


def sizes(splits: Any) -> list[int]:
    return [len(splits.train), len(splits.validation), len(splits.test)]


def test_forms() -> None:
    x, y = IMAGES, NUMBERS
    two, three = ((x, y), (x, y)), ((x, y), (x, y), (x, y))
    assert given_splits(two) == {"train": two[0], "test": two[1]}
    assert given_splits(three) == dict(zip(("train", "validation", "test"), three, strict=True))
    assert given_splits(((TEXTS, WORDS), [TEXTS, WORDS])) is not None
    assert given_splits(((x, y[:, None]), (x, y[:, None]))) is not None
    assert given_splits({"Train": 1, "dev": 2}) == {"train": 1, "validation": 2}
    with pytest.raises(DataError, match="'valid' is a second name of the validation split"):
        given_splits({"train": 1, "val": 2, "valid": 3})


@pytest.mark.parametrize(
    "data",
    [
        (IMAGES, NUMBERS),
        ([IMAGES[0], IMAGES[1]], ["a", "b"]),
        ([IMAGES[0], IMAGES[1]], [0, 1]),
        ((IMAGES[0], IMAGES[1]), (IMAGES[2], IMAGES[3])),
        (["ab", "cd"], ["x", "y"]),
        (("one two", "a"), ("three four", "b")),
        ("train.en", "train.de"),
        [(IMAGES, NUMBERS), (IMAGES, NUMBERS)],
        ((IMAGES, NUMBERS), (IMAGES, NUMBERS[:-1])),
        ((IMAGES, NUMBERS),) * 4,
        (([], []), ([], [])),
        {"text": TEXTS, "label": WORDS},
        {1: 2},
        {},
        "photos",
        None,
    ],
)
def test_other_data_is_left_alone(data: Any) -> None:
    assert given_splits(data) is None


def test_pictures_as_keras_datasets_gives_them(work: Path) -> None:
    data = ((IMAGES[:18], NUMBERS[:18]), (IMAGES[18:], NUMBERS[18:]))
    splits = load_images(data, work_dir=work, **OPTIONS)
    assert sizes(splits) == [16, 2, 6]
    three = (data[0], (IMAGES[18:20], NUMBERS[18:20]), (IMAGES[20:], NUMBERS[20:]))
    assert sizes(load_images(three, work_dir=work, **OPTIONS)) == [18, 2, 4]


def test_each_split_in_a_form_of_its_own(tmp_path: Path, work: Path) -> None:
    root = write_classes(tmp_path / "photos", {"a": 6, "b": 6}, first=100)
    data = {"train": root, "val": ([IMAGES[0], IMAGES[1]], ["a", "b"])}
    splits = load_images(data, work_dir=work, **OPTIONS)
    assert sizes(splits) == [10, 2, 2]
    assert describe_source(data) == f"train: {root}, validation: arrays in memory"
    assert describe_parts({"test": 1, "train": 2}, str) == "train: 2, test: 1"


def test_training_data_keeps_further_splits_of_its_own(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "photos"
    write_classes(root / "train", {"a": 6, "b": 6}, first=100)
    write_classes(root / "test", {"a": 2, "b": 2}, first=200)
    given = with_splits(root, validation=([IMAGES[0], IMAGES[1]], ["a", "b"]))
    splits = load_images(given, work_dir=work, **OPTIONS)
    assert sizes(splits) == [12, 2, 4]
    assert any(guess.startswith("train: ") for guess in splits.audit.guesses)
    clash = with_splits(root, test=([IMAGES[0], IMAGES[1]], ["a", "b"]))
    (error,) = audit_images(clash, work_dir=work, **OPTIONS).errors[:1]
    assert "the train data has a test split of its own" in error
    nested = with_splits((IMAGES, WORDS), test=root)
    errors = audit_images(nested, work_dir=work, **OPTIONS).errors
    assert any("the test data has a train split of its own" in error for error in errors)


def test_errors_name_the_split(tmp_path: Path, work: Path) -> None:
    (tmp_path / "empty").mkdir()
    data = {"train": (IMAGES, NUMBERS), "test": tmp_path / "empty"}
    errors = audit_images(data, work_dir=work, **OPTIONS).errors
    assert any(error.startswith("test: ") and "no pictures" in error for error in errors)


def test_a_split_without_examples_is_not_drawn_from_others(work: Path) -> None:
    pictures = {"train": (IMAGES, NUMBERS), "test": (IMAGES[:0], NUMBERS[:0])}
    assert audit_images(pictures, work_dir=work, **OPTIONS).errors == (
        "test: there are no pictures",
    )
    texts = {"train": (TEXTS, WORDS), "test": ([], [])}
    found = audit_texts(texts, text=TextConfig(), work_dir=work, **OPTIONS)
    assert found.errors == ("test: there are no examples",)


def test_a_series_of_pandas_is_read_by_place(work: Path) -> None:
    labels = pandas.Series(WORDS, index=range(100, 100 + len(WORDS)))
    data = ((TEXTS[:18], labels[:18]), (TEXTS[18:], labels[18:]))
    assert len(load_texts(data, text=TextConfig(), work_dir=work, **OPTIONS).test) == 6
    pictures = ((IMAGES[:18], labels[:18]), (IMAGES[18:], labels[18:]))
    assert sizes(load_images(pictures, work_dir=work, **OPTIONS)) == [16, 2, 6]


def test_options_beside_the_data() -> None:
    assert with_splits("photos") == "photos"
    assert with_splits("photos", test="new") == {"train": "photos", "test": "new"}
    given = with_splits({"train": 1, "test": 2}, validation=3)
    assert given == {"train": 1, "validation": 3, "test": 2}
    with pytest.raises(DataError, match="test_data is given, and the data has a test split"):
        with_splits({"train": 1, "test": 2}, test=3)


def test_texts(tmp_path: Path, work: Path) -> None:
    data = ((TEXTS[:18], WORDS[:18]), (TEXTS[18:], WORDS[18:]))
    splits = load_texts(data, text=TextConfig(), work_dir=work, **OPTIONS)
    assert len(splits.test) == 6 and sorted(splits.test.texts) == sorted(TEXTS[18:])
    table = tmp_path / "more.csv"
    table.write_text("body,topic\n" + "".join(f"new {n},{'ab'[n % 2]}\n" for n in range(4)))
    given = with_splits(data[0], validation=table)
    found = audit_texts(given, text=TextConfig(), work_dir=work, **OPTIONS)
    assert found.counts["validation"] == {"a": 2, "b": 2}
    assert found.guesses == ("validation: more.csv: text in 'body', label in 'topic'",)
    table.write_text("body,topic\n")
    errors = audit_texts(given, text=TextConfig(), work_dir=work, **OPTIONS).errors
    assert any(error.startswith("validation: more.csv has no rows") for error in errors)


def test_pairs(tmp_path: Path, work: Path) -> None:
    for language in ("en", "de"):
        lines = [f"{language} word {number}\n" for number in range(12)]
        (tmp_path / f"dev.{language}").write_text("".join(lines))
    targets = [f"Text {number}" for number in range(24)]
    data = {
        "train": (TEXTS, targets),
        "validation": (str(tmp_path / "dev.en"), str(tmp_path / "dev.de")),
    }
    splits = load_pairs(data, translation=TranslationConfig(), work_dir=work, **OPTIONS)
    assert len(splits.validation) == 12
    assert splits.validation.sources[0].startswith("en word")
    assert "dev.en + " in splits.audit.source and splits.audit.source.startswith("train: ")
