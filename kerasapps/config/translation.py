"""How sentence pairs are found, cut into pieces and translated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from kerasapps.config.checks import INFINITY, check_encoding, choose, number, option

DEFAULT_TRANSLATION_MODEL = "transformer"
SubwordKind = Literal["bpe", "unigram"]
Normalization = Literal["pre", "post"]
Positions = Literal["sinusoidal", "learned"]


@dataclass(frozen=True, kw_only=True)
class TranslationConfig:
    """How sentence pairs are found, cut into pieces and translated."""

    source_language: str | None = option(
        None, "such as en (default: from the names of files or columns)"
    )
    target_language: str | None = option(
        None, "such as de (default: from the names of files or columns)"
    )
    source_column: str | None = option(None, "column with the source (default: guessed, printed)")
    target_column: str | None = option(None, "column with the target (default: guessed, printed)")
    encoding: str | None = option(
        None, "of files of text, such as cp1252 (default: UTF-8, else guessed and printed)"
    )
    max_ratio: float = option(9.0, "a pair whose sides differ more in length, in words, is broken")
    subwords: SubwordKind = option("bpe", "SentencePiece model: bpe or unigram")
    joint: bool = option(True, "one vocabulary for both languages")
    vocab_size: int = option(8000, "pieces of a vocabulary, at most")
    max_length: int | None = option(
        None, "pieces of a sentence that are read or written (default: suits the data)"
    )
    norm: Normalization | None = option(
        None, "layer norm before (pre) or after (post) each part (default: the model's)"
    )
    positions: Positions = option("sinusoidal", "sinusoidal or learned positions")
    tied: bool = option(True, "the output layer shares the embedding's weights")
    batch_tokens: int | None = option(
        None, "target pieces in a batch, padding included (default: suits the data)"
    )
    beam: int = option(5, "hypotheses that beam search keeps")
    length_penalty: float = option(1.0, "exponent of the length that divides a hypothesis' score")

    def __post_init__(self) -> None:
        check_encoding(self)
        number(self, "max_ratio", 1, INFINITY)
        choose(self.subwords, get_args(SubwordKind), what="TranslationConfig.subwords")
        number(self, "vocab_size", 16, 64_000, whole=True)
        if self.max_length is not None:
            number(self, "max_length", 4, 512, whole=True)
        if self.norm is not None:
            choose(self.norm, get_args(Normalization), what="TranslationConfig.norm")
        choose(self.positions, get_args(Positions), what="TranslationConfig.positions")
        if self.batch_tokens is not None:
            number(self, "batch_tokens", 64, INFINITY, whole=True)
        number(self, "beam", 1, 32, whole=True)
        number(self, "length_penalty", 0, 5)
