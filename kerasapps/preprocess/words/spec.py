"""What describes how words become ids, beside the vocabularies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final

from kerasapps.config import kinds
from kerasapps.config.limits import LONGEST_TEXT
from kerasapps.data.tags.words import CANDIDATES
from kerasapps.errors import ConfigError

WORDS_FILE: Final = "words.txt"
CHARACTERS_FILE: Final = "characters.txt"
PAD_ID, UNKNOWN_ID, FIRST_ID = 0, 1, 2
LONGEST_WORD: Final = 128
_FORMAT = "one a line, of which the first has the id 2"


@dataclass(frozen=True)
class TagSpec:
    """How words become ids; together with the vocabularies this is all there is to know.

    Attributes:
        length: words that a network reads at once; of more, one part after another.
        word_length: characters of a word that it reads; of a longer one as many of either end.
        lowercase: a word is looked up in lower case; its characters are read as they are.
        digits: a word is looked up with 0 for each decimal digit, likewise.
        joiners: what joins words in a raw text; see `data.tags.words`.
    """

    length: int
    word_length: int
    lowercase: bool
    digits: bool
    joiners: str = ""
    files: ClassVar[tuple[str, ...]] = (WORDS_FILE, CHARACTERS_FILE)

    def __post_init__(self) -> None:
        most = {"length": LONGEST_TEXT, "word_length": LONGEST_WORD}
        for name, limit in most.items():
            value = getattr(self, name)
            whole = isinstance(value, int) and not isinstance(value, bool)
            if not whole or not 2 <= value <= limit:
                raise ConfigError(
                    f"TagSpec.{name} must be a whole number from 2 to {limit}, got {value!r}."
                )
        for name in ("lowercase", "digits"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(
                    f"TagSpec.{name} must be true or false, got {getattr(self, name)!r}."
                )

        joins = self.joiners
        if not isinstance(joins, str) or {*joins} - {*CANDIDATES} or len({*joins}) < len(joins):
            raise ConfigError(
                f"TagSpec.joiners must be different characters of {CANDIDATES!r}, got {joins!r}."
            )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a manifest."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TagSpec:
        """The spec that `to_dict` described.

        Raises:
            ConfigError: if a field is missing, unknown or of a wrong value.
        """
        try:
            return cls(**values)
        except TypeError as error:
            raise ConfigError(
                f"not a specification of words: {dict(values)!r} ({error})"
            ) from error

    def explained(self) -> dict[str, Any]:
        """What becomes of a text, for programs of other people; see `docs/bundles.md`."""
        return {
            "kind": kinds.TOKENS,
            "files": [{"path": name, "format": _FORMAT} for name in self.files],
            "split": "unicode_classes",
            "joiners": self.joiners,
            "length": self.length,
            "word_length": self.word_length,
            "lowercase": self.lowercase,
            "digits": self.digits,
            "pad_id": PAD_ID,
            "unknown_id": UNKNOWN_ID,
            "first_id": FIRST_ID,
            "padding_side": "right",
        }
