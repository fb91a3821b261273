"""Spectra of sounds for people: as pictures, and to take parts out of a sound; numpy and Pillow.

What networks see is made inside their files; this is for reports and explanations alone.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from kerasapps.spectra import hertz_of, mel_of

WINDOW_SECONDS = 0.032
_COLOURS = np.array(
    [(0, 0, 24), (50, 12, 96), (140, 30, 110), (222, 80, 64), (250, 170, 60), (252, 250, 190)]
)
"""From quiet to loud."""


def spectrum(samples: np.ndarray, rate: int) -> np.ndarray:
    """Complex spectra of windows that overlap by half, `(frames, bins)`; see `sound_of`.

    Args:
        samples: float `(samples,)`.
        rate: a second.
    """
    hop = _hop(rate)
    frames = -(-len(samples) // hop) + 1
    padded = np.zeros((frames + 1) * hop)
    padded[hop : hop + len(samples)] = samples
    starts = hop * np.arange(frames)
    windows = padded[starts[:, None] + np.arange(2 * hop)] * _slope(hop)
    return np.fft.rfft(windows, axis=1)


def sound_of(spectra: np.ndarray, *, rate: int, count: int) -> np.ndarray:
    """The samples that spectra are of, float32 `(count,)`: what `spectrum` was given, if unchanged.

    Args:
        spectra: as `spectrum` gives them.
        rate: samples a second.
        count: of the samples.
    """
    hop = _hop(rate)
    windows = np.fft.irfft(spectra, n=2 * hop, axis=1) * _slope(hop)
    samples = np.zeros((len(spectra) + 1) * hop)
    for number, window in enumerate(windows):
        samples[number * hop : (number + 2) * hop] += window
    return samples[hop : hop + count].astype(np.float32)


def pitches(rate: int, bands: int) -> np.ndarray:
    """Edges of bands that are equally wide to the ear, in Hz, `(bands + 1,)`, from 0 up."""
    return hertz_of(np.linspace(0, mel_of(np.array(rate / 2)), bands + 1))


def band_of_bins(edges: np.ndarray, rate: int) -> np.ndarray:
    """In which band each bin of `spectrum` is, int `(bins,)`."""
    bins = np.fft.rfftfreq(2 * _hop(rate), 1 / rate)
    places: np.ndarray = np.clip(np.searchsorted(edges, bins, side="right") - 1, 0, len(edges) - 2)
    return places


def picture_of(samples: np.ndarray, rate: int, *, width: int = 240, height: int = 120) -> bytes:
    """A spectrogram as PNG bytes: time from left to right, pitch from below, bright where loud.

    Args:
        samples: float `(samples,)`.
        rate: a second.
        width: pixels.
        height: pixels.
    """
    loud = np.abs(spectrum(samples, rate)) ** 2
    edges = pitches(rate, height)
    centres = (edges[:-1] + edges[1:]) / 2
    bins = np.fft.rfftfreq(2 * _hop(rate), 1 / rate)
    levels = 10 * np.log10(np.stack([np.interp(centres, bins, each) for each in loud]) + 1e-10)
    top = levels.max()
    shares = np.clip((levels - (top - 70)) / 70, 0, 1).T[::-1]
    picture = Image.fromarray(_coloured(shares))
    encoded = io.BytesIO()
    resized = picture.resize((width, height), Image.Resampling.BILINEAR)
    resized.quantize(64).save(encoded, "PNG", optimize=True)
    return encoded.getvalue()


def marked(picture: bytes, weights: np.ndarray) -> bytes:
    """A spectrogram of which the parts that spoke for an answer are left bright.

    Args:
        picture: as `picture_of` gives it.
        weights: float `(bands, pieces)`, low bands first; what is 0 or less is dark.
    """
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    most = weights.max()
    shares = np.clip(weights / most, 0, 1)[::-1] if most > 0 else np.zeros_like(weights)
    mask = Image.fromarray((60 + 195 * shares).astype(np.uint8))
    dark = Image.new("RGB", image.size)
    smooth = mask.resize(image.size, Image.Resampling.BILINEAR)
    encoded = io.BytesIO()
    Image.composite(image, dark, smooth).save(encoded, "PNG", optimize=True)
    return encoded.getvalue()


def _coloured(shares: np.ndarray) -> np.ndarray:
    """Shares from 0 to 1 as colours, uint8 `(…, 3)`."""
    places = np.linspace(0, 1, len(_COLOURS))
    channels = [np.interp(shares, places, _COLOURS[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def _hop(rate: int) -> int:
    return max(8, round(rate * WINDOW_SECONDS / 2))


def _slope(hop: int) -> np.ndarray:
    """Its square and that of its shifted copy add up to 1."""
    slope: np.ndarray = np.sin(np.pi * (np.arange(2 * hop) + 0.5) / (2 * hop))
    return slope
