"""In training, stripes of a sound's frames and bands are hidden."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.conv import Shape


@keras.saving.register_keras_serializable(package="kerasapps")
class SpecAugment(keras.layers.Layer):
    """In training, stripes of frames and of bands become zero, each of a random width and place.

    Put it behind a normalization, where zero is the mean.

    Args:
        stripes: of each kind.
        time: the widest stripe of frames, as a share of all.
        frequency: the widest stripe of bands, likewise.
        seed: of the random choice.

    Call arguments:
        inputs: float, `(batch, frames, bands)`, both known.
        training: whether anything is hidden.

    Output:
        As `inputs`.

    Raises:
        ValueError: for a share outside 0 to 1, or no stripes.

    Reference: Park et al. 2019, "SpecAugment", section 2, without the warping.

    Examples:
        >>> layer = kerasapps.layers.SpecAugment()
        >>> layer(np.ones((2, 50, 20), np.float32), training=True).shape
        TensorShape([2, 50, 20])
    """

    def __init__(
        self,
        *,
        stripes: int = 2,
        time: float = 0.2,
        frequency: float = 0.2,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if stripes < 1 or not (0 <= time <= 1 and 0 <= frequency <= 1):
            raise ValueError(
                "SpecAugment needs a stripe or more and shares from 0 to 1, got "
                f"{stripes!r} stripes, {time!r} and {frequency!r}."
            )
        self.stripes, self.time, self.frequency, self.seed = stripes, time, frequency, seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        if not training:
            return inputs
        ops, (frames, bands) = keras.ops, inputs.shape[1:]
        seen = self._seen(inputs, frames, self.time)[:, :, None]
        seen = ops.logical_and(seen, self._seen(inputs, bands, self.frequency)[:, None, :])
        return inputs * ops.cast(seen, inputs.dtype)

    def _seen(self, inputs: Any, count: int, share: float) -> Any:
        """Bool, `(batch, count)`, False within a stripe."""
        ops = keras.ops
        sizes = (2, ops.shape(inputs)[0], self.stripes, 1)
        draw = keras.random.uniform(sizes, dtype="float32", seed=self.seed_generator)
        width = draw[0] * (share * count)
        start = draw[1] * (count - width)
        places = ops.arange(count, dtype="float32") + 0.5
        hidden = ops.logical_and(places >= start, places < start + width)
        return ops.logical_not(ops.any(hidden, axis=1))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "stripes": self.stripes,
            "time": self.time,
            "frequency": self.frequency,
            "seed": self.seed,
        }
