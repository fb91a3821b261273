"""Vectors of positions for sequences of a known largest length, whole or token by token."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.conv import Shape
from kerasapps.layers.positions import sequence_waves


@keras.saving.register_keras_serializable(package="kerasapps")
class PositionTable(keras.layers.Layer):
    """Adds to each token the vector of its position, fixed waves or learnt.

    Args:
        length: of the longest sequence.
        learned: learn the vectors instead of taking waves.

    Call arguments:
        inputs: float, `(batch, at most length, channels)`; for waves an even number of channels.

    Output:
        As `inputs`.

    Raises:
        ValueError: for inputs known to be longer than `length`, or waves in an odd number of
            channels. Where the length is only known when the graph runs, the sum of unequal shapes
            is TensorFlow's error.

    Reference: Vaswani et al. 2017, section 3.5; learnt: Gehring et al. 2017, section 3.1.

    Examples:
        >>> layer = kerasapps.layers.PositionTable(length=9)
        >>> layer(np.ones((2, 5, 8), np.float32)).shape
        TensorShape([2, 5, 8])
    """

    def __init__(self, length: int, *, learned: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.length, self.learned = length, learned

    def build(self, input_shape: Shape) -> None:
        channels = int(input_shape[-1] or 0)
        if self.learned:
            self.vectors = self.add_weight(
                name="vectors",
                shape=(self.length, channels),
                initializer=keras.initializers.RandomNormal(stddev=channels**-0.5),
            )
        else:
            self._waves = sequence_waves(self.length, channels)
        self.built = True

    def call(self, inputs: Any) -> Any:
        if inputs.shape[1] is not None and inputs.shape[1] > self.length:
            raise ValueError(f"A text has {inputs.shape[1]} tokens, more than {self.length}.")
        count = keras.ops.shape(inputs)[1]
        return inputs + self._table(inputs.dtype)[:count]

    def step(self, inputs: Any, position: Any) -> Any:
        """Adds the vector of one position.

        Args:
            inputs: float, `(batch, 1, channels)`.
            position: int32, scalar, from 0, below `length`.

        Returns:
            As `inputs`.
        """
        return inputs + keras.ops.take(self._table(inputs.dtype), position, axis=0)

    def _table(self, dtype: Any) -> Any:
        return keras.ops.cast(self.vectors if self.learned else self._waves, dtype)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"length": self.length, "learned": self.learned}
