"""The plain statement of what networks hear, on tones whose energies are known."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.spectra import (
    FLOOR,
    MelBands,
    coloured_noise,
    log_mel,
    mel_energies,
    mel_filters,
)


def tone(hertz: float, *, rate: int = 8000, seconds: float = 0.5) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)[None]


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100])
def test_frames_are_cut_at_whole_quarters_of_a_hop(rate: int) -> None:
    bands = MelBands(rate=rate)
    assert bands.hop % 4 == 0 and abs(bands.hop / rate - 0.010) < 0.0003
    assert bands.window % (bands.hop // 4) == 0 and abs(bands.window / rate - 0.025) < 0.001
    slow, fast = bands.factors
    assert bands.window <= slow * fast == bands.size <= 1.3 * bands.window
    assert bands.frames(rate) == rate // bands.hop


def test_a_window_is_never_shorter_than_a_hop() -> None:
    bands = MelBands(rate=8000, window_ms=5, hop_ms=20)
    assert bands.window == bands.hop == 160 and bands.overlap == 0


def test_no_band_is_empty_and_a_bin_is_shared_by_two_neighbours() -> None:
    filters = mel_filters(8000, 200, 40)
    assert filters.shape == (101, 40) and filters.sum(axis=0).min() > 0.5
    middle = filters[5:95].sum(axis=1)
    np.testing.assert_allclose(middle[20:], 1, atol=0.02)


def test_a_tone_is_heard_in_its_band_with_its_energy() -> None:
    bands = MelBands(rate=8000)
    energies = mel_energies(tone(1000), bands)[0, 5:-5]
    centre = np.abs(1000 - np.arange(101) * 40).argmin()
    assert (energies.argmax(axis=1) == bands.filters[centre].argmax()).all()
    # A Hann window spreads an amplitude of 1 as 1, a half and a half: energies of 1.5 in all.
    np.testing.assert_allclose(energies.sum(axis=1), 1.5, rtol=0.05)
    quieter = mel_energies(tone(1000) / 10, bands)[0, 5:-5]
    np.testing.assert_allclose(quieter, energies / 100, rtol=1e-6, atol=1e-12)


def test_silence_is_the_floor() -> None:
    np.testing.assert_allclose(log_mel(np.zeros((1, 800)), MelBands(rate=8000)), np.log(FLOOR))


def test_causal_frames_know_nothing_of_what_comes() -> None:
    bands, sound = MelBands(rate=8000), tone(500)
    changed = sound.copy()
    changed[:, 2000:] = 0
    one, other = (mel_energies(each, bands, causal=True)[0] for each in (sound, changed))
    np.testing.assert_array_equal(one[:25], other[:25])
    assert np.abs(one[25:] - other[25:]).max() > 0.1
    looking = mel_energies(changed, bands)[0]
    assert np.abs(looking[24] - mel_energies(sound, bands)[0, 24]).max() > 1e-3


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_the_energy_of_noise_falls_with_a_power_of_the_frequency(power: float) -> None:
    noise = coloured_noise(1 << 15, power, np.random.default_rng(0))
    assert noise.std() == pytest.approx(1.0)
    energies = np.abs(np.fft.rfft(noise)) ** 2
    low, high = energies[1000:2000].mean(), energies[4000:8000].mean()
    assert np.log(low / high) / np.log(4) == pytest.approx(power, abs=0.05)
