"""Random masks, and what they find of a function whose parts are known."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.evaluation.saliency.maps import Box, mass_in, unit_map
from kerasapps.evaluation.saliency.rise import hidden_colour, random_masks, rise

BOX = Box(left=4, top=20, right=14, bottom=30)
PICTURE = np.zeros((32, 40, 3), np.uint8)
PICTURE[BOX.top : BOX.bottom, BOX.left : BOX.right] = 255


def bright(pixels: np.ndarray) -> float:
    """How bright the box is, 0 to 1."""
    return float(pixels[BOX.top : BOX.bottom, BOX.left : BOX.right].mean() / 255)


@pytest.mark.parametrize("sign", [1, -1])
def test_what_counts_is_found_and_what_does_not_is_near_nothing(sign: int) -> None:
    effects = sign * rise(lambda pixels: sign * bright(pixels), PICTURE, samples=400)
    inside = effects[BOX.top : BOX.bottom, BOX.left : BOX.right]
    assert inside.mean() > 5 * abs(effects[:12, 20:]).mean() > 0
    # The share of the picture's mass in a sixteenth of it.
    assert mass_in(unit_map(effects), BOX) > 0.45


def test_a_constant_answer_has_no_parts() -> None:
    assert not rise(lambda pixels: 0.75, PICTURE, samples=64).any()


def test_the_map_does_not_depend_on_threads_and_does_on_the_seed() -> None:
    alone = rise(bright, PICTURE, samples=100)
    np.testing.assert_array_equal(alone, rise(bright, PICTURE, samples=100, threads=3))
    assert (alone != rise(bright, PICTURE, samples=100, seed=1)).any()


@pytest.mark.parametrize("shape", [(8, 8), (9, 33), (160, 120)])
def test_masks_show_every_pixel_as_often_as_they_hide_it(shape: tuple[int, int]) -> None:
    masks = np.concatenate(list(random_masks(shape, samples=129, seed=0)))
    assert masks.shape == (130, *shape) and masks.dtype == np.float32
    np.testing.assert_allclose(masks.mean(axis=0), 0.5, atol=1e-6)
    assert masks.min() >= -1e-6 and masks.max() <= 1 + 1e-6
    assert masks.std(axis=(1, 2)).min() > 0.1


@pytest.mark.parametrize(("samples", "cell"), [(400, 10), (2500, 6), (10_000, 5)])
def test_more_samples_tell_smaller_cells_apart(samples: int, cell: int) -> None:
    masks = next(random_masks((60, 60), samples=samples, seed=0))
    bends = np.abs(np.diff(masks[:, 0], n=2)) > 1e-4  # where one cell ends and the next begins
    places = [set(np.flatnonzero(row) % cell) for row in bends if row.any()]
    # Always between the same two pixels of a cell.
    assert len(places) > 10 and max(map(len, places)) <= 2


def test_what_is_hidden_is_the_mean_colour() -> None:
    seen: list[np.ndarray] = []

    def keep(pixels: np.ndarray) -> float:
        seen.append(pixels)
        return 0.0

    rise(keep, PICTURE, samples=16)
    mean = np.rint(hidden_colour(PICTURE))
    assert len(seen) == 16
    assert any((pixels == mean).all(axis=-1).any() for pixels in seen)
    assert any((pixels == 255).all(axis=-1).any() for pixels in seen)
