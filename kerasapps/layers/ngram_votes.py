"""Votes of n-grams in networks that learnt these by gradients, as finished bundles hold them."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.conv import Shape

_OF_TRAINING = ("dropout", "spread", "smoothing")


@keras.saving.register_keras_serializable(package="kerasapps")
class NgramVotes(keras.layers.Layer):
    """The sum of the votes of a text's n-grams for every class.

    Networks are built with `SolvedVotes` instead. This layer is what finished ones were built with
    before, reduced to what they answer with: of a saved configuration the options that only
    training followed are left out.

    Args:
        classes: votes of an n-gram.
        ngrams: ids run from 0 (no n-gram) to this, exclusive.

    Call arguments:
        inputs: int32 ids, `(batch, n)`, such as `NgramIds` makes.

    Output:
        Float, `(batch, classes)`: sums of votes.

    Reference: Wang and Manning 2012, section 2.1 (naive Bayes on the presence of n-grams).

    Examples:
        >>> layer = kerasapps.layers.NgramVotes(classes=3, ngrams=50)
        >>> layer(np.array([[7, 9, 0]], np.int32)).shape
        TensorShape([1, 3])
    """

    def __init__(self, classes: int, ngrams: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.classes, self.ngrams = classes, ngrams

    def build(self, input_shape: Shape) -> None:
        self.votes = self.add_weight(
            name="votes", shape=(self.ngrams, self.classes), initializer="zeros"
        )
        self.built = True

    def call(self, inputs: Any) -> Any:
        ops, dtype = keras.ops, self.compute_dtype
        present = ops.cast(ops.expand_dims(inputs > 0, -1), dtype)
        return ops.sum(ops.cast(ops.take(self.votes, inputs, axis=0), dtype) * present, axis=1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], self.classes)

    def compute_output_spec(self, inputs: Any) -> Any:
        # A float from integers: Keras would take the type from the inputs.
        shape = self.compute_output_shape(inputs.shape)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"classes": self.classes, "ngrams": self.ngrams}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> NgramVotes:
        return cls(**{name: config[name] for name in config if name not in _OF_TRAINING})
