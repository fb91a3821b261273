"""One sound in any form that a Python caller may have it in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config.limits import LONGEST_SOUND, MOST_SOUND_BYTES
from kerasapps.data.sounds.encode import wav_bytes
from kerasapps.data.sounds.opened import CHANNELS, RATES
from kerasapps.errors import DataError
from kerasapps.files.paths import is_url, user_path, without_scheme

FORMS = (
    "a file, encoded bytes, an open binary file, {'array': samples, 'sampling_rate': rate}, or an "
    "array of samples"
)


@dataclass(frozen=True)
class Samples:
    """A sound in memory.

    Attributes:
        values: `(samples,)` or `(samples, channels)`, int16, or float32 within -1 to 1.
        rate: samples a second.
    """

    values: np.ndarray
    rate: int

    def encoded(self) -> bytes:
        """A WAV file of it."""
        return wav_bytes(self.values, rate=self.rate)


def plain_sound(
    value: Any, *, rate: int | None = None, what: str = "the sound"
) -> Path | bytes | Samples:
    """A sound as samples, encoded bytes or a path, whatever form it came in.

    Args:
        value: a path; bytes, a bytearray or a memoryview; an open binary file (read from its
            start); a mapping with `array` and `sampling_rate`, or with `bytes` or `path`; an array
            or a tensor `(samples,)` or `(samples, channels)`: integers, or floats within -1 to 1.
        rate: samples a second of arrays that do not say it.
        what: names the sound in an error.

    Raises:
        DataError: for anything else, for a URL, and for samples of no known rate.
    """
    if isinstance(value, Mapping):
        return _of_mapping(value, rate, what)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, str | os.PathLike):
        return path_of(value)
    if hasattr(value, "read"):
        return _read(value, what)
    if hasattr(value, "__array__") and not isinstance(value, type):
        return _samples(value, rate, what)
    if isinstance(value, list) and value and all(isinstance(each, int | float) for each in value):
        return _samples(np.array(value), rate, what)
    raise DataError(f"{what} is a {type(value).__name__}; expected {FORMS}")


def is_in_memory(value: Any) -> bool:
    """Whether a cell of a table is a sound itself, be it a broken one, rather than its name."""
    if isinstance(value, bytes | bytearray | memoryview):
        return len(value) > 0
    if isinstance(value, Mapping):
        return value.get("array") is not None or bool(value.get("bytes"))
    return hasattr(value, "read") or (hasattr(value, "__array__") and np.ndim(value) > 0)


def path_of(value: str | os.PathLike[str]) -> Path:
    """The path of a sound file.

    Raises:
        DataError: if it is a URL, or no path.
    """
    text = without_scheme(os.fsdecode(value))
    if is_url(text):
        raise DataError(f"{text} is a URL: download the sound and give its file")
    return user_path(text, what="the sound", error=DataError)


def _of_mapping(value: Mapping[Any, Any], rate: int | None, what: str) -> Path | bytes | Samples:
    if value.get("array") is not None:  # as Hugging Face has them
        return _samples(value["array"], value.get("sampling_rate", rate), what)
    for key in ("bytes", "path"):
        if value.get(key):
            return plain_sound(value[key], rate=rate, what=what)
    raise DataError(f"{what} is a mapping of {', '.join(map(str, value))}; expected {FORMS}")


def _samples(value: Any, rate: Any, what: str) -> Samples:
    try:
        values = np.asarray(value)
    except Exception as error:  # every library has exceptions of its own
        raise DataError(f"{what} cannot be made a numpy array: {error}") from error
    if rate is None:
        raise DataError(
            f"{what} is an array that does not say how many samples make a second: give (sounds, "
            "labels, rate), or {'array': samples, 'sampling_rate': rate} for each"
        )
    low, high = RATES
    if isinstance(rate, bool) or not isinstance(rate, int | np.integer) or not low <= rate <= high:
        raise DataError(f"{what}: a rate of {rate!r}, which must be {low:,} to {high:,} a second")
    if values.ndim not in (1, 2) or not values.size:
        raise DataError(
            f"{what} has shape {values.shape}: expected (samples,) or (samples, channels)"
        )
    if values.ndim == 2 and values.shape[1] > CHANNELS:
        raise DataError(
            f"{what} has shape {values.shape}, which is {values.shape[1]} channels: expected "
            "(samples, channels); is it turned round?"
        )
    if len(values) > LONGEST_SOUND * rate:
        raise DataError(f"{what} is longer than {LONGEST_SOUND:,} s: cut it into parts")
    return Samples(_scaled(values, what), int(rate))


def _scaled(values: np.ndarray, what: str) -> np.ndarray:
    """int16 as it is, other integers by their range, floats as they are."""
    if values.dtype == np.int16:
        return values
    if values.dtype == np.uint8:
        return ((values.astype(np.int16) - 128) * 256).astype(np.int16)
    if values.dtype.kind == "f":
        return values.astype(np.float32)
    if values.dtype == np.int32:
        return (values / np.float64(1 << 31)).astype(np.float32)
    if values.dtype == np.int64:  # as lists of 16-bit samples, and TFDS, have them
        if values.min() < -32768 or values.max() > 32767:
            raise DataError(f"{what} has int64 samples beyond 16 bits: scale them to -1 to 1")
        return values.astype(np.int16)
    raise DataError(f"{what} has samples of type {values.dtype}: expected integers or floats")


def _read(file: Any, what: str) -> bytes:
    try:
        if file.seekable():
            file.seek(0)
        content = file.read(MOST_SOUND_BYTES + 1)
    except (OSError, ValueError, AttributeError) as error:
        raise DataError(f"{what} cannot be read: {error}") from error
    if not isinstance(content, bytes):
        raise DataError(f"{what} is a file of text: open it with 'rb'")
    return content
