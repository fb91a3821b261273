"""The transformer: an encoder that reads a sentence at once, and a decoder that attends to it."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.decoder import TransformerDecoderBlock
from kerasapps.layers.position_table import PositionTable
from kerasapps.layers.transformer import TransformerEncoderBlock
from kerasapps.models.common import repeats
from kerasapps.models.translator import State, Translator, TranslatorShape, source_mask


@keras.saving.register_keras_serializable(package="kerasapps")
class Seq2SeqTransformer(Translator):
    """Encoder and decoder of attention alone.

    Normalization is `"pre"` where `shape.norm` leaves it open: it trains well with few warm-up
    steps, so also in few minutes.

    Args:
        shape: sizes; width and depth are applied here, and its dropout is in the place of `rate`.
        blocks: of the encoder, and of the decoder, at depth 1.
        heads: of each attention, at width 1.
        head_size: channels of a head; all together are the channels of the network.
        expansion: hidden units of the perceptrons as a multiple of the channels.
        rate: dropout of embeddings and of the parts' outputs, unless `shape` has one. Attention
            weights are not dropped.
        **kwargs: of `keras.Model`.

    Call arguments, output: `Translator`.

    Reference: Vaswani et al. 2017, section 3; tied embeddings: section 3.4.

    Examples:
        >>> shape = kerasapps.models.TranslatorShape(
        ...     source_vocabulary=50, target_vocabulary=60, joint=False, max_source=8, max_target=9
        ... )
        >>> network = kerasapps.models.Seq2SeqTransformer(
        ...     shape, blocks=1, heads=2, head_size=4, expansion=2, rate=0.1
        ... )
        >>> network((np.array([[5, 6, 3]], np.int32), np.array([[2, 7]], np.int32))).shape
        TensorShape([1, 2, 60])
    """

    def __init__(
        self,
        shape: TranslatorShape,
        *,
        blocks: int,
        heads: int,
        head_size: int,
        expansion: float,
        rate: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(shape, **kwargs)
        self.blocks, self.heads, self.head_size = blocks, heads, head_size
        self.expansion, self.rate = expansion, rate
        channels = max(1, round(heads * shape.width)) * head_size
        self._build_embedding(channels)
        self.source_positions = self._positions("source_positions", shape.max_source)
        self.target_positions = self._positions("target_positions", shape.max_target)
        for layer in (self.source_positions, self.target_positions):
            layer.build((None, None, channels))
        dropout = rate if shape.dropout is None else shape.dropout
        self.drop = keras.layers.Dropout(dropout, name="drop", dtype=self.dtype_policy)
        self._build_blocks(channels, dropout)
        self.built = True

    def _positions(self, name: str, length: int) -> PositionTable:
        learned = self.shape.positions == "learned"
        return PositionTable(length, learned=learned, name=name, dtype=self.dtype_policy)

    def _build_blocks(self, channels: int, dropout: float) -> None:
        numbers = range(1, repeats(self.blocks, self.shape.depth) + 1)
        tokens = (None, None, channels)
        options = {
            "num_heads": channels // self.head_size,
            "expansion": self.expansion,
            "dropout": dropout,
            "attention_dropout": 0.0,
            "activation": "relu",
            "norm": self.shape.norm or "pre",
            "dtype": self.dtype_policy,
        }
        self.encoder = [TransformerEncoderBlock(name=f"encoder{n}", **options) for n in numbers]
        self.decoder = [TransformerDecoderBlock(name=f"decoder{n}", **options) for n in numbers]
        for encoder, decoder in zip(self.encoder, self.decoder, strict=True):
            encoder.build(tokens)
            decoder.build(tokens, tokens)
        # With norms before the parts nothing has normalized the sum that comes out.
        last = [] if options["norm"] == "post" else ["encoder_norm", "decoder_norm"]
        self.last_norms = [
            keras.layers.LayerNormalization(name=name, dtype=self.dtype_policy) for name in last
        ]
        for norm in self.last_norms:
            norm.build(tokens)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        source, target = inputs
        memory, mask = self._read(source, training)
        x = self.target_positions(self.embedding.target(target))
        x = self.drop(x, training=training)
        for block in self.decoder:
            x = block(x, memory, memory_mask=mask, training=training)
        return self.embedding.logits(self._last(x, 1))

    def _read(self, source: Any, training: bool | None = None) -> tuple[Any, Any]:
        """The encoder's output, float `(batch, s, channels)`, and its mask."""
        mask = source_mask(source)
        x = self.drop(self.source_positions(self.embedding.source(source)), training=training)
        for block in self.encoder:
            x = block(x, mask=mask, training=training)
        return self._last(x, 0), mask

    def _last(self, x: Any, stack: int) -> Any:
        return self.last_norms[stack](x) if self.last_norms else x

    def encode(self, source: Any) -> tuple[State, State]:
        read, mask = self._read(source, training=False)
        batch = keras.ops.shape(source)[0]
        memory: State = {"memory_mask": mask}
        cache: State = {}
        for number, block in enumerate(self.decoder, start=1):
            memory |= _named("memory", number, block.read(read))
            cache |= _named("cache", number, block.empty_cache(batch, self.shape.max_target))
        return memory, cache

    def decode_step(
        self, tokens: Any, position: Any, memory: State, cache: State
    ) -> tuple[Any, State, Any]:
        ops = keras.ops
        x = self.embedding.target(ops.expand_dims(tokens, 1))
        x, weights = self.target_positions.step(x, position), None
        after: State = {}
        for number, block in enumerate(self.decoder, start=1):
            x, written, weights = block.step(
                x,
                position,
                memory=_of(memory, "memory", number),
                memory_mask=memory["memory_mask"],
                cache=_of(cache, "cache", number),
            )
            after |= _named("cache", number, written)
        attention = ops.mean(ops.cast(weights, "float32"), axis=1)
        return self.embedding.logits(self._last(x, 1)[:, 0]), after, attention

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "blocks": self.blocks,
            "heads": self.heads,
            "head_size": self.head_size,
            "expansion": self.expansion,
            "rate": self.rate,
        }


