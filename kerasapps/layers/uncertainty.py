"""How much each of several losses of one network counts, learnt with the rest."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.conv import Shape


@keras.saving.register_keras_serializable(package="kerasapps")
class UncertaintyWeights(keras.layers.Layer):
    """The logarithms of the variances of several answers, held for the loss that weighs these.

    Outputs pass through as they are, so that a network with this layer at its end converts as one
    without.

    Args:
        answers: how many there are.

    Call arguments:
        inputs: float, of any shape.

    Output:
        As `inputs`.

    Attributes:
        log_variances: float32 `(answers,)`, learnt; 0 at first.

    Reference: Kendall, Gal and Cipolla 2018, "Multi-Task Learning Using Uncertainty to Weigh Losses
    for Scene Geometry and Semantics", section 3.2.

    Examples:
        >>> layer = kerasapps.layers.UncertaintyWeights(2)
        >>> layer(np.ones((1, 4), np.float32)).shape
        TensorShape([1, 4])
        >>> float(layer.weighed([2.0, 4.0], scales=[1.0, 0.5]))
        4.0
    """

    def __init__(self, answers: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.answers = answers

    def build(self, input_shape: Shape) -> None:
        self.log_variances = self.add_weight(
            name="log_variances", shape=(self.answers,), initializer="zeros", autocast=False
        )
        self.built = True

    def call(self, inputs: Any) -> Any:
        return inputs

    def weighed(self, losses: Any, *, scales: Any) -> Any:
        """One loss of several: each is divided by its variance, and a large variance costs.

        Args:
            losses: float32 `(answers,)`.
            scales: float `(answers,)`: 1/2 where a loss is a squared error, 1 for a cross-entropy.

        Returns:
            Float32 scalar; it may be below 0.
        """
        logs = keras.ops.convert_to_tensor(self.log_variances)
        scaled = keras.ops.convert_to_tensor(losses, "float32") * keras.ops.cast(scales, "float32")
        return keras.ops.sum(keras.ops.exp(-logs) * scaled + logs / 2)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"answers": self.answers}
