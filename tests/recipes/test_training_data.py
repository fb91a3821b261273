"""Validation and test data that are given beside the training data, for every recipe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kerasapps.recipes.settings import run_name, source_of

import kerasapps
from kerasapps.config import ModelConfig
from tests.data.pictures import pixels, write_classes

IMAGES = np.stack([pixels(number) for number in range(12)])
TEXTS = [f"some text {number}" for number in range(12)]
RECIPES: list[tuple[Callable[..., Any], Any]] = [
    (kerasapps.train_image_classifier, (IMAGES, [0, 1] * 6)),
    (kerasapps.train_sentiment_classifier, (TEXTS, ["a", "b"] * 6)),
    (kerasapps.train_translator, (TEXTS, [f"ein Text {number}" for number in range(12)])),
]


@pytest.mark.parametrize("option", ["validation_data", "test_data"])
@pytest.mark.parametrize(("train", "data"), RECIPES, ids=["pictures", "texts", "pairs"])
def test_what_is_given_is_read(
    train: Callable[..., Any], data: Any, option: str, tmp_path: Path
) -> None:
    given = {option: tmp_path / "gone"}
    with pytest.raises(kerasapps.DataError, match=r"gone does not exist"):
        train(data, **given, output_dir=tmp_path / "run")
    split = option.removesuffix("_data")
    both = {"train": data, split: data}
    with pytest.raises(kerasapps.DataError, match=f"{option} is given, and the data has a {split}"):
        train(both, **given, output_dir=tmp_path / "run")


def test_a_class_of_the_test_data_must_be_one_of_training(tmp_path: Path) -> None:
    with pytest.raises(kerasapps.DataError, match=r"class '7' is in test \(1 pictures\) but not"):
        kerasapps.train_image_classifier(
            (IMAGES, [0, 1] * 6),
            test_data=([pixels(50), pixels(51), pixels(52)], [0, 1, 7]),
            output_dir=tmp_path / "run",
        )


def test_no_run_lies_within_one_of_the_splits(tmp_path: Path) -> None:
    root = write_classes(tmp_path / "photos", {"a": 2, "b": 2})
    with pytest.raises(kerasapps.TrainingError, match="lies in the data"):
        kerasapps.train_image_classifier(
            (IMAGES, [0, 1] * 6), test_data=root, output_dir=root / "run"
        )


def test_names_of_such_data() -> None:
    given = {"test": ("a.en", "b.de"), "train": (TEXTS, TEXTS)}
    here = Path().absolute()
    assert source_of(given) == f"train: arrays in memory, test: {here}/a.en + {here}/b.de"
    data = {"train": "photos/flowers", "test": (IMAGES, [0] * 12)}
    assert run_name(data, ModelConfig(model="cnn")) == "flowers-cnn"
