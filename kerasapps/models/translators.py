"""The networks that translate, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kerasapps.config import choose
from kerasapps.models.seq2seq_lstm import lstm_attention, lstm_luong
from kerasapps.models.seq2seq_transformer import (
    transformer_base,
    transformer_small,
    transformer_tiny,
)
from kerasapps.models.translator import Translator, TranslatorShape

TRANSLATORS: Mapping[str, Callable[[TranslatorShape], Translator]] = MappingProxyType(
    {
        "lstm_attention": lstm_attention,
        "lstm_luong": lstm_luong,
        "transformer": transformer_tiny,
        "transformer_base": transformer_base,
        "transformer_small": transformer_small,
    }
)


def build_translator(name: str, shape: TranslatorShape) -> Translator:
    """A network from pieces of one language to pieces of another.

    Args:
        name: one of `TRANSLATORS`: lstm_attention, lstm_luong, transformer, transformer_small or
            transformer_base.
        shape: vocabularies and lengths, and what may be chosen of the network.

    Raises:
        ConfigError: for an unknown name, or an option of `shape` that the network does not have.

    Examples:
        >>> shape = kerasapps.models.TranslatorShape(
        ...     source_vocabulary=50, target_vocabulary=60, joint=False, max_source=8, max_target=9
        ... )
        >>> network = kerasapps.models.build_translator("transformer", shape)
        >>> network((np.array([[5, 6, 3]], np.int32), np.array([[2, 7]], np.int32))).shape
        TensorShape([1, 2, 60])
    """
    choose(name, tuple(TRANSLATORS), what="name")
    return TRANSLATORS[name](shape)
