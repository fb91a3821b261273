"""Corruptions of pictures: what each does, and that a stronger one does more."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest

from kerasapps.preprocess.corruptions import CORRUPTIONS, STRENGTHS, corrupted


def pictures(size: int, channels: int = 3) -> np.ndarray:
    """Edges and slopes, in colour."""
    rows, columns = np.mgrid[:size, :size] / size
    edges = 255 * (columns > 0.5)
    one = np.stack([rows * edges, edges, 40 + 100 * columns], axis=-1)
    return np.stack([one, one[::-1]]).astype(np.uint8)[..., :channels]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [8, 32, 96])
@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_more_strength_changes_more(kind: str, size: int, channels: int) -> None:
    plain = pictures(size, channels)
    apart = []
    for strength in STRENGTHS:
        changed = corrupted(plain, kind, strength)
        assert changed.shape == plain.shape and changed.dtype == np.uint8
        apart.append(np.abs(changed.astype(int) - plain).mean())
    # Where one quality of a JPEG rounds a slope better than the next, chance has a say.
    assert apart[0] > 0 and apart[-1] > 1.1 * apart[0]
    assert kind == "jpeg" or apart == sorted(apart)


def test_noise_has_the_deviation_of_the_paper_and_can_be_had_again() -> None:
    grey = np.full((1, 64, 64, 3), 128, np.uint8)
    for size, deviation in ((64, 0.10), (96, 0.38)):
        grey = np.full((2, size, size, 3), 128, np.uint8)
        changed = corrupted(grey, "noise", 5, seed=3)
        if deviation < 0.2:  # else the ends of the range cut it
            assert np.std(changed / 255.0) == pytest.approx(deviation, rel=0.02)
        np.testing.assert_array_equal(changed, corrupted(grey, "noise", 5, seed=3))
        assert (changed[0] != changed[1]).mean() > 0.9
        assert (changed != corrupted(grey, "noise", 5, seed=4)).mean() > 0.9


def test_brightness_raises_the_value_and_keeps_hue_and_saturation() -> None:
    plain = np.array([[[[60, 100, 20], [0, 0, 0], [250, 10, 10]]]], np.uint8)
    changed = corrupted(plain, "brightness", 4)[0, 0] / 255.0  # 0.2 of the range
    for before, after in zip(plain[0, 0] / 255.0, changed, strict=True):
        hue, saturation, value = colorsys.rgb_to_hsv(*before)
        expected = colorsys.hsv_to_rgb(hue, saturation, min(1.0, value + 0.2))
        np.testing.assert_allclose(after, expected, atol=1 / 255)


def test_a_blur_evens_out_and_keeps_the_mean() -> None:
    plain = pictures(32)
    changed = corrupted(plain, "blur", 5)
    assert np.abs(changed.mean((0, 1, 2)) - plain.mean((0, 1, 2))).max() < 2
    steepest = [np.abs(np.diff(each.astype(int), axis=2)).max() for each in (plain, changed)]
    assert steepest[1] < 0.6 * steepest[0]
