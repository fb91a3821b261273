"""A multi-layer perceptron on a sound's bands: the floor that every other network must beat."""

from __future__ import annotations

import keras

from kerasapps.models.common import channels, logits, repeats
from kerasapps.models.sound_common import SoundShape, Timeline, refuse_causal
from kerasapps.models.text_common import chosen

_PARTS = 20  # of a clip, of which the means are taken


def sound_mlp(shape: SoundShape, *, dropout: float = 0.3) -> keras.Model:
    """Hidden dense layers with batch normalization over the mean bands of some twenty parts.

    Args:
        shape: `width` multiplies the hidden units (256), `depth` the hidden layers (2). Not causal;
            `kernel` does nothing.
        dropout: after every hidden layer, where `shape` leaves it open.

    Returns:
        A network from float32 sounds, `(batch, samples)`, -1 to 1, to float32 logits
        `(batch, num_classes)`.

    Raises:
        ConfigError: if `shape` is causal.

    Examples:
        >>> shape = kerasapps.models.SoundShape(samples=8000, rate=8000, num_classes=3, width=0.25)
        >>> kerasapps.models.sound_mlp(shape).output_shape
        (None, 3)
    """
    refuse_causal(shape, "mlp")
    timeline, rate = Timeline(shape), chosen(shape.dropout, dropout)
    x, pool = timeline.listen(), -(-shape.frames // _PARTS)
    if pool > 1:
        x = keras.layers.AveragePooling1D(pool, padding="same", name="parts")(x)
    x = keras.layers.Flatten(name="bands")(x)
    layers = repeats(2, shape.depth)
    for number in range(1, layers + 1):
        units = channels(256, shape.width)
        x = keras.layers.Dense(units, use_bias=False, name=f"hidden{number}")(x)
        x = keras.layers.BatchNormalization(momentum=0.9, name=f"norm{number}")(x)
        x = keras.layers.Activation("relu", name=f"relu{number}")(x)
        if rate and number < layers:
            x = keras.layers.Dropout(rate, name=f"dropout{number}")(x)
    return timeline.model(logits(x, shape.num_classes, rate), "sound_mlp")
