from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers.positions import (
    relative_offsets,
    sequence_waves,
    sinusoids,
    wave_rates,
)


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


def test_waves_slow_down_from_one_radian_a_position_towards_the_longest() -> None:
    np.testing.assert_allclose(wave_rates(8), [1, 0.1, 0.01, 0.001])
    np.testing.assert_allclose(wave_rates(4, longest=25.0), [1, 0.2])
    waves = sequence_waves(50, 8)
    angles = np.arange(50)[:, None] * np.array([1, 0.1, 0.01, 0.001])
    np.testing.assert_allclose(waves[:, :4], np.sin(angles), atol=1e-6)
    np.testing.assert_allclose(waves[:, 4:], np.cos(angles), atol=1e-6)
    assert waves.dtype == np.float32 and sequence_waves(3, 4, longest=25.0)[1, 1] == np.float32(
        np.sin(0.2)
    )
    with pytest.raises(ValueError, match="even number of channels, got 7"):
        wave_rates(7)


def test_sinusoids_are_the_waves_of_row_and_column() -> None:
    waves = sinusoids(3, 4, 8, longest=100.0)
    np.testing.assert_allclose(waves[2, 3, :4], sequence_waves(3, 4, longest=100.0)[2])
    np.testing.assert_allclose(waves[2, 3, 4:], sequence_waves(4, 4, longest=100.0)[3])


def test_offsets_count_rows_then_columns_from_the_farthest_up_and_left() -> None:
    offsets = relative_offsets(2, 3)
    assert offsets.dtype == np.int32
    assert offsets[0, 5] == 0  # one row up, two columns left
    assert offsets[0, 0] == offsets[4, 4] == 1 * 5 + 2
    assert offsets[5, 0] == 2 * 5 + 4
