"""Sounds become energies in bands of frequencies, by constant products that every runtime has."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import keras
import numpy as np

from kerasapps.layers.conv import Shape
from kerasapps.spectra import FLOOR, MelBands, paddings

# Converters that quantize weights leave matrices of fewer numbers alone: in 8 bits the loud parts
# of a spectrum would drown the quiet ones.
_SMALL = 1024
_GROUP = 8  # bands

Padding = Literal["centre", "causal", "none"]
Scale = Literal["log", "energy"]


@keras.saving.register_keras_serializable(package="kerasapps")
class LogMel(keras.layers.Layer):
    """The logarithms of a sound's energy in bands that are even on the mel scale.

    Frames are cut by slices. Each is transformed in two short steps instead of a long one: a length
    of N1 times N2 needs a matrix of N1 and one of N2 with a product by constants between, which are
    a fiftieth of the numbers. Nothing of it is trained, all is float32, and no operation is used
    that a phone lacks. `spectra.log_mel` says the same in numpy.

    Args:
        rate: samples a second.
        mels: bands.
        window: milliseconds that a frame sees.
        hop: milliseconds from a frame to the next.
        padding: "centre": a frame's middle is that of its hop; "causal": it ends where its hop
            ends; "none": there are only frames whose window is within the sound, as for a stream
            whose last samples are put before the new ones.
        scale: "log", or "energy" for what goes into `Pcen`.

    Call arguments:
        inputs: float, `(batch, samples)`, -1 to 1, at least a hop (with "none" a window).

    Output:
        Float, `(batch, frames, mels)`: a frame for each whole hop.

    Raises:
        ValueError: for another padding or scale, or a sound that is too short.

    Reference: Davis and Mermelstein 1980; Cooley and Tukey 1965 (the two steps).

    Examples:
        >>> layer = kerasapps.layers.LogMel(8000, mels=20)
        >>> layer(np.zeros((2, 8000), np.float32)).shape
        TensorShape([2, 100, 20])
    """

    def __init__(
        self,
        rate: int,
        *,
        mels: int = 40,
        window: float = 25.0,
        hop: float = 10.0,
        padding: Padding = "centre",
        scale: Scale = "log",
        **kwargs: Any,
    ) -> None:
        # Samples of less precision than float32 would be noise: they are not cast on the way in.
        super().__init__(autocast=False, **kwargs)
        for name, value, known in (("padding", padding, Padding), ("scale", scale, Scale)):
            if value not in get_args(known):
                choices = ", ".join(map(repr, get_args(known)))
                raise ValueError(f"LogMel.{name} must be one of {choices}, got {value!r}.")
        self.rate, self.mels, self.window, self.hop = rate, mels, window, hop
        self.padding, self.scale = padding, scale
        self.bands = MelBands(rate=rate, mels=mels, window_ms=window, hop_ms=hop)

    def build(self, input_shape: Shape) -> None:
        if not self._frames(input_shape[1]):
            raise ValueError(
                f"LogMel needs a sound of a known length, at least {self.bands.hop} samples, got "
                f"{input_shape[1]}."
            )
        self._constants = transform_constants(self.bands)
        self.built = True

    def call(self, inputs: Any) -> Any:
        ops, bands = keras.ops, self.bands
        frames = self._framed(ops.cast(inputs, "float32"))
        energies = self._energies(ops.reshape(frames, (-1, bands.window)))
        values = ops.log(energies + FLOOR) if self.scale == "log" else energies
        values = ops.reshape(values, (-1, frames.shape[1], self.mels))
        return ops.cast(values, self.compute_dtype)

    def _framed(self, sound: Any) -> Any:
        """Frames, `(batch, frames, window)`, glued together of slices of what they share."""
        ops, bands = keras.ops, self.bands
        count, part = self._frames(sound.shape[1]), math.gcd(bands.hop, bands.window)
        if self.padding != "none":
            ends = paddings(bands, causal=self.padding == "causal")
            sound = ops.pad(sound[:, : count * bands.hop], ((0, 0), ends))
        parts = ops.reshape(sound, (-1, sound.shape[1] // part, part))
        step, last = bands.hop // part, (count - 1) * (bands.hop // part) + 1
        slices = [parts[:, at : at + last : step] for at in range(bands.window // part)]
        return slices[0] if len(slices) == 1 else ops.concatenate(slices, axis=-1)

    def _energies(self, frames: Any) -> Any:
        """Energies of the bands, `(frames, mels)`, of frames, `(frames, window)`."""
        ops, (slow, fast), given = keras.ops, self.bands.factors, self._constants
        kept = slow // 2 + 1
        x = ops.pad(frames * given.taper, ((0, 0), (0, slow * fast - self.bands.window)))
        x = ops.transpose(ops.reshape(x, (-1, slow, fast)), (0, 2, 1))
        x = _product(ops.reshape(x, (-1, slow)), given.first)
        x = ops.reshape(x, (-1, fast, 2 * kept))
        re, im = x[..., :kept], x[..., kept:]
        turned = [re * given.cosines - im * given.sines, re * given.sines + im * given.cosines]
        x = ops.transpose(ops.concatenate(turned, axis=1), (0, 2, 1))
        x = _product(ops.reshape(x, (-1, 2 * fast)), given.second)
        power = ops.reshape(ops.square(x[:, :fast]) + ops.square(x[:, fast:]), (-1, kept * fast))
        power = ops.take(power, given.order, axis=1)
        bands = [ops.matmul(power[:, low:high], filters) for low, high, filters in given.groups]
        return bands[0] if len(bands) == 1 else ops.concatenate(bands, axis=1)

    def _frames(self, samples: int | None) -> int:
        if samples is None:
            return 0
        if self.padding == "none":
            return max(0, (samples - self.bands.overlap) // self.bands.hop)
        return self.bands.frames(samples)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], self._frames(input_shape[1]), self.mels)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "rate": self.rate,
            "mels": self.mels,
            "window": self.window,
            "hop": self.hop,
            "padding": self.padding,
            "scale": self.scale,
        }


@dataclass(frozen=True)
class TransformConstants:
    """What a transform multiplies by, float32.

    With n = fast·n1 + n2 and k = k1 + slow·k2 a transform is one over n1, a turn by n2·k1, and one
    over n2. Half of the k1 suffice, as a real sound's other half is a mirror image.

    Attributes:
        taper: of a frame, `(window,)`.
        first: `(slow, 2·kept)`: real parts, then imaginary ones.
        cosines: of the turns, `(fast, kept)`.
        sines: likewise.
        second: `(2·fast, 2·fast)`: both parts to both parts.
        order: int32 `(bins,)`, where each bin is among the results.
        groups: neighbouring bands: first bin, last one (exclusive), and how much of each goes into
            each band, `(bins, bands)`.
    """

    taper: np.ndarray
    first: np.ndarray
    cosines: np.ndarray
    sines: np.ndarray
    second: np.ndarray
    order: np.ndarray
    groups: Sequence[tuple[int, int, np.ndarray]]


def transform_constants(bands: MelBands) -> TransformConstants:
    """The constants of a front end."""
    slow, fast = bands.factors
    kept, size = slow // 2 + 1, slow * fast
    first = np.exp(-2j * np.pi * np.outer(np.arange(slow), np.arange(kept)) / slow)
    turns = np.exp(-2j * np.pi * np.outer(np.arange(fast), np.arange(kept)) / size)
    second = np.exp(-2j * np.pi * np.outer(np.arange(fast), np.arange(fast)) / fast)
    numbers = np.arange(kept)[:, None] + slow * np.arange(fast)[None, :]
    _, order = np.unique(np.minimum(numbers, size - numbers), return_index=True)
    return TransformConstants(
        taper=bands.taper.astype(np.float32),
        first=np.concatenate([first.real, first.imag], axis=1).astype(np.float32),
        cosines=turns.real.astype(np.float32),
        sines=turns.imag.astype(np.float32),
        second=np.block([[second.real, second.imag], [-second.imag, second.real]]).astype(
            np.float32
        ),
        order=order.astype(np.int32),
        groups=[*_groups(bands.filters.astype(np.float32))],
    )


def _groups(filters: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
    """Bands whose bins are near each other: most of the whole matrix is zeros."""
    first, count = 0, filters.shape[1]
    while first < count:
        last = first + 1
        while last < min(count, first + _GROUP) and _area(filters[:, first : last + 1]) < _SMALL:
            last += 1
        low, high = _span(filters[:, first:last])
        yield low, high, filters[low:high, first:last]
        first = last


def _span(filters: np.ndarray) -> tuple[int, int]:
    (used,) = np.nonzero(filters.any(axis=1))
    return int(used[0]), int(used[-1]) + 1


def _area(filters: np.ndarray) -> int:
    low, high = _span(filters)
    return (high - low) * filters.shape[1]


def _product(x: Any, matrix: np.ndarray) -> Any:
    """`x · matrix`, of a large matrix a part at a time."""
    width = max(1, (_SMALL - 1) // len(matrix))
    parts = [
        keras.ops.matmul(x, matrix[:, start : start + width])
        for start in range(0, matrix.shape[1], width)
    ]
    return parts[0] if len(parts) == 1 else keras.ops.concatenate(parts, axis=1)
