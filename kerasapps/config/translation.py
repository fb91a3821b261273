"""How sentence pairs are found, cut into pieces and translated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from kerasapps.config.checks import check_encoding, check_options, encoding_of_files, option, place

SubwordKind = Literal["bpe", "unigram"]
Normalization = Literal["pre", "post"]
Positions = Literal["sinusoidal", "learned"]


@dataclass(frozen=True, kw_only=True)
class TranslationConfig:
    """How sentence pairs are found, cut into pieces and translated."""

    source_language: str | None = place("such as en (default: from the names of files or columns)")
    target_language: str | None = place("such as de (default: from the names of files or columns)")
    source_column: str | None = place(
        "column with the source (default: guessed, printed)", answered=True
    )
    target_column: str | None = place("column with the target (default: guessed, printed)")
    encoding: str | None = encoding_of_files()
    max_ratio: float = option(
        9.0,
        "a pair whose sides differ more in length, in words, is broken",
        low=1,
        searched=False,
        asks=("check",),
    )
    subwords: SubwordKind = option(
        "bpe", "SentencePiece model: bpe or unigram", choices=get_args(SubwordKind)
    )
    joint: bool = option(True, "one vocabulary for both languages")
    vocab_size: int = option(
        8000, "pieces of a vocabulary, at most", low=16, high=64_000, whole=True
    )
    max_length: int | None = option(
        None,
        "pieces of a sentence that are read or written (default: suits the data)",
        low=4,
        high=512,
        whole=True,
    )
    norm: Normalization | None = option(
        None,
        "layer norm before (pre) or after (post) each part (default: the model's)",
        choices=get_args(Normalization),
    )
    positions: Positions = option(
        "sinusoidal", "sinusoidal or learned positions", choices=get_args(Positions)
    )
    tied: bool = option(True, "the output layer shares the embedding's weights")
    batch_tokens: int | None = option(
        None,
        "target pieces in a batch, padding included (default: suits the data)",
        low=64,
        whole=True,
    )
    beam: int = option(
        5,
        "hypotheses that beam search keeps",
        low=1,
        high=32,
        whole=True,
        asks=("evaluate", "predict"),
        asked="translators: hypotheses that beam search keeps (default: as in training)",
    )
    length_penalty: float = option(
        1.0, "exponent of the length that divides a hypothesis' score", low=0, high=5
    )

    def __post_init__(self) -> None:
        check_encoding(self)
        check_options(self)
