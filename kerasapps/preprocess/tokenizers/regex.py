"""Words as MediaPipe's text classifier finds them on a phone.

A delimiter is a run of anything but ASCII letters, digits, `_` and `'`; what stands between two
delimiters is a word, and it is looked up exactly as it stands.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config.kinds import WORDS
from kerasapps.errors import ConfigError
from kerasapps.preprocess.tokenizers.spec import (
    PAD_ID,
    VOCABULARY_FILE,
    TokenizerSpec,
    names_of,
    padded,
    require_text,
)
from kerasapps.preprocess.tokenizers.word_table import WordTable, find_words

PAD, START, UNKNOWN = "<PAD>", "<START>", "<UNKNOWN>"
SPECIAL = {PAD: PAD_ID, START: 1, UNKNOWN: 2}

# What MediaPipe's metadata carries; RE2's `\w` is ASCII only.
DELIMITER = r"[^\w']+"
_WORD = re.compile(r"[A-Za-z0-9_']+")
# What each byte of ASCII becomes where words are found in all of a text at once.
_PARTED = bytes(code if _WORD.match(chr(code)) else ord(" ") for code in range(128)) + b" " * 128

# English has a few in a thousand (naïve, café), French four in a hundred.
FOREIGN_LETTERS = 0.01
"""Share of the letters beyond ASCII from which on texts are not taken for English."""
_SAMPLE = 10_000


def split_words(text: str) -> list[str]:
    """The words of a text, in order, as they are written.

    MediaPipe hands the text on as a C string, so that a NUL character ends it; so does this.
    """
    if "\0" in text:
        text = text.partition("\0")[0]
    return _WORD.findall(text)


def case_forms(word: str) -> tuple[str, ...]:
    """`great` → `great`, `Great`, `GREAT`; without repeats."""
    lower = word.lower()
    return tuple(dict.fromkeys((lower, lower.capitalize(), lower.upper())))


def sampled(texts: Sequence[str]) -> list[str]:
    """At most 10,000 of some texts, evenly spread, by which their script is told."""
    return [texts[row] for row in range(0, len(texts), max(1, -(-len(texts) // _SAMPLE)))]


def foreign_share(texts: Iterable[str]) -> float:
    """The share of the letters, 0 to 1, at which texts are split because they are not ASCII."""
    letters = foreign = 0
    for text in texts:
        if text.isascii():
            letters += sum(map(str.isalpha, text))
            continue
        letters_here = [letter for letter in text if letter.isalpha()]
        letters += len(letters_here)
        foreign += sum(not letter.isascii() for letter in letters_here)
    return foreign / letters if letters else 0.0


def unseen_share(texts: Iterable[str]) -> float:
    """What share of the words of further such texts, 0 to 1, will be new; 1 for texts without any.

    It is the share of words here that are seen once, whatever their case.

    Reference: Good 1953.
    """
    counts = Counter(word for text in texts for word in split_words(text.lower()))
    once = sum(count == 1 for count in counts.values())
    return once / counts.total() if counts else 1.0


class RegexTokenizer:
    """MediaPipe's regex tokenizer: `<START>`, one id a word, `<UNKNOWN>`, then `<PAD>`.

    MediaPipe does not change the case of a word. Where case is not to matter, the vocabulary says
    so: `great`, `Great` and `GREAT` stand in it with one id. A form that is not listed, `gREAT`
    say, is unknown, on a phone as here.

    Args:
        vocabulary: word → id; `<PAD>` is 0, `<START>` 1, `<UNKNOWN>` 2, and no id is left out.
        spec: length and case. `lowercase` says how the vocabulary was made.

    Raises:
        ConfigError: if the vocabulary breaks these rules.

    Examples:
        >>> spec = kerasapps.preprocess.TokenizerSpec("regex", max_length=4, lowercase=True)
        >>> vocabulary = {"<PAD>": 0, "<START>": 1, "<UNKNOWN>": 2, "cat": 3}
        >>> kerasapps.preprocess.RegexTokenizer(vocabulary, spec).encode("cat dog")
        array([1, 3, 2, 0], dtype=int32)
    """

    pad_id = PAD_ID
    start_id = SPECIAL[START]
    special_ids = (SPECIAL[START],)
    unknown_id = SPECIAL[UNKNOWN]

    def __init__(self, vocabulary: Mapping[str, int], spec: TokenizerSpec) -> None:
        if spec.kind != "regex":
            raise ConfigError(f"RegexTokenizer cannot follow a specification of {spec.kind!r}.")
        _check(vocabulary)
        self._spec = spec
        self._ids = dict(vocabulary)
        self._size = max(self._ids.values()) + 1

    @property
    def spec(self) -> TokenizerSpec:
        """What describes it, beside its vocabulary."""
        return self._spec

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """Word → id; several words may share one."""
        return self._ids

    @property
    def vocabulary_size(self) -> int:
        """Ids are 0 to this, exclusive."""
        return self._size

    def encode(self, text: str) -> np.ndarray:
        """The ids of a text, int32 `(max_length,)`, cut off or padded with 0 on the right."""
        require_text(text)
        length = self._spec.max_length
        return padded(self._lookup(split_words(text)[: length - 1]), length)

    def encode_many(self, texts: Sequence[str]) -> np.ndarray:
        """What `encode` gives of each text, int32 `(n, max_length)`.

        It is quicker than one by one from a thousand texts on: first a table is made.
        """
        length = self._spec.max_length
        words = find_words(texts, _PARTED).head(length - 1)
        rows = np.full((len(texts), length), PAD_ID, np.int32)
        rows[:, 0] = self.start_id
        rows[:, 1:][np.arange(length - 1) < words.counts[:, np.newaxis]] = self._table.find(words)
        return rows

    def count_ids(self, texts: Sequence[str]) -> np.ndarray:
        """How many `encode_ids` gives of each text: int `(n,)`."""
        return 1 + find_words(texts, _PARTED).counts

    @functools.cached_property
    def _table(self) -> WordTable:
        return WordTable(self._ids, self.unknown_id)

    def encode_ids(self, text: str) -> list[int]:
        """`<START>` and the ids of all words of a text."""
        require_text(text)
        return self._lookup(split_words(text))

    def tokens(self, text: str) -> list[str]:
        """What each of `encode_ids` stands for, as it was written."""
        require_text(text)
        return [START, *split_words(text)]

    def decode(self, ids: Iterable[int] | np.ndarray) -> str:
        """The words of ids, with a blank between them; of forms with one id the first listed.

        Raises:
            DataError: if one is no id of the vocabulary.
        """
        names = [""] * self._size
        for word, number in self._ids.items():
            names[number] = names[number] or word
        return " ".join(each for each in names_of(ids, names) if each not in (PAD, START))

    def explained(self) -> dict[str, Any]:
        """What `encode` does, for programs of other people; see `docs/bundles.md`."""
        return {
            "kind": WORDS,
            "files": [{"path": VOCABULARY_FILE, "format": "a word, a blank and its id a line"}],
            "delimiter": DELIMITER,
            "ascii": True,
            "ends_at_nul": True,
            # The text stays as it is: what is alike has several lines with one id.
            "lowercase": False,
            "case_forms": self._spec.lowercase,
            "pad": {"token": PAD, "id": self.pad_id},
            "start": {"token": START, "id": self.start_id},
            "unknown": {"token": UNKNOWN, "id": self.unknown_id},
            "length": self._spec.max_length,
            "padding_side": "right",
            "cut": "end",
        }

    def with_length(self, max_length: int) -> RegexTokenizer:
        """The same tokenizer with another `max_length`."""
        return RegexTokenizer(self._ids, replace(self._spec, max_length=max_length))

    def save(self, folder: Path) -> Path:
        """Writes `vocab.txt`, a line `word id` each, as MediaPipe reads it; returns its path."""
        file = folder / VOCABULARY_FILE
        lines = (f"{word} {number}\n" for word, number in self._ids.items())
        file.write_text("".join(lines), encoding="ascii", newline="\n")
        return file

    def _lookup(self, words: list[str]) -> list[int]:
        find, unknown = self._ids.get, self.unknown_id
        return [self.start_id, *[find(word, unknown) for word in words]]


def _check(vocabulary: Mapping[str, int]) -> None:
    for token, number in SPECIAL.items():
        if vocabulary.get(token) != number:
            raise ConfigError(
                f"the vocabulary must list {token} with the id {number}, "
                f"not {vocabulary.get(token)!r}."
            )
    ids = set(vocabulary.values())
    if ids != set(range(len(ids))):
        missing = min(set(range(len(ids))) - ids)
        raise ConfigError(
            f"the ids of the vocabulary must run from 0 without gaps: {missing} lacks."
        )
    for word in vocabulary:
        if word not in SPECIAL and not _WORD.fullmatch(word):
            raise ConfigError(
                f"the vocabulary lists {word!r}, which the regex tokenizer never finds: words are "
                "of ASCII letters, digits, _ and ' only."
            )
