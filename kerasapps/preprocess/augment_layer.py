"""Random changes of pictures as a Keras layer, for models that are trained by Keras itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.preprocess.augmentation import Augmentation, augment, check_pictures, find_preset


@keras.saving.register_keras_serializable(package="kerasapps")
class Augment(keras.layers.Layer):
    """Changes pictures at random in training, and lets them pass otherwise.

    The same changes as `augment`, but for those that need targets (MixUp, CutMix) or encoded files
    (resampling, JPEG), which belong into the data set. In files made for phones nothing is left of
    the layer.

    Args:
        augmentation: what to do, or the name of a preset without what needs more than pictures:
            "none", "light", "strong".
        seed: of the random choice.

    Call arguments:
        inputs: uint8 or float, `(batch, height, width, channels)`, 0 to 255; all but the batch
            known.
        training: whether pictures are changed.

    Output:
        Float, as `inputs`.

    Raises:
        ConfigError: for an unknown preset, or an augmentation that mixes pictures.
        DataError: if called with something else than a batch of pictures of known sides.

    Examples:
        >>> layer = kerasapps.preprocess.Augment("light", seed=0)
        >>> layer(np.zeros((2, 32, 32, 3), np.uint8), training=True).shape
        TensorShape([2, 32, 32, 3])
    """

    def __init__(
        self,
        augmentation: Augmentation | Mapping[str, Any] | str = "light",
        *,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.augmentation, self.seed = _resolved(augmentation), seed
        self._seeds = keras.random.SeedGenerator(seed)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        check_pictures(input_shape)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        if training:
            none = tf.zeros([tf.shape(inputs)[0], 1])
            inputs, _ = augment(
                inputs, none, seed=self._seeds.next(), augmentation=self.augmentation
            )
        return keras.ops.cast(inputs, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "augmentation": dataclasses.asdict(self.augmentation),
            "seed": self.seed,
        }


def _resolved(augmentation: Augmentation | Mapping[str, Any] | str) -> Augmentation:
    if isinstance(augmentation, str):
        return find_preset(augmentation).unmixed
    if isinstance(augmentation, Mapping):
        augmentation = Augmentation(**augmentation)
    if augmentation.mixes:
        raise ConfigError(
            "A layer sees no targets, which MixUp and CutMix change: use augment_batches, or "
            "augmentation.unmixed."
        )
    return augmentation
