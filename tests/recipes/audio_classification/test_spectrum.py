from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from kerasapps.recipes.audio_classification.spectrum import (
    band_of_bins,
    marked,
    picture_of,
    pitches,
    sound_of,
    spectrum,
)
from tests.recipes.audio_classification.tones import RATE, tone


@pytest.mark.parametrize("count", [1, 1199, 1200])
def test_a_sound_comes_back_from_its_spectra(count: int) -> None:
    samples = tone("low", 3)[:count]
    back = sound_of(spectrum(samples, RATE), rate=RATE, count=count)
    np.testing.assert_allclose(back, samples, atol=1e-6)


def test_a_tone_is_in_the_band_of_its_pitch() -> None:
    edges = pitches(RATE, 8)
    loud = np.abs(spectrum(tone("high", 0), RATE)).sum(axis=0)
    band = band_of_bins(edges, RATE)[loud.argmax()]
    assert edges[band] < 900 * 1.05 and edges[band + 1] > 900 * 0.95
    assert edges[0] == 0 and edges[-1] == pytest.approx(RATE / 2)


def test_high_tones_are_bright_above_and_what_counts_stays_bright() -> None:
    encoded = picture_of(tone("high", 0), RATE)
    picture = np.asarray(Image.open(io.BytesIO(encoded)).convert("L"), np.float64)
    assert picture.shape == (120, 240)
    assert picture[:60].max() > picture[90:].max()  # the first rows are the highest pitches
    weights = np.zeros((8, 16))
    weights[:, :4] = 1.0
    shown = Image.open(io.BytesIO(marked(encoded, weights))).convert("L")
    kept = np.asarray(shown, np.float64)
    assert kept[:, :40].mean() > 0.9 * picture[:, :40].mean()
    assert kept[:, 120:].mean() < 0.4 * picture[:, 120:].mean()


def test_silence_has_a_picture_too() -> None:
    assert picture_of(np.zeros(800, np.float32), RATE).startswith(b"\x89PNG")
