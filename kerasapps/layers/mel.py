"""Sounds become energies in bands of frequencies, by constant products that every runtime has."""

from __future__ import annotations

import math
from typing import Any, Literal, get_args

import keras
import numpy as np

from kerasapps.layers.conv import Shape
from kerasapps.spectra import FLOOR, MelBands, paddings

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
        ops, (slow, fast) = keras.ops, self.bands.factors
        taper, first, turn_re, turn_im, second, filters = self._constants
        kept = slow // 2 + 1
        x = ops.pad(frames * taper, ((0, 0), (0, slow * fast - self.bands.window)))
        x = ops.transpose(ops.reshape(x, (-1, slow, fast)), (0, 2, 1))
        x = ops.reshape(ops.matmul(ops.reshape(x, (-1, slow)), first), (-1, fast, 2 * kept))
        re, im = x[..., :kept], x[..., kept:]
        x = ops.concatenate([re * turn_re - im * turn_im, re * turn_im + im * turn_re], axis=1)
        x = ops.reshape(ops.transpose(x, (0, 2, 1)), (-1, 2 * fast))
        x = ops.matmul(x, second)
        power = ops.square(x[:, :fast]) + ops.square(x[:, fast:])
        return ops.matmul(ops.reshape(power, (-1, kept * fast)), filters)

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


def transform_constants(bands: MelBands) -> tuple[np.ndarray, ...]:
    """What the two steps of a transform multiply by, float32.

    With n = fast·n1 + n2 and k = k1 + slow·k2 a transform is one over n1, a turn by n2·k1, and one
    over n2. Half of the k1 suffice, as a real sound's other half is a mirror image. A bin that
    comes twice counts half each time.

    Args:
        bands: what is computed.

    Returns:
        The taper `(window,)`; the first matrix `(slow, 2·kept)`; the turns' real and imaginary
        parts `(fast, kept)`; the second matrix `(2·fast, 2·fast)`; what goes from each result into
        each band, `(kept·fast, mels)`.
    """
    slow, fast = bands.factors
    kept, size = slow // 2 + 1, slow * fast
    first = np.exp(-2j * np.pi * np.outer(np.arange(slow), np.arange(kept)) / slow)
    turns = np.exp(-2j * np.pi * np.outer(np.arange(fast), np.arange(kept)) / size)
    second = np.exp(-2j * np.pi * np.outer(np.arange(fast), np.arange(fast)) / fast)
    numbers = np.arange(kept)[:, None] + slow * np.arange(fast)[None, :]
    bins = np.minimum(numbers, size - numbers).ravel()
    filters = bands.filters[bins] / np.bincount(bins)[bins][:, None]
    real = np.block([[second.real, second.imag], [-second.imag, second.real]])
    return tuple(
        each.astype(np.float32)
        for each in (
            bands.taper,
            np.concatenate([first.real, first.imag], axis=1),
            turns.real,
            turns.imag,
            real,
            filters,
        )
    )
