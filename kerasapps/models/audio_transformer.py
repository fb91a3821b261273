"""A small transformer over a sound's frames, trained from scratch."""

from __future__ import annotations

import keras

from kerasapps.layers.transformer import PositionalEncoding, TransformerEncoderBlock
from kerasapps.models.common import logits, repeats
from kerasapps.models.sound_common import SoundShape, Timeline, convolve, refuse_causal
from kerasapps.models.text_common import chosen


def audio_transformer(shape: SoundShape, *, dropout: float = 0.1, kernel: int = 7) -> keras.Model:
    """A convolution makes a token of each four frames; attention blocks, and the tokens' mean.

    Args:
        shape: `width` multiplies the heads (3, of 32 channels each), `depth` the blocks (3). Not
            causal.
        dropout: before the head and within the blocks, where `shape` leaves it open.
        kernel: frames that make a token, likewise.

    Returns:
        A network from float32 sounds, `(batch, samples)`, -1 to 1, to float32 logits
        `(batch, num_classes)`.

    Raises:
        ConfigError: if `shape` is causal.

    Reference: Berg et al. 2021, "Keyword Transformer"; Xiong et al. 2020, section 3.2 (pre-norm).

    Examples:
        >>> shape = kerasapps.models.SoundShape(samples=8000, rate=8000, num_classes=3, width=0.25)
        >>> kerasapps.models.audio_transformer(shape).output_shape
        (None, 3)
    """
    refuse_causal(shape, "audio_transformer")
    timeline, rate = Timeline(shape), chosen(shape.dropout, dropout)
    heads = max(1, round(3 * shape.width))
    x = keras.ops.expand_dims(timeline.listen(), 2)
    frames = chosen(shape.kernel, kernel)
    x = convolve(timeline, x, 32 * heads, (frames, 1), strides=(4, 1), name="tokens")
    x = keras.layers.Reshape((x.shape[1], 32 * heads), name="sequence")(x)
    x = PositionalEncoding(scale=0.3, name="positions")(x)
    for number in range(1, repeats(3, shape.depth) + 1):
        x = TransformerEncoderBlock(heads, expansion=2, dropout=rate, name=f"block{number}")(x)
    x = keras.layers.LayerNormalization(name="norm")(x)
    outputs = logits(timeline.mean(x), shape.num_classes, rate)
    return timeline.model(outputs, "audio_transformer")
