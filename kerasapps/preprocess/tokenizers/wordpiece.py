"""Pieces of words as BERT's tokenizer finds them, in pure Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config.kinds import WORDPIECES
from kerasapps.errors import ConfigError
from kerasapps.preprocess.tokenizers.normalization import split_normalized
from kerasapps.preprocess.tokenizers.spec import (
    PAD_ID,
    VOCABULARY_FILE,
    TokenizerSpec,
    names_of,
    padded,
    require_text,
)

PAD, UNKNOWN, CLS, SEP = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
SUFFIX = "##"

# A longer word is unknown; in characters after normalization, as in BERT's `tokenization.py`.
LONGEST_WORD = 100

_MOST_CACHED = 200_000  # words whose pieces are remembered; some 40 MB


class WordPieceTokenizer:
    """BERT's tokenizer: `[CLS]`, pieces of words, `[SEP]`, then `[PAD]`.

    A word is cut from the left into the longest pieces that the vocabulary has, all but the first
    being looked up with `##` before them; a word that cannot be cut so is one `[UNK]`. A text that
    is too long loses its end, but keeps `[SEP]`.

    Args:
        tokens: the vocabulary; a token's id is its position. `[PAD]` comes first.
        spec: length and case.

    Raises:
        ConfigError: if a special token is missing or misplaced, or a token is listed twice.

    Reference: Wu et al. 2016, section 4.1; Devlin et al. 2019, section 3.

    Examples:
        >>> spec = kerasapps.preprocess.TokenizerSpec("wordpiece", max_length=8, lowercase=True)
        >>> tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "cat", "##s"]
        >>> kerasapps.preprocess.WordPieceTokenizer(tokens, spec).tokens("Cats")
        ['[CLS]', 'cat', '##s', '[SEP]']
    """

    pad_id = PAD_ID

    def __init__(self, tokens: Sequence[str], spec: TokenizerSpec) -> None:
        if spec.kind != "wordpiece":
            raise ConfigError(f"WordPieceTokenizer cannot follow a specification of {spec.kind!r}.")
        self._ids = {token: number for number, token in enumerate(tokens)}
        _check(tokens, self._ids)
        self._spec = spec
        self.unknown_id, self.start_id, self._end_id = (self._ids[t] for t in SPECIAL[1:])
        self._longest_piece = max(len(token) for token in tokens)
        self._cache: dict[str, tuple[int, ...]] = {}

    @property
    def spec(self) -> TokenizerSpec:
        """What describes it, beside its vocabulary."""
        return self._spec

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """Token → id, in the order of ids; pieces inside a word begin with `##`."""
        return self._ids

    @property
    def vocabulary_size(self) -> int:
        """Ids are 0 to this, exclusive."""
        return len(self._ids)

    @property
    def end_id(self) -> int:
        """The id of `[SEP]`, the last of every text."""
        return self._end_id

    @property
    def special_ids(self) -> tuple[int, ...]:
        """The ids of `[CLS]` and `[SEP]`."""
        return self.start_id, self.end_id

    def encode(self, text: str) -> np.ndarray:
        """The ids of a text, int32 `(max_length,)`, cut off or padded with 0 on the right."""
        length = self._spec.max_length
        ids = self.encode_ids(text)
        if len(ids) > length:
            ids = [*ids[: length - 1], self._end_id]
        return padded(ids, length)

    def encode_ids(self, text: str) -> list[int]:
        """`[CLS]`, the ids of all pieces of a text, `[SEP]`."""
        require_text(text)
        ids, known, cut = [self.start_id], self._cache.get, self._pieces
        for word in split_normalized(text, lowercase=self._spec.lowercase):
            ids.extend(known(word) or cut(word))
        ids.append(self._end_id)
        return ids

    def tokens(self, text: str) -> list[str]:
        """What each of `encode_ids` stands for; an unknown word is shown as it was written."""
        require_text(text)
        names, shown = list(self._ids), [CLS]
        for word in split_normalized(text, lowercase=self._spec.lowercase):
            ids = self._pieces(word)
            shown += [word] if ids == (self.unknown_id,) else [names[number] for number in ids]
        return [*shown, SEP]

    def decode(self, ids: Iterable[int] | np.ndarray) -> str:
        """The words that the pieces of ids make, with a blank between them.

        Raises:
            DataError: if one is no id of the vocabulary.
        """
        words: list[str] = []
        for piece in names_of(ids, list(self._ids)):
            if piece in (PAD, CLS, SEP):
                continue
            if words and piece.startswith(SUFFIX) and len(piece) > len(SUFFIX):
                words[-1] += piece.removeprefix(SUFFIX)
            else:
                words.append(piece)
        return " ".join(words)

    def explained(self) -> dict[str, Any]:
        """What `encode` does, for programs of other people; see `docs/bundles.md`."""
        special = {"pad": PAD, "start": CLS, "end": SEP, "unknown": UNKNOWN}
        lines = "a token a line, its id the line's number from 0"
        return {
            "kind": WORDPIECES,
            "files": [{"path": VOCABULARY_FILE, "format": lines}],
            "lowercase": self._spec.lowercase,
            "strip_accents": self._spec.lowercase,
            "continuing_prefix": SUFFIX,
            "longest_word": LONGEST_WORD,
            **{name: {"token": token, "id": self._ids[token]} for name, token in special.items()},
            "length": self._spec.max_length,
            "padding_side": "right",
            "cut": "end, the end token stays",
            "inputs": {
                "input_word_ids": "ids",
                "input_mask": "1 where not pad",
                "input_type_ids": "0",
            },
        }

    def with_length(self, max_length: int) -> WordPieceTokenizer:
        """The same tokenizer with another `max_length`."""
        return WordPieceTokenizer(tuple(self._ids), replace(self._spec, max_length=max_length))

    def save(self, folder: Path) -> Path:
        """Writes `vocab.txt`, a token a line in the order of ids; returns its path."""
        file = folder / VOCABULARY_FILE
        file.write_text("".join(f"{t}\n" for t in self._ids), encoding="utf-8", newline="\n")
        return file

    def _pieces(self, word: str) -> tuple[int, ...]:
        pieces = self._cache.get(word)
        if pieces is None:
            pieces = self._cut(word)
            if len(word) <= LONGEST_WORD:
                if len(self._cache) >= _MOST_CACHED:
                    self._cache.clear()
                self._cache[word] = pieces
        return pieces

    def _cut(self, word: str) -> tuple[int, ...]:
        """Greedy longest match from the left."""
        if len(word) > LONGEST_WORD:
            return (self.unknown_id,)
        pieces, start, prefix = [], 0, ""
        while start < len(word):
            for end in range(min(len(word), start + self._longest_piece), start, -1):
                number = self._ids.get(prefix + word[start:end])
                if number is not None:
                    break
            else:
                return (self.unknown_id,)
            pieces.append(number)
            start, prefix = end, SUFFIX
        return tuple(pieces)


def _check(tokens: Sequence[str], ids: Mapping[str, int]) -> None:
    if len(ids) < len(tokens):
        twice = next(token for number, token in enumerate(tokens) if ids[token] != number)
        raise ConfigError(f"the vocabulary lists {twice!r} twice.")
    for token in SPECIAL:
        if token not in ids:
            raise ConfigError(
                f"the vocabulary has no {token}: it is not BERT's kind of vocabulary."
            )
    if ids[PAD] != PAD_ID:
        raise ConfigError(
            f"the vocabulary has [PAD] as id {ids[PAD]}, but padding must be id {PAD_ID}: choose "
            "another pretrained model, or one whose vocab.txt begins with [PAD]."
        )
    for token in tokens:
        if not token or any(character.isspace() for character in token):
            raise ConfigError(f"the vocabulary lists {token!r}: a token has no white space.")
