"""Test pictures as a phone brings them to the model's size."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.data.images.examples import ImageSplits
from kerasapps.outputs.classes.agreement import labels_kept
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.preprocess.resampling import PHONE
from kerasapps.recipes.image_classification import phone
from kerasapps.recipes.image_classification.phone import on_a_phone

SPEC = ImageSpec(12, 12, 3)


def test_they_are_reduced_without_antialiasing(splits: ImageSplits) -> None:
    found = on_a_phone(labels_kept, splits=splits, spec=SPEC, drawn=True)
    assert found is not None and found.name == "resize as on a phone"
    paths = splits.test.paths
    assert found.rows.tolist() == list(range(len(paths)))
    expected = np.stack([load_image(path, SPEC, resample=PHONE) for path in paths])
    np.testing.assert_array_equal(found.inputs, expected)
    usual = np.stack([load_image(path, SPEC) for path in paths])
    assert (found.inputs != usual).any((1, 2, 3)).all()


def test_of_a_large_split_some_are_taken(
    splits: ImageSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone, "MOST", 3)
    found = on_a_phone(labels_kept, splits=splits, spec=SPEC, drawn=True)
    assert found is not None and len(found.rows) == len(found.inputs) == 3
    assert isinstance(found.inputs, np.ndarray)
    for row, pixels in zip(found.rows, found.inputs, strict=True):
        usual = load_image(splits.test.paths[row], SPEC, resample=PHONE)
        np.testing.assert_array_equal(pixels, usual)


@pytest.mark.parametrize(
    ("height", "width", "are_any"), [(32, 32, False), (48, 40, False), (32, 31, True)]
)
def test_there_are_none_where_no_picture_is_reduced(
    height: int, width: int, are_any: bool, splits: ImageSplits
) -> None:
    found = on_a_phone(labels_kept, splits=splits, spec=ImageSpec(height, width, 3), drawn=True)
    assert (found is not None) is are_any


def test_nobody_is_told_to_do_what_was_done(splits: ImageSplits) -> None:
    other, done = (
        on_a_phone(labels_kept, splits=splits, spec=SPEC, drawn=drawn) for drawn in (False, True)
    )
    assert other is not None and "train with --resampling" in other.advice
    assert done is not None and "antialiasing" in done.advice and "train" not in done.advice
