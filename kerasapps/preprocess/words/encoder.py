"""Words become ids of themselves and of their characters; pure Python and numpy."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.words import Token, learn_joiners, split_words
from kerasapps.errors import ConfigError
from kerasapps.preprocess.words.folding import folding
from kerasapps.preprocess.words.spec import (
    CHARACTERS_FILE,
    FIRST_ID,
    UNKNOWN_ID,
    WORDS_FILE,
    TagSpec,
)

MOST_CHARACTERS = 5000
_RAREST_CHARACTER = 2  # words it is seen in; a rarer one is unknown, which is learnt from it
_COVERED = 0.995  # of the different words are read to their end
_LONGEST, _SHORTEST, _MULTIPLE = 24, 4, 4  # characters of a word, where nobody asks


@dataclass(frozen=True)
class TagEncoder:
    """Words as ids.

    Attributes:
        spec: lengths, and how a word is looked up.
        words: those that are known, the commonest first; the first has the id 2.
        characters: likewise.
    """

    spec: TagSpec
    words: tuple[str, ...]
    characters: tuple[str, ...]
    of_words: ClassVar[tuple[str, ...]] = ("words", "characters")
    """The inputs whose second axis is that of the words."""

    @property
    def word_count(self) -> int:
        """Ids of words are 0 to this, exclusive."""
        return FIRST_ID + len(self.words)

    @property
    def character_count(self) -> int:
        """Ids of characters are 0 to this, exclusive."""
        return FIRST_ID + len(self.characters)

    @property
    def vocabularies(self) -> tuple[tuple[str, ...], ...]:
        """All that the ids depend on beside the spec."""
        return self.words, self.characters

    @property
    def summary(self) -> str:
        """In a few words."""
        return (
            f"{self.word_count:,} words of {self.spec.word_length} characters "
            f"({self.character_count:,}), length {self.spec.length}"
        )

    @cached_property
    def word_ids(self) -> dict[str, int]:
        """A word as it is looked up → its id."""
        return {word: number for number, word in enumerate(self.words, FIRST_ID)}

    @cached_property
    def _character_ids(self) -> dict[str, int]:
        return {each: number for number, each in enumerate(self.characters, FIRST_ID)}

    def split(self, text: str) -> list[Token]:
        """The words of a text and their places."""
        return split_words(text, self.spec.joiners)

    def encode(self, words: Sequence[str]) -> dict[str, np.ndarray]:
        """Words as a network takes them, without the batch, padded with 0.

        Args:
            words: `spec.length` at most.

        Returns:
            `words`, int32 `(length,)`, and `characters`, int32 `(length, word_length)`.
        """
        spec = self.spec
        table = folding(lowercase=spec.lowercase, digits=spec.digits)
        known, letters = self.word_ids, self._character_ids
        ids = np.zeros(spec.length, np.int32)
        characters = np.zeros((spec.length, spec.word_length), np.int32)
        for place, word in enumerate(words):
            ids[place] = known.get(word.translate(table), UNKNOWN_ID)
            read = [letters.get(each, UNKNOWN_ID) for each in ends_of(word, spec.word_length)]
            characters[place, : len(read)] = read
        return {"words": ids, "characters": characters}

    def explained(self) -> dict[str, Any]:
        """What `encode` does, for programs of other people."""
        return self.spec.explained()

    def save(self, folder: Path) -> None:
        """Writes `words.txt` and `characters.txt`, UTF-8, a word or character a line."""
        for name, entries in ((WORDS_FILE, self.words), (CHARACTERS_FILE, self.characters)):
            content = "".join(f"{each}\n" for each in entries)
            (folder / name).write_bytes(content.encode())


def ends_of(word: str, length: int) -> str:
    """The characters of a word that a network reads: of a long one as many of either end.

    How a word begins and how it ends says more than what is between.

    Args:
        word: any.
        length: characters at most; of an odd number the beginning has one more.
    """
    last = length // 2
    return word if len(word) <= length else word[: length - last] + word[len(word) - last :]


def load_encoder(folder: Path, *, spec: TagSpec) -> TagEncoder:
    """The encoder that was saved in a folder.

    Raises:
        ConfigError: if a file is missing, or is no list of different words.
    """
    return TagEncoder(spec, *(_entries(folder / name) for name in spec.files))


def _entries(file: Path) -> tuple[str, ...]:
    try:
        entries = file.read_bytes().decode().split("\n")[:-1]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}") from error
    if len(set(entries)) != len(entries) or "" in entries:
        raise ConfigError(f"{file} must list different words, none of them empty.")
    return tuple(entries)


def learn_encoder(
    sentences: Sequence[Sequence[str]], config: TaggingConfig, *, length: int
) -> TagEncoder:
    """The commonest words and the characters of some sentences.

    Args:
        sentences: words of each.
        config: `lowercase`, `digits`, `vocab_size`, `min_count` and `max_characters` are read.
        length: words that a network reads at once.
    """
    counts = Counter(word for words in sentences for word in words)
    table = folding(lowercase=config.lowercase, digits=config.digits)
    folded = Counter[str]()
    for word, count in counts.items():
        folded[word.translate(table)] += count
    known = [word for word, count in folded.items() if count >= config.min_count]
    seen = Counter(character for word in counts for character in {*word})
    often = {each: count for each, count in seen.items() if count >= _RAREST_CHARACTER}
    spec = TagSpec(
        length=length,
        word_length=config.max_characters or _suitable_length(counts),
        lowercase=config.lowercase,
        digits=config.digits,
        joiners=learn_joiners(counts),
    )
    return TagEncoder(
        spec,
        _commonest(known, folded, most=config.vocab_size),
        _commonest(often, often, most=MOST_CHARACTERS),
    )


def _suitable_length(words: Iterable[str]) -> int:
    lengths = [len(word) for word in words]
    covering = int(np.quantile(lengths, _COVERED, method="inverted_cdf")) if lengths else 0
    covering = -(-covering // _MULTIPLE) * _MULTIPLE
    return min(max(covering, _SHORTEST), _LONGEST)


def _commonest(entries: Iterable[str], counts: dict[str, int], *, most: int) -> tuple[str, ...]:
    """The commonest that can stand on a line of their own, of equals in the order of the text."""
    lines = [each for each in entries if not any(map(_is_control, each))]
    return tuple(sorted(lines, key=lambda each: (-counts[each], each))[:most])


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")
