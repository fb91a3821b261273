"""Two judges answer together, of whom only one still learns."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.conv import Shape


@keras.saving.register_keras_serializable(package="kerasapps")
class OpinionPool(keras.layers.Layer):
    """The mean of two judges' logits; in training the second one's alone.

    The first judge knows the training texts by heart: beside it the second would have nothing left
    to learn. Each learns for itself, and their errors differ.

    Call arguments:
        inputs: logits of a judge that is solved, and of one that learns, each `(batch, classes)`.
        training: whether the second is to learn.

    Output:
        Logits, `(batch, classes)`.

    Reference: Heskes 1998 (the logarithmic opinion pool is no worse than its members on average).

    Examples:
        >>> layer = kerasapps.layers.OpinionPool()
        >>> layer([np.float32([[2.0, 0.0]]), np.float32([[0.0, 2.0]])]).numpy()
        array([[1., 1.]], dtype=float32)
    """

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        solved, learning = inputs
        return learning if training else (solved + learning) * 0.5

    def compute_output_shape(self, input_shape: Any) -> Shape:
        shape: Shape = tuple(input_shape[1])
        return shape
