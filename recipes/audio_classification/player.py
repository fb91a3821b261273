"""Sounds as files small enough to lie in a page or in a bundle."""

from __future__ import annotations

import io

import numpy as np


def flac_of(samples: np.ndarray, rate: int) -> bytes:
    """A sound as FLAC of 16 bits, which browsers and phones play and which loses nothing more.

    Args:
        samples: float32 `(samples,)`, -1 to 1.
        rate: a second.
    """
    import soundfile

    encoded = io.BytesIO()
    levels = np.clip(np.round(np.asarray(samples, np.float64) * 2**15), -(2**15), 2**15 - 1)
    soundfile.write(encoded, levels.astype(np.int16), rate, format="FLAC", subtype="PCM_16")
    return encoded.getvalue()
