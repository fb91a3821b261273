"""What may happen to a picture on its way to a model."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from kerasapps.preprocess import variation as variations
from kerasapps.preprocess.image import ImageSpec, fit_image
from kerasapps.preprocess.resampling import OTHER_WAYS
from kerasapps.preprocess.variation import Variation, suitable_variants

SPEC = ImageSpec(24, 24, 3)
NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8))


def drawn(variation: Variation, picture: Image.Image = NOISE, *, count: int = 60) -> np.ndarray:
    """The second variants of the same picture at many places, `(count, 24, 24, 3)`."""
    return np.stack(
        [variation.fit(picture, SPEC, place=place, variant=1, of=2) for place in range(count)]
    )


def kinds(pixels: np.ndarray) -> int:
    return len({each.tobytes() for each in pixels})


def test_the_first_of_several_variants_is_as_always() -> None:
    usual = fit_image(NOISE, SPEC)
    for place in range(20):
        found = Variation(resampling=True, jpeg=1).fit(NOISE, SPEC, place=place, variant=0, of=2)
        np.testing.assert_array_equal(found, usual)


def test_half_of_the_pictures_are_changed_where_each_has_one_variant() -> None:
    usual, variation = fit_image(NOISE, SPEC), Variation(resampling=True)
    changed = [
        (variation.fit(NOISE, SPEC, place=place, variant=0, of=1) != usual).any()
        for place in range(200)
    ]
    assert 0.4 < np.mean(changed) < 0.6


def test_the_filter_is_one_of_all_others() -> None:
    found = drawn(Variation(resampling=True))
    every = {fit_image(NOISE, SPEC, resample=way).tobytes() for way in OTHER_WAYS.values()}
    assert {each.tobytes() for each in found} == every


def test_half_of_the_variants_are_encoded_again_at_any_quality_from_the_lowest_on() -> None:
    usual = fit_image(NOISE, SPEC)
    found = drawn(Variation(jpeg=90), count=200)
    expected = set()
    for quality in range(90, 96):
        encoded = io.BytesIO()
        NOISE.save(encoded, "JPEG", quality=quality)
        expected.add(fit_image(Image.open(encoded), SPEC).tobytes())
    assert {each.tobytes() for each in found} == {usual.tobytes(), *expected}
    assert 0.4 < np.mean([(each != usual).any() for each in found]) < 0.6


def test_both_may_happen_to_one_picture() -> None:
    assert kinds(drawn(Variation(resampling=True, jpeg=30))) > len(OTHER_WAYS) + 10


def test_what_is_not_reduced_keeps_its_filter_and_is_encoded_all_the_same() -> None:
    small = NOISE.crop((0, 0, 24, 20))
    usual = fit_image(small, SPEC)
    assert (drawn(Variation(resampling=True), small) == usual).all()
    assert kinds(drawn(Variation(resampling=True, jpeg=30), small)) > 10


def test_large_pictures_are_not_encoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variations, "MOST_ENCODED", 80 * 60)
    assert kinds(drawn(Variation(jpeg=30))) > 10
    monkeypatch.setattr(variations, "MOST_ENCODED", 80 * 60 - 1)
    assert (drawn(Variation(jpeg=30)) == fit_image(NOISE, SPEC)).all()


def test_grey_pictures_vary_too() -> None:
    spec = ImageSpec(24, 24, 1)
    variation = Variation(resampling=True, jpeg=30)
    found = variation.fit(NOISE.convert("L"), spec, place=3, variant=1, of=2)
    assert found.shape == (24, 24, 1)
    assert (found != fit_image(NOISE.convert("L"), spec)).any()


def test_seed_place_and_variant_decide_all() -> None:
    variation = Variation(resampling=True, jpeg=30, seed=4)
    np.testing.assert_array_equal(drawn(variation), drawn(variation))
    assert (drawn(variation) != drawn(Variation(resampling=True, jpeg=30, seed=5))).any()
    third = [variation.fit(NOISE, SPEC, place=place, variant=2, of=3) for place in range(60)]
    assert (drawn(variation) != np.stack(third)).any()


@pytest.mark.parametrize(
    ("memory", "count"),
    [(0, 1), (109, 1), (209, 1), (210, 2), (309, 2), (310, 3), (410, 4), (10**9, 4)],
)
def test_there_are_as_many_variants_as_have_room(memory: int, count: int) -> None:
    assert suitable_variants([100, 4, 6], picture_bytes=8, memory_bytes=8 * memory + 7) == count


@pytest.mark.parametrize(
    ("pictures", "count"), [(1, 4), (1000, 4), (1001, 3), (1500, 3), (1501, 2), (10**6, 2)]
)
def test_many_pictures_have_two_variants_and_few_have_more(pictures: int, count: int) -> None:
    assert suitable_variants([pictures, 9, 9], picture_bytes=1, memory_bytes=10**9) == count
