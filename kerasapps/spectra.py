"""What a network hears: frames of a sound, and the energy in bands of frequencies; numpy only.

This is the plain statement of what `layers.LogMel` computes in a graph, and what reports draw.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

FLOOR = 1e-7
"""Energy that counts as silence: 70 dB below a tone as loud as can be."""

LOWEST = 40.0  # Hz; below lie hum and rumble
_QUARTERS = 4  # a hop is a whole number of them, and a window too
_FINER = 16  # points a bin at which the bands are drawn
_MOST_PADDED = 1.3  # a transform may be this much longer than its window


@dataclass(frozen=True, kw_only=True)
class MelBands:
    """How sounds become energies in bands.

    Attributes:
        rate: samples a second.
        mels: bands.
        window_ms: milliseconds that a frame sees. It is rounded to a quarter of a hop.
        hop_ms: milliseconds from a frame to the next. They are rounded to four samples.
    """

    rate: int
    mels: int = 40
    window_ms: float = 25.0
    hop_ms: float = 10.0

    @property
    def hop(self) -> int:
        """Samples from a frame to the next."""
        return max(1, round(self.rate * self.hop_ms / 1000 / _QUARTERS)) * _QUARTERS

    @property
    def window(self) -> int:
        """Samples that a frame sees; at least a hop."""
        quarter = self.hop // _QUARTERS
        return max(_QUARTERS, round(self.rate * self.window_ms / 1000 / quarter)) * quarter

    @property
    def overlap(self) -> int:
        """Samples that a frame shares with the one before."""
        return self.window - self.hop

    @property
    def factors(self) -> tuple[int, int]:
        """The two numbers into which the transform's length is taken apart; see `layers.LogMel`."""
        return _factors(self.window)

    @property
    def size(self) -> int:
        """Samples of a frame's transform: the window, and zeros behind it."""
        slow, fast = self.factors
        return slow * fast

    def frames(self, samples: int) -> int:
        """Frames of a sound: as many as there are whole hops."""
        return samples // self.hop

    @property
    def taper(self) -> np.ndarray:
        """What a frame is multiplied by, float64 `(window,)`: a Hann window.

        It is scaled so that a tone of amplitude 1 has the energy 1 in its bin.
        """
        hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(self.window) / self.window)
        scaled: np.ndarray = hann * (2 / hann.sum())
        return scaled

    @property
    def filters(self) -> np.ndarray:
        """How much of each bin's energy goes into each band, float64 `(size // 2 + 1, mels)`."""
        return mel_filters(self.rate, self.size, self.mels)


def mel_filters(rate: int, size: int, mels: int) -> np.ndarray:
    """Overlapping triangles of one height, evenly spaced on the mel scale.

    A triangle may be narrower than a bin: each bin gets its mean over the bin, so that no band is
    left empty.

    Args:
        rate: samples a second; the last triangle ends at half of it.
        size: samples of the transform.
        mels: bands.

    Returns:
        float64 `(size // 2 + 1, mels)`.

    Reference: Davis and Mermelstein 1980; the scale of O'Shaughnessy 1987.
    """
    bins, width = size // 2 + 1, rate / size
    offsets = (np.arange(_FINER) + 0.5) / _FINER - 0.5
    places = np.abs((np.arange(bins)[:, None] + offsets) * width)
    low, high = mel_of(np.array([min(LOWEST, rate / 8), rate / 2]))
    corners = np.linspace(low, high, mels + 2)
    step = corners[1] - corners[0]
    rises = 1 - np.abs(mel_of(places)[..., None] - corners[1:-1]) / step
    shares: np.ndarray = np.maximum(rises, 0).mean(axis=1)
    return shares


def mel_energies(sounds: np.ndarray, bands: MelBands, *, causal: bool = False) -> np.ndarray:
    """The energy of each frame in each band.

    Args:
        sounds: float, `(n, samples)`, -1 to 1.
        bands: how.
        causal: a frame ends where its hop ends, so that nothing is heard before it is there; else
            its middle is that of its hop.

    Returns:
        float64 `(n, frames, mels)`.
    """
    frames = _framed(np.asarray(sounds, np.float64), bands, causal=causal)
    spectrum = np.fft.rfft(frames * bands.taper, bands.size)
    energies: np.ndarray = (np.abs(spectrum) ** 2) @ bands.filters
    return energies


def coloured_noise(count: int, power: float, draw: np.random.Generator) -> np.ndarray:
    """Noise whose energy falls with a power of the frequency, float64 `(count,)`, deviation 1.

    Below a two-hundredth of the highest frequency it is even: no rumble drowns the rest.

    Args:
        count: samples.
        power: 0 is white, 1 pink, 2 brown.
        draw: makes it.
    """
    spectrum = np.fft.rfft(draw.normal(size=count))
    spectrum *= np.maximum(np.arange(len(spectrum)), len(spectrum) / 200) ** (-power / 2)
    values = np.fft.irfft(spectrum, count)
    noise: np.ndarray = values / values.std()
    return noise


def log_mel(sounds: np.ndarray, bands: MelBands, *, causal: bool = False) -> np.ndarray:
    """Natural logarithms of `mel_energies`, with a floor at `FLOOR`; float64."""
    logs: np.ndarray = np.log(mel_energies(sounds, bands, causal=causal) + FLOOR)
    return logs


def paddings(bands: MelBands, *, causal: bool) -> tuple[int, int]:
    """Zeros before and behind a sound, so that it has as many frames as whole hops."""
    before = bands.overlap if causal else bands.overlap // 2
    return before, bands.overlap - before


def _framed(sounds: np.ndarray, bands: MelBands, *, causal: bool) -> np.ndarray:
    """Frames, `(n, frames, window)`."""
    count = bands.frames(sounds.shape[1])
    whole = np.pad(sounds[:, : count * bands.hop], ((0, 0), paddings(bands, causal=causal)))
    windows = np.lib.stride_tricks.sliding_window_view(whole, bands.window, axis=1)
    framed: np.ndarray = windows[:, :: bands.hop]
    return framed


def mel_of(hertz: np.ndarray) -> np.ndarray:
    """Frequencies on the scale on which equal steps sound equal (O'Shaughnessy 1987)."""
    mels: np.ndarray = 2595 * np.log10(1 + hertz / 700)
    return mels


def hertz_of(mels: np.ndarray) -> np.ndarray:
    """The frequencies at places of that scale."""
    hertz: np.ndarray = 700 * (10 ** (mels / 2595) - 1)
    return hertz


@functools.cache
def _factors(window: int) -> tuple[int, int]:
    """The factors that need the fewest constants, of a length that is the window or more."""

    def constants(pair: tuple[int, int]) -> tuple[int, int]:
        slow, fast = pair
        kept = slow // 2 + 1
        return 2 * slow * kept + 2 * fast * kept + 4 * fast * fast, slow * fast

    longest = math.ceil(window * _MOST_PADDED)
    pairs = (
        (slow, -(-window // slow))
        for slow in range(2, longest + 1)
        if slow * -(-window // slow) <= longest
    )
    return min(pairs, key=constants)
