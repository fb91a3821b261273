"""Energies in bands become what stands out from the last half second."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kerasapps.layers.conv import Shape
from kerasapps.spectra import FLOOR

FORGOTTEN = 1e-4
"""Weight of a frame, beside the newest, that no longer counts in a clip: with all of them, products
grow with the square of its length."""


@keras.saving.register_keras_serializable(package="kerasapps")
class Pcen(keras.layers.Layer):
    """Each band's energy over its own running mean, then a root: loudness and hum fall out.

    `(energy / (floor + mean)**gain + bias)**power - bias**power`. The running mean forgets at a
    fixed rate, and is that of what was heard so far, not of zeros before it. Over a clip it is one
    convolution with the weights of the past, as far back as these count; in a stream it goes from
    call to call as a state.
    Gain, bias and power of each band are trained.

    Args:
        smoothing: share of a new frame in the running mean.
        gain: first value of each band's, as bias and power.
        bias: likewise.
        power: likewise.

    Call arguments:
        inputs: float, `(batch, frames, bands)`, energies of 0 or more.
        state: float, `(batch, 1 + bands)`, of a stream, zeros before it; None: a whole clip, whose
            number of frames is known.

    Output:
        Float, as `inputs`; with a state a pair of this and the new state.

    Reference: Wang et al. 2017, "Trainable Frontend For Robust and Far-Field Keyword Spotting".

    Examples:
        >>> layer = kerasapps.layers.Pcen()
        >>> layer(np.ones((2, 50, 20), np.float32)).shape
        TensorShape([2, 50, 20])
    """

    def __init__(
        self,
        *,
        smoothing: float = 0.04,
        gain: float = 0.9,
        bias: float = 1.0,
        power: float = 0.5,
        **kwargs: Any,
    ) -> None:
        # As of LogMel: energies reach from 1e-7 to 1.
        super().__init__(autocast=False, **kwargs)
        self.smoothing, self.gain, self.bias, self.power = smoothing, gain, bias, power

    def build(self, inputs_shape: Shape, state_shape: Shape | None = None) -> None:
        bands = int(inputs_shape[-1] or 0)

        def weight(name: str, value: float) -> Any:
            constant = keras.initializers.Constant(value)
            return self.add_weight(name=name, shape=(bands,), initializer=constant, autocast=False)

        self.gains = weight("gain", self.gain)
        self.biases = weight("bias", self.bias)
        self.powers = weight("power", self.power)
        self.built = True

    def call(self, inputs: Any, state: Any = None) -> Any:
        energies = keras.ops.cast(inputs, "float32")
        if state is None:
            return self._compressed(energies, self._running_means(energies))
        means, state = self._next_means(energies, keras.ops.cast(state, "float32"))
        return self._compressed(energies, means), state

    def _running_means(self, energies: Any) -> Any:
        """Of every frame of a clip."""
        ops, frames = keras.ops, energies.shape[1]
        weights = self.smoothing * (1 - self.smoothing) ** np.arange(frames)
        reach = int(np.sum(weights >= self.smoothing * FORGOTTEN))
        heard = np.cumsum(weights)[np.minimum(np.arange(frames), reach - 1)]
        kernel = weights[reach - 1 :: -1].reshape(reach, 1, 1, 1).astype(np.float32)
        past = ops.pad(energies, ((0, 0), (reach - 1, 0), (0, 0)))
        sums = ops.conv(past[..., None], kernel, padding="valid")[..., 0]
        return sums * (1 / heard).astype(np.float32)[:, None]

    def _next_means(self, energies: Any, state: Any) -> tuple[Any, Any]:
        """Of the frames of a chunk: the state is how much was heard, and its sums."""
        ops, means = keras.ops, []
        for number in range(energies.shape[1]):
            frame = energies[:, number]
            new = ops.concatenate([ops.ones_like(frame[:, :1]), frame], axis=-1)
            state = state + self.smoothing * (new - state)
            means.append(state[:, 1:] / state[:, :1])
        return ops.stack(means, axis=1), state

    def _compressed(self, energies: Any, means: Any) -> Any:
        ops = keras.ops
        ratio = energies * ops.exp(-self.gains * ops.log(means + FLOOR))
        bias = ops.maximum(self.biases, 1e-3)
        raised = ops.exp(self.powers * ops.log(ratio + bias)) - ops.exp(self.powers * ops.log(bias))
        return ops.cast(raised, self.compute_dtype)

    def compute_output_shape(self, inputs_shape: Shape, state_shape: Shape | None = None) -> Any:
        return inputs_shape if state_shape is None else (inputs_shape, state_shape)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "smoothing": self.smoothing,
            "gain": self.gain,
            "bias": self.bias,
            "power": self.power,
        }
