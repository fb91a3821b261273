"""The shares of MixUp and CutMix are Beta's, and what is pasted is a box of that size anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from kerasapps.preprocess.mixing import mix

COUNT, HEIGHT, WIDTH = 3000, 24, 40
TARGETS = np.eye(2, dtype=np.float32)[np.arange(COUNT) % 2]


def mixed(*, height: int = 1, width: int = 1, seed: int = 0, **alphas: float) -> Any:
    """Pictures whose pixels are their class, 0 or 1, so that neighbours differ; and the targets."""
    pictures = np.broadcast_to(TARGETS[:, 1, None, None, None], (COUNT, height, width, 1))
    images, targets = mix(
        tf.constant(pictures), tf.constant(TARGETS), tf.constant([3, seed], tf.int64), **alphas
    )
    return images.numpy(), targets.numpy(), pictures


def shares_of(targets: np.ndarray) -> np.ndarray:
    """What each picture keeps of its own class."""
    return (targets * TARGETS).sum(1)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_mixups_shares_are_betas(alpha: float) -> None:
    images, targets, pictures = mixed(mixup=alpha, cutmix=0.0)
    shares = shares_of(targets)
    assert stats.kstest(shares, stats.beta(alpha, alpha).cdf).pvalue > 1e-3
    own = pictures[:, 0, 0, 0] == 1
    np.testing.assert_allclose(images[own, 0, 0, 0], shares[own], atol=1e-5)
    np.testing.assert_allclose(images[~own, 0, 0, 0], 1 - shares[~own], atol=1e-5)


@pytest.mark.parametrize("alpha", [0.01, 1e-6])
def test_a_small_alpha_leaves_one_of_both_pictures_whole(alpha: float) -> None:
    """Not half of each, as two draws of the smallest float would."""
    images, targets, _ = mixed(mixup=alpha, cutmix=0.0)
    shares = shares_of(targets)
    assert np.isfinite(images).all() and abs(shares.mean() - 0.5) < 0.05
    between = (shares > 0.01) & (shares < 0.99)
    expected = np.diff(stats.beta(alpha, alpha).cdf([0.01, 0.99])).item()
    assert abs(between.mean() - expected) < 0.02


@pytest.mark.parametrize("alpha", [0.5, 1.0])
def test_cutmix_pastes_a_box_of_betas_share_anywhere(alpha: float) -> None:
    images, targets, pictures = mixed(height=HEIGHT, width=WIDTH, mixup=0.0, cutmix=alpha)
    pasted = (images != pictures)[..., 0]
    np.testing.assert_allclose(1 - pasted.mean((1, 2)), shares_of(targets), atol=1e-5)
    tall, wide = pasted.any(2).sum(1), pasted.any(1).sum(1)
    # One whole rectangle, of the picture's proportions.
    np.testing.assert_array_equal(tall * wide, pasted.sum((1, 2)))
    assert np.abs(tall / HEIGHT - wide / WIDTH).max() <= 0.5 / HEIGHT + 0.5 / WIDTH + 1e-6
    # Its sides are the root of what is lost: Beta's share is kept. Whole pixels blur that.
    sides = np.sqrt(1 - stats.beta(alpha, alpha).rvs(200_000, random_state=0))
    expected = np.bincount(np.round(sides * WIDTH).astype(int), minlength=WIDTH + 1) / len(sides)
    found = np.bincount(wide, minlength=WIDTH + 1) / COUNT
    assert np.abs(np.cumsum(found) - np.cumsum(expected)).max() < 0.04
    # Its place is as likely to be at either end as in the middle, along both axes.
    for axis, size, length in ((2, HEIGHT, tall), (1, WIDTH, wide)):
        inside = (length > 0) & (length < size - 8)
        start = pasted.any(axis).argmax(1)[inside] / (size - length[inside])
        assert (start == 0).any() and (start == 1).any() and start.max() <= 1
        assert abs(start.mean() - 0.5) < 0.04 and 0.25 < start.std() < 0.36


def test_with_both_each_picture_takes_one_of_them_by_a_fair_coin() -> None:
    images, targets, _ = mixed(height=8, width=8, mixup=4.0, cutmix=1.0)
    blended = np.ptp(images, axis=(1, 2, 3)) == 0
    between = (shares_of(targets) > 0.02) & (shares_of(targets) < 0.98)
    assert abs((blended & between).mean() - 0.5) < 0.05
    # The other half, but for boxes of no pixel or of all of them.
    sides = np.sqrt([0.5 / 8, 7.5 / 8]) ** 4
    assert abs((~blended).mean() - np.diff(sides).item() / 2) < 0.04
    assert stats.kstest(shares_of(targets)[blended & between], stats.beta(4, 4).cdf).pvalue > 1e-3


def test_each_picture_is_mixed_with_the_one_before_it() -> None:
    pictures = np.arange(5, dtype=np.float32)[:, None, None, None]
    targets = np.eye(5, dtype=np.float32)
    images, mixed_targets = mix(
        tf.constant(pictures), tf.constant(targets), tf.constant([1, 2]), mixup=1.0, cutmix=0.0
    )
    kept = mixed_targets.numpy()[np.arange(5), np.arange(5)]
    lost = mixed_targets.numpy()[np.arange(5), (np.arange(5) - 1) % 5]
    np.testing.assert_allclose(kept + lost, 1, atol=1e-5)
    expected = kept * np.arange(5) + lost * np.array([4, 0, 1, 2, 3])
    np.testing.assert_allclose(images[:, 0, 0, 0], expected, atol=1e-4)
