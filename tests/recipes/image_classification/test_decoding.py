"""Pictures of all splits as pixels, those of training several times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import ImageConfig, LoadConfig
from kerasapps.data.images.examples import ImageSplits
from kerasapps.preprocess.image import ImageSpec
from kerasapps.preprocess.variation import Variation
from kerasapps.recipes.image_classification.decoding import (
    Decoded,
    choose_variation,
    decode_splits,
)
from kerasapps.streamed import StreamedArray
from kerasapps.workflow.cache import Cache

REDUCED, KEPT = ImageSpec(16, 16, 3), ImageSpec(32, 32, 3)
VARIATION = Variation(resampling=True, jpeg=50, seed=3)


def chosen(splits: ImageSplits, spec: ImageSpec, **image: Any) -> Variation | None:
    return choose_variation(ImageConfig(**image), spec, splits, seed=3)


def test_pictures_vary_by_default_where_they_are_reduced(splits: ImageSplits) -> None:
    assert chosen(splits, REDUCED) == VARIATION
    assert chosen(splits, ImageSpec(32, 31, 3)) == VARIATION
    assert chosen(splits, REDUCED, augment="strong") == Variation(resampling=True, jpeg=30, seed=3)
    for without in ({"augment": "none"}, {"resampling": False, "jpeg": 0}):
        assert chosen(splits, REDUCED, **without) is None
    assert chosen(splits, REDUCED, jpeg=0) == Variation(resampling=True, seed=3)
    assert chosen(splits, REDUCED, resampling=False) == Variation(jpeg=50, seed=3)


def test_pictures_that_are_not_reduced_vary_only_as_asked_for(splits: ImageSplits) -> None:
    assert chosen(splits, KEPT) is None
    assert chosen(splits, KEPT, resampling=True) is None  # there is nothing to draw
    assert chosen(splits, KEPT, jpeg=70) == Variation(jpeg=70, seed=3)


def decoded(
    splits: ImageSplits, cache: Cache, *, variation: Variation | None = VARIATION, **options: Any
) -> Decoded:
    load = LoadConfig(cache_mb=options.pop("cache_mb", 64))
    return decode_splits(splits, REDUCED, variation=variation, load=load, cache=cache, **options)


def test_training_pictures_have_variants_and_the_others_none(
    splits: ImageSplits, tmp_path: Path
) -> None:
    usual = decoded(splits, Cache(tmp_path), variation=None)
    assert usual.variants is None
    varied = decoded(splits, Cache(tmp_path))
    assert varied.variants is not None and varied.variants.shape == (4, *usual.inputs.train.shape)
    assert (varied.variants[1:] != usual.inputs.train).any((2, 3, 4)).mean() > 0.9
    for name in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(varied.inputs, name), getattr(usual.inputs, name))
    assert not list(tmp_path.rglob("*.npy"))  # all is in memory


def test_without_room_each_picture_has_one_form_and_half_of_them_another(
    splits: ImageSplits, tmp_path: Path
) -> None:
    usual = decoded(splits, Cache(tmp_path / "a"), variation=None).inputs.train
    found = decoded(splits, Cache(tmp_path / "b"), cache_mb=0)
    assert found.variants is None and isinstance(found.inputs.train, np.memmap)
    assert 0.2 < (found.inputs.train != usual).any((1, 2, 3)).mean() < 0.8
    again = decoded(splits, Cache(tmp_path / "c"), cache_mb=0, train_once=True)
    np.testing.assert_array_equal(again.inputs.train, found.inputs.train)


def test_who_does_not_train_gets_the_first_variants_alone(
    splits: ImageSplits, tmp_path: Path
) -> None:
    found = decoded(splits, Cache(tmp_path), train_once=True)
    assert found.variants is None
    varied = decoded(splits, Cache(tmp_path))
    np.testing.assert_array_equal(found.inputs.train, varied.inputs.train)


def test_trials_of_a_search_share_the_variants(splits: ImageSplits, tmp_path: Path) -> None:
    def files() -> set[str]:
        return {str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*.npy")}

    first = decoded(splits, Cache(tmp_path, shared=True))
    assert isinstance(first.variants, np.memmap) and len(first.variants) == 4
    made = files()
    decoded(splits, Cache(tmp_path, shared=True))
    assert files() == made
    # Another variation stands beside it, and takes nothing away from a trial that still runs.
    decoded(splits, Cache(tmp_path, shared=True), variation=Variation(jpeg=30))
    decoded(splits, Cache(tmp_path, shared=True), variation=None)
    assert files() > made


def test_pictures_that_shall_not_lie_on_disk_are_decoded_when_they_are_asked_for(
    splits: ImageSplits, tmp_path: Path
) -> None:
    usual = decoded(splits, Cache(tmp_path), variation=None)
    varied = decoded(splits, Cache(tmp_path))
    load = LoadConfig(cache_mb=0, disk_cache=False)
    for variation, expected in ((None, None), (VARIATION, varied.variants)):
        found = decode_splits(
            splits, REDUCED, variation=variation, load=load, cache=Cache(tmp_path)
        )
        for name in ("train", "validation", "test"):
            inputs = getattr(found.inputs, name)
            assert isinstance(inputs, StreamedArray)
            np.testing.assert_array_equal(inputs[:], getattr(usual.inputs, name))
        if expected is not None:
            assert found.variants is not None
            numbers, rows = np.array([0, 1, 3, 2]), np.array([2, 0, 1, 2])
            np.testing.assert_array_equal(found.variants[numbers, rows], expected[numbers, rows])
    memory = LoadConfig(disk_cache=False)
    found = decode_splits(splits, REDUCED, variation=VARIATION, load=memory, cache=Cache(tmp_path))
    assert isinstance(found.variants, np.ndarray)  # what has room is decoded once
    assert not list(tmp_path.rglob("*.npy"))
