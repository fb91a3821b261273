"""Samples become the bytes of a WAV file: the same bytes for the same samples."""

from __future__ import annotations

import struct

import numpy as np

_PCM, _FLOAT = 1, 3


def wav_bytes(samples: np.ndarray, *, rate: int) -> bytes:
    """A WAV file of samples, without a date or a name of a program.

    Args:
        samples: `(samples,)` or `(samples, channels)`: int16, or else what float32 holds.
        rate: samples a second.
    """
    table = samples[:, np.newaxis] if samples.ndim == 1 else samples
    whole = table.dtype == np.int16
    body = np.ascontiguousarray(table, "<i2" if whole else "<f4").tobytes()
    size = 2 if whole else 4
    channels = table.shape[1]
    head = struct.pack(
        "<4sIHHIIHH",
        b"fmt ",
        16,
        _PCM if whole else _FLOAT,
        channels,
        rate,
        rate * channels * size,
        channels * size,
        8 * size,
    )
    content = head + struct.pack("<4sI", b"data", len(body)) + body
    return struct.pack("<4sI4s", b"RIFF", 4 + len(content), b"WAVE") + content