def _named(kind: str, number: int, keys_values: tuple[Any, Any]) -> State:
    keys, values = keys_values
    return {f"{kind}_keys{number}": keys, f"{kind}_values{number}": values}


def _of(state: State, kind: str, number: int) -> tuple[Any, Any]:
    return state[f"{kind}_keys{number}"], state[f"{kind}_values{number}"]


def transformer_tiny(shape: TranslatorShape, *, dropout: float = 0.3) -> Seq2SeqTransformer:
    """4 + 4 blocks of 4 heads of 32 channels, 128 in all, perceptrons of 256.

    The best known size for few ten thousand short sentences.

    Reference: Wu et al. 2021 ("Good for Misconceived Reasons"), section 3.
    """
    return Seq2SeqTransformer(
        shape, blocks=4, heads=4, head_size=32, expansion=2, rate=dropout, name="transformer"
    )


def transformer_small(shape: TranslatorShape, *, dropout: float = 0.3) -> Seq2SeqTransformer:
    """4 + 4 blocks of 4 heads of 64 channels, 256 in all, perceptrons of 1024."""
    return Seq2SeqTransformer(
        shape, blocks=4, heads=4, head_size=64, expansion=4, rate=dropout, name="transformer_small"
    )


def transformer_base(shape: TranslatorShape, *, dropout: float = 0.1) -> Seq2SeqTransformer:
    """6 + 6 blocks of 8 heads of 64 channels, 512 in all, perceptrons of 2048.

    Reference: Vaswani et al. 2017, table 3 ("base").
    """
    return Seq2SeqTransformer(
        shape, blocks=6, heads=8, head_size=64, expansion=4, rate=dropout, name="transformer_base"
    )
