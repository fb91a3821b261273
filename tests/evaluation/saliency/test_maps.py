"""What is said of maps, on some that a hand can check."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.evaluation.saliency.maps import (
    Box,
    coarse_grid,
    mass_in,
    rank_correlation,
    strongest_box,
    unit_map,
)


def test_a_map_goes_from_nothing_to_one() -> None:
    found = unit_map(np.array([[-2.0, 0.0], [1.0, 4.0]]))
    assert found.dtype == np.float32 and found.tolist() == [[0, 0], [0.25, 1]]
    assert not unit_map(np.array([[-2.0, -1.0]])).any()


def test_the_box_is_around_the_heaviest_patch_not_around_a_stray_pixel() -> None:
    values = np.zeros((10, 12))
    values[2:5, 3:8] = 1
    values[9, 11] = 3
    assert strongest_box(values) == Box(left=3, top=2, right=8, bottom=5)
    assert strongest_box(np.zeros((4, 4))) is None
    assert strongest_box(np.ones((4, 6))) == Box(left=0, top=0, right=6, bottom=4)


def test_a_patch_may_wind() -> None:
    spiral = np.array([[1, 1, 1, 1], [0, 0, 0, 1], [1, 1, 0, 1], [1, 0, 0, 1], [1, 1, 1, 1]])
    assert strongest_box(spiral.astype(float), share=0.99) == Box(0, 0, 4, 5)


@pytest.mark.parametrize("cells", [2, 3])
def test_the_cells_of_a_grid_are_means(cells: int) -> None:
    values = np.arange(5 * 7, dtype=np.float32).reshape(5, 7)
    grid = coarse_grid(values, cells=cells)
    rows = np.linspace(0, 5, cells, endpoint=False).astype(int)
    columns = np.linspace(0, 7, cells, endpoint=False).astype(int)
    by_hand = [
        [part.mean() for part in np.split(band, columns[1:], axis=1)]
        for band in np.split(values, rows[1:])
    ]
    np.testing.assert_allclose(grid, by_hand)
    assert coarse_grid(values, cells=9).shape == values.shape


def test_the_mass_in_a_box() -> None:
    values = np.ones((4, 5))
    assert mass_in(values, Box(0, 0, 5, 2)) == pytest.approx(0.5)
    assert mass_in(0 * values, Box(0, 0, 5, 2)) == 0


def test_rank_correlation_is_of_orders_with_shared_ranks() -> None:
    values = np.array([3.0, 1.0, 2.0, 9.0])
    assert rank_correlation(values, values**3) == pytest.approx(1)
    assert rank_correlation(values, -values) == pytest.approx(-1)
    assert rank_correlation(values, np.zeros(4)) == 0
    # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
    assert rank_correlation(np.array([0, 5, 5, 7]), np.arange(4)) == pytest.approx(0.9486833)
