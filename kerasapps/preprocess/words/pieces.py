"""Words become the pieces that a pretrained encoder reads; pure Python and numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from kerasapps.config import kinds
from kerasapps.config.limits import LONGEST_TEXT
from kerasapps.data.tags.words import Token, split_words
from kerasapps.errors import ConfigError
from kerasapps.preprocess.tokenizers.spec import PAD_ID, VOCABULARY_FILE, TokenizerSpec
from kerasapps.preprocess.tokenizers.wordpiece import (
    CLS,
    LONGEST_WORD,
    PAD,
    SEP,
    SUFFIX,
    UNKNOWN,
    WordPieceTokenizer,
)

MOST_PIECES: Final = 8
"""Of one word; what is behind them is not read."""
_COVERED = 0.999  # of the sentences have their last word read


@dataclass(frozen=True)
class PieceSpec:
    """How words become ids of pieces; together with the vocabulary this is all there is to know.

    Attributes:
        length: words that a network reads at once; of more, one part after another.
        pieces: ids that it reads at once, with the one before the words and the one behind them.
        lowercase: upper and lower case, and letters with accents and without, are alike.
        joiners: what joins words in a raw text; see `data.tags.words`.
    """

    length: int
    pieces: int
    lowercase: bool
    joiners: str = ""
    files: ClassVar[tuple[str, ...]] = (VOCABULARY_FILE,)

    def __post_init__(self) -> None:
        for name, least in (("length", 2), ("pieces", 3)):
            value = getattr(self, name)
            whole = isinstance(value, int) and not isinstance(value, bool)
            if not whole or not least <= value <= LONGEST_TEXT:
                raise ConfigError(
                    f"PieceSpec.{name} must be a whole number from {least} to {LONGEST_TEXT}, got "
                    f"{value!r}."
                )
        if not isinstance(self.lowercase, bool):
            raise ConfigError(f"PieceSpec.lowercase must be true or false, got {self.lowercase!r}.")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a manifest."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> PieceSpec:
        """The spec that `to_dict` described.

        Raises:
            ConfigError: if a field is missing, unknown or of a wrong value.
        """
        try:
            return cls(**values)
        except TypeError as error:
            raise ConfigError(
                f"not a specification of pieces: {dict(values)!r} ({error})"
            ) from error


@dataclass(frozen=True)
class PieceEncoder:
    """Words as ids of their pieces, and the place of each word's first one.

    Attributes:
        spec: lengths, and how a word is looked up.
        vocabulary: BERT's tokens, in the order of their ids.
    """

    spec: PieceSpec
    vocabulary: tuple[str, ...]
    of_words: ClassVar[tuple[str, ...]] = ("first",)
    """The inputs whose second axis is that of the words."""

    @cached_property
    def tokenizer(self) -> WordPieceTokenizer:
        """What cuts a word; its texts are single words."""
        form = TokenizerSpec("wordpiece", max_length=MOST_PIECES + 2, lowercase=self.spec.lowercase)
        return WordPieceTokenizer(self.vocabulary, form)

    @property
    def vocabularies(self) -> tuple[tuple[str, ...], ...]:
        """All that the ids depend on beside the spec."""
        return (self.vocabulary,)

    @property
    def summary(self) -> str:
        """In a few words."""
        return (
            f"{len(self.vocabulary):,} pieces of words, length {self.spec.length} "
            f"({self.spec.pieces} pieces)"
        )

    def split(self, text: str) -> list[Token]:
        """The words of a text and their places."""
        return split_words(text, self.spec.joiners)

    def pieces(self, word: str) -> list[int]:
        """Ids of a word's pieces: at least one, the unknown where none is known."""
        ids = self.tokenizer.encode_ids(word)[1:-1]
        return ids[:MOST_PIECES] or [self.tokenizer.unknown_id]

    def encode(self, words: Sequence[str]) -> dict[str, np.ndarray]:
        """Words as a network takes them, without the batch, padded with 0.

        Args:
            words: `spec.length` at most. Of those whose pieces have no place any more `first` is 0.

        Returns:
            `ids`, int32 `(pieces,)`, and `first`, int32 `(length,)`.
        """
        first = np.zeros(self.spec.length, np.int32)
        ids, most = [self.tokenizer.start_id], self.spec.pieces - 1
        for place, word in enumerate(words):
            if len(ids) >= most:
                break
            first[place] = len(ids)
            ids += self.pieces(word)
        ids = [*ids[:most], self.tokenizer.end_id]
        padded = np.full(self.spec.pieces, PAD_ID, np.int32)
        padded[: len(ids)] = ids
        return {"ids": padded, "first": first}

    def explained(self) -> dict[str, Any]:
        """What `encode` does, for programs of other people; see `docs/bundles.md`."""
        special = {"pad": PAD, "start": CLS, "end": SEP, "unknown": UNKNOWN}
        ids = self.tokenizer.vocabulary
        lines = "a token a line, its id the line's number from 0"
        return {
            "kind": kinds.PIECES,
            "files": [{"path": name, "format": lines} for name in self.spec.files],
            "split": "unicode_classes",
            "joiners": self.spec.joiners,
            "length": self.spec.length,
            "pieces": self.spec.pieces,
            "most_pieces": MOST_PIECES,
            "lowercase": self.spec.lowercase,
            "strip_accents": self.spec.lowercase,
            "continuing_prefix": SUFFIX,
            "longest_word": LONGEST_WORD,
            **{name: {"token": token, "id": ids[token]} for name, token in special.items()},
            "padding_side": "right",
        }

    def with_room_for(self, sentences: Sequence[Sequence[str]], *, longest: int) -> PieceEncoder:
        """With as many pieces as nearly all of some sentences have.

        Args:
            sentences: words of each, of which `spec.length` count.
            longest: ids that the network reads at most.
        """
        counts = [
            sum(len(self.pieces(word)) for word in words[: self.spec.length]) for words in sentences
        ]
        found = int(np.quantile(counts, _COVERED, method="inverted_cdf")) if counts else 0
        pieces = min(max(found, self.spec.length) + 2, longest)
        return replace(self, spec=replace(self.spec, pieces=pieces))

    def save(self, folder: Path) -> None:
        """Writes `vocab.txt`, UTF-8, a token a line."""
        self.tokenizer.save(folder)


def load_pieces(folder: Path, *, spec: PieceSpec) -> PieceEncoder:
    """The encoder that was saved in a folder.

    Raises:
        ConfigError: if the file is missing, or no vocabulary of BERT's kind.
    """
    file = folder / VOCABULARY_FILE
    try:
        vocabulary = file.read_bytes().decode().split("\n")[:-1]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}") from error
    encoder = PieceEncoder(spec, tuple(vocabulary))
    try:
        encoder.tokenizer  # noqa: B018  (made at once, so that a bad vocabulary is told here)
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from error
    return encoder
