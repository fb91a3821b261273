"""Where a token or a cell of a feature map lies: sinusoids to add, and offsets to look up."""

from __future__ import annotations

import numpy as np


def wave_rates(channels: int, *, longest: float = 10_000.0) -> np.ndarray:
    """Radians by which the waves of `sequence_waves` advance from one position to the next.

    Args:
        channels: an even number, of which half are sines and half cosines.
        longest: of the wavelengths, over 2 pi, in positions.

    Returns:
        Float64, `(channels / 2,)`.

    Raises:
        ValueError: if `channels` is odd.
    """
    if channels % 2:
        raise ValueError(f"Sinusoidal positions need an even number of channels, got {channels}.")
    return np.asarray(longest ** (-np.arange(channels // 2) / (channels // 2)))


def sequence_waves(length: int, channels: int, *, longest: float = 10_000.0) -> np.ndarray:
    """Sines (first half of the channels) and cosines (second half) of each position.

    Args:
        length: positions, from 0.
        channels: an even number.
        longest: of the wavelengths, over 2 pi, in positions.

    Returns:
        Float32, `(length, channels)`.

    Raises:
        ValueError: if `channels` is odd.

    Reference: Vaswani et al. 2017, section 3.5 (there sines and cosines take turns).
    """
    angles = np.arange(length)[:, None] * wave_rates(channels, longest=longest)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=-1).astype(np.float32)


def sinusoids(height: int, width: int, channels: int, *, longest: float = 10_000.0) -> np.ndarray:
    """Sines and cosines of each cell's row (first half of the channels) and column (second half).

    Args:
        height: rows.
        width: columns.
        channels: a multiple of 4.
        longest: of the wavelengths, over 2 pi, in cells.

    Returns:
        Float32, `(height, width, channels)`.

    Raises:
        ValueError: if 4 does not divide `channels`.

    Reference: Vaswani et al. 2017, section 3.5; for two axes, Carion et al. 2020, section A.4.
    """
    if channels % 4:
        raise ValueError(f"Sinusoidal positions need channels divisible by 4, got {channels}.")
    row_waves = sequence_waves(height, channels // 2, longest=longest)
    column_waves = sequence_waves(width, channels // 2, longest=longest)
    half = (height, width, channels // 2)
    return np.concatenate(
        [np.broadcast_to(row_waves[:, None], half), np.broadcast_to(column_waves[None], half)],
        axis=-1,
    )


def relative_offsets(height: int, width: int) -> np.ndarray:
    """For each pair of cells, the index of their offset among all `(2h - 1) * (2w - 1)`.

    Returns:
        Int32, `(height * width, height * width)`: query, key.

    Reference: Liu et al. 2021 (Swin Transformer), equation 4.
    """
    rows, columns = np.divmod(np.arange(height * width), width)
    down = rows[:, None] - rows[None] + height - 1
    right = columns[:, None] - columns[None] + width - 1
    return np.asarray(down * (2 * width - 1) + right, np.int32)
