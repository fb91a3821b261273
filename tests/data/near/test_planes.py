"""Planes that show the same are found among others, though one is cropped, scaled or darker."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from kerasapps.data.near.planes import SIDE, correlations, near_planes
from kerasapps.data.near.vectors import close_pairs


def photos(count: int, *, seed: int = 0) -> list[Image.Image]:
    """Pictures as smooth as photos are, 96 × 96."""
    random = np.random.default_rng(seed)
    return [
        Image.fromarray(random.integers(0, 256, (10, 10), np.uint8)).resize((96, 96))
        for _ in range(count)
    ]


def plane(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def test_copies_are_found_and_nothing_else() -> None:
    pictures = photos(300)
    originals = [plane(each) for each in pictures]
    cropped = [plane(each.crop((5, 2, 94, 93))) for each in pictures[:20]]
    darker = [plane(each.point(lambda value: value * 0.6 + 20)) for each in pictures[20:40]]
    scaled = [plane(each.resize((40, 48))) for each in pictures[40:60]]
    pairs = near_planes(
        np.stack([*originals, *cropped, *darker, *scaled]), np.empty(0, np.uint64), least=0.8
    )
    found = set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))
    assert found == {(row, 300 + row) for row in range(60)}
    assert pairs.alike.min() >= 0.8


def test_what_is_cropped_is_laid_onto_its_original() -> None:
    pictures = photos(8)
    whole = np.stack([plane(each) for each in pictures])
    part = np.stack([plane(each.crop((0, 9, 96, 96))) for each in pictures])
    assert correlations(whole, part).min() > 0.99
    assert correlations(part, whole).min() > 0.996  # its steps lead there, and no farther
    assert correlations(whole, part[::-1]).max() < 0.6


def test_plain_and_equal_planes_are_no_pairs() -> None:
    plain = np.full((40, SIDE, SIDE), 200, np.uint8)
    assert len(near_planes(plain, np.empty(0, np.uint64), least=0.8)) == 0
    same = np.stack([plane(photos(1)[0])] * 3)
    assert len(near_planes(same, np.array([7, 7, 9], np.uint64), least=0.8)) == 2


def test_close_vectors_among_many_share_a_cell() -> None:
    random = np.random.default_rng(1)
    vectors = random.normal(size=(4200, 24)).astype(np.float32)
    vectors[4000:] = vectors[:200] + 0.1 * random.normal(size=(200, 24))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    first, second = close_pairs(vectors, least=0.9)
    planted = (second - first == 4000).sum()
    assert planted > 190 and (first < second).all()
    cosines = (vectors[first] * vectors[second]).sum(axis=1)
    assert cosines.min() == pytest.approx(0.9, abs=0.1) and cosines.min() >= 0.899
