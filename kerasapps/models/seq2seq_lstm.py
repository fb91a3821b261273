"""Recurrent translation: an LSTM in both directions reads, one with attention writes."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.errors import ConfigError
from kerasapps.layers.attentive_lstm import AttentiveLSTM
from kerasapps.layers.memory_attention import MemoryScore
from kerasapps.layers.recurrent import BidirectionalStack
from kerasapps.models.common import channels, repeats
from kerasapps.models.translator import State, Translator, TranslatorShape, source_mask

_DROPOUT = 0.3


@keras.saving.register_keras_serializable(package="kerasapps")
class Seq2SeqLSTM(Translator):
    """Encoder of LSTMs in both directions, decoder of one LSTM with attention and input feeding.

    Args:
        shape: sizes; width and depth (of the encoder) are applied here, and its dropout is in the
            place of `rate`.
        dimensions: of the embeddings and of what the decoder answers, at width 1.
        units: of an encoder's layer and direction at width 1; the decoder has twice as many.
        rate: dropout of embeddings, encoder layers and answers, unless `shape` has one; the same
            units at all tokens of a sentence.
        attention: `"bahdanau"` (additive) or `"luong"` (general).
        unroll: outside of training, write the encoder's steps out instead of looping: what
            converts to TFLite. Sources then have `shape.max_source` pieces, padding included.
        **kwargs: of `keras.Model`.

    Call arguments, output: `Translator`.

    Raises:
        ConfigError: if `shape` asks for norms or positions, which it has not.

    Reference: Bahdanau et al. 2015; Luong et al. 2015; dropout: Gal and Ghahramani 2016, section 4.

    Examples:
        >>> shape = kerasapps.models.TranslatorShape(
        ...     source_vocabulary=50, target_vocabulary=60, joint=False, max_source=8, max_target=9
        ... )
        >>> network = kerasapps.models.Seq2SeqLSTM(
        ...     shape, dimensions=8, units=8, rate=0.1, attention="luong"
        ... )
        >>> network((np.array([[5, 6, 3]], np.int32), np.array([[2, 7]], np.int32))).shape
        TensorShape([1, 2, 60])
    """

    def __init__(
        self,
        shape: TranslatorShape,
        *,
        dimensions: int,
        units: int,
        rate: float,
        attention: MemoryScore = "bahdanau",
        unroll: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(shape, **kwargs)
        _check(shape)
        self.dimensions, self.units, self.rate = dimensions, units, rate
        self.attention, self.unroll = attention, unroll
        dropout, size = (
            (rate if shape.dropout is None else shape.dropout),
            channels(dimensions, shape.width),
        )
        self._build_embedding(size)
        self._build_recurrences(size, channels(units, shape.width), dropout)
        self.built = True

    def _build_recurrences(self, size: int, units: int, dropout: float) -> None:
        policy = self.dtype_policy
        self.drop = keras.layers.SpatialDropout1D(dropout, name="drop", dtype=policy)
        self.encoder = BidirectionalStack(
            units,
            depth=repeats(1, self.shape.depth),
            dropout=dropout,
            unroll=self.unroll,
            name="encoder",
            dtype=policy,
        )
        self.encoder.build((None, self.shape.max_source, size))
        self.decoder = AttentiveLSTM(
            2 * units, answer=size, attention=self.attention, name="decoder", dtype=policy
        )
        read = (None, None, 2 * units)
        self.decoder.build((None, None, size), read, (None, units))

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        source, target = inputs
        memory, mask = self._read(source, training)
        x = self.drop(self.embedding.target(target), training=training)
        answers = self.decoder(x, memory, self._start(memory), memory_mask=mask)
        return self.embedding.logits(self.drop(answers, training=training))

    def _read(self, source: Any, training: bool | None = None) -> tuple[Any, Any]:
        """The encoder's output, float `(batch, s, 2 * units)`, and its mask."""
        mask = source_mask(source)
        vectors = self.embedding.source(source)
        return self.encoder(vectors, mask=mask, training=training), mask

    def _start(self, memory: Any) -> Any:
        """What the backward LSTM knows at the first piece: it has read the whole sentence."""
        return memory[:, 0, memory.shape[-1] // 2 :]

    def encode(self, source: Any) -> tuple[State, State]:
        read, mask = self._read(source, training=False)
        memory = {
            "memory_mask": mask,
            "memory_keys": self.decoder.read(read),
            "memory_values": read,
        }
        return memory, _cache(self.decoder.first_state(self._start(read)))

    def decode_step(
        self, tokens: Any, position: Any, memory: State, cache: State
    ) -> tuple[Any, State, Any]:
        state, weights = self.decoder.step(
            self.embedding.target(keras.ops.expand_dims(tokens, 1))[:, 0],
            (cache["cache_output"], cache["cache_cells"], cache["cache_answer"]),
            keys=memory["memory_keys"],
            memory=memory["memory_values"],
            memory_mask=memory["memory_mask"],
        )
        attention = keras.ops.cast(weights, "float32")
        return self.embedding.logits(state[2]), _cache(state), attention

    def for_export(self) -> Seq2SeqLSTM:
        twin = type(self).from_config(self.get_config() | {"unroll": True})
        twin.set_weights(self.get_weights())
        return twin

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "dimensions": self.dimensions,
            "units": self.units,
            "rate": self.rate,
            "attention": self.attention,
            "unroll": self.unroll,
        }


def _cache(state: tuple[Any, Any, Any]) -> State:
    return dict(zip(("cache_output", "cache_cells", "cache_answer"), state, strict=True))


def _check(shape: TranslatorShape) -> None:
    if shape.norm is not None:
        raise ConfigError("Recurrent translators have no layer norms: omit norm.")
    if shape.positions != "sinusoidal":
        raise ConfigError(
            "Recurrent translators know positions by counting: omit positions (or use transformer)."
        )


def lstm_attention(
    shape: TranslatorShape,
    *,
    dropout: float = _DROPOUT,
    attention: MemoryScore = "bahdanau",
    name: str = "lstm_attention",
) -> Seq2SeqLSTM:
    """Embeddings of 256, an encoder of 256 units a direction, a decoder of 512.

    Args:
        shape: vocabularies, lengths, width and depth.
        dropout: where `shape` leaves it open.
        attention: `"bahdanau"` (additive) or `"luong"` (general).
        name: of the network.

    Raises:
        ConfigError: if `shape` asks for norms or positions, which it has not.
    """
    return Seq2SeqLSTM(
        shape, dimensions=256, units=256, rate=dropout, attention=attention, name=name
    )


def lstm_luong(shape: TranslatorShape, *, dropout: float = _DROPOUT) -> Seq2SeqLSTM:
    """`lstm_attention` with Luong's attention, whose steps cost less."""
    return lstm_attention(shape, dropout=dropout, attention="luong", name="lstm_luong")
