from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers.positions import relative_offsets, sinusoids


def test_sinusoids_tell_all_cells_apart() -> None:
    waves = sinusoids(5, 7, 16)
    assert waves.shape == (5, 7, 16) and waves.dtype == np.float32
    assert len(np.unique(waves.reshape(35, 16).round(4), axis=0)) == 35


def test_sinusoids_hold_the_row_in_one_half_and_the_column_in_the_other() -> None:
    waves = sinusoids(3, 4, 8)
    assert np.ptp(waves[..., :4], axis=1).max() == 0
    assert np.ptp(waves[..., 4:], axis=0).max() == 0
    np.testing.assert_allclose(waves[2, 0, [0, 2]], [np.sin(2), np.cos(2)], atol=1e-6)


def test_sinusoids_refuse_channels() -> None:
    with pytest.raises(ValueError, match="divisible by 4"):
        sinusoids(2, 2, 6)


def test_relative_offsets_depend_on_the_offset_alone() -> None:
    height, width = 3, 4
    offsets = relative_offsets(height, width)
    seen: dict[tuple[int, int], set[int]] = {}
    for query in range(12):
        for key in range(12):
            step = (query // width - key // width, query % width - key % width)
            seen.setdefault(step, set()).add(int(offsets[query, key]))
    assert all(len(indices) == 1 for indices in seen.values())
    assert sorted(min(i) for i in seen.values()) == list(range((2 * height - 1) * (2 * width - 1)))
