"""What every tokenizer is described by, and what every tokenizer does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, get_args

import numpy as np

from kerasapps.config import TokenizerKind, choose
from kerasapps.config.limits import LONGEST_TEXT
from kerasapps.errors import ConfigError, DataError

PAD_ID = 0
VOCABULARY_FILE = "vocab.txt"


@dataclass(frozen=True)
class TokenizerSpec:
    """How texts become ids; together with the vocabulary file this is all of a tokenizer.

    Attributes:
        kind: `regex` (MediaPipe's words) or `wordpiece` (BERT's pieces of words).
        max_length: ids of a text, special tokens included; what is beyond is cut off.
        lowercase: upper and lower case are alike.

    Examples:
        >>> kerasapps.preprocess.TokenizerSpec("regex", max_length=64, lowercase=True).kind
        'regex'
    """

    kind: TokenizerKind
    max_length: int
    lowercase: bool

    def __post_init__(self) -> None:
        choose(self.kind, get_args(TokenizerKind), what="TokenizerSpec.kind")
        is_whole = isinstance(self.max_length, int) and not isinstance(self.max_length, bool)
        if not is_whole or not 2 <= self.max_length <= LONGEST_TEXT:
            raise ConfigError(
                f"TokenizerSpec.max_length must be a whole number from 2 to {LONGEST_TEXT}, "
                f"got {self.max_length!r}."
            )
        if not isinstance(self.lowercase, bool):
            raise ConfigError(
                f"TokenizerSpec.lowercase must be true or false, got {self.lowercase!r}."
            )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a manifest."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TokenizerSpec:
        """The spec that `to_dict` described.

        Raises:
            ConfigError: if a field is missing, unknown or of a wrong value.
        """
        try:
            return cls(**values)
        except TypeError as error:
            raise ConfigError(
                f"not a tokenizer specification: {dict(values)!r} ({error})"
            ) from error


class Tokenizer(Protocol):
    """Turns a text into ids; pure Python and numpy.

    Attributes:
        spec: what describes it, beside its vocabulary.
        vocabulary: every string that has an id; several may share one.
        vocabulary_size: ids are 0 to this, exclusive.
        pad_id: 0, what fills a short text up on the right.
        start_id: the first id of every text.
        special_ids: what starts, and where there is one, ends every text.
        unknown_id: of whatever the vocabulary lacks.

    Examples:
        >>> texts = ["a good film", "a bad film"]
        >>> tokenizer = kerasapps.preprocess.learn_tokenizer(texts, min_count=1, max_length=6)
        >>> tokenizer.tokens("a good cat")
        ['<START>', 'a', 'good', 'cat']
    """

    @property
    def spec(self) -> TokenizerSpec: ...
    @property
    def vocabulary(self) -> Mapping[str, int]: ...
    @property
    def vocabulary_size(self) -> int: ...
    @property
    def pad_id(self) -> int: ...
    @property
    def start_id(self) -> int: ...
    @property
    def special_ids(self) -> tuple[int, ...]: ...
    @property
    def unknown_id(self) -> int: ...

    def encode(self, text: str) -> np.ndarray:
        """The ids of a text, int32 `(max_length,)`, cut off or padded with 0 on the right."""
        ...

    def encode_ids(self, text: str) -> list[int]:
        """All ids of a text, special tokens included, neither cut off nor padded."""
        ...

    def tokens(self, text: str) -> list[str]:
        """What each of `encode_ids` stands for; an unknown word is shown as it was written."""
        ...

    def decode(self, ids: Iterable[int] | np.ndarray) -> str:
        """The text that ids spell as far as it can be told: words with a blank between them."""
        ...

    def with_length(self, max_length: int) -> Tokenizer:
        """The same tokenizer with another `max_length`."""
        ...

    def explained(self) -> dict[str, Any]:
        """What `encode` does, for programs of other people; see `docs/bundles.md`."""
        ...

    def save(self, folder: Path) -> Path:
        """Writes `vocab.txt` into a folder and returns its path."""
        ...


def require_text(text: object) -> None:
    """Make sure that what is to become ids is a text.

    Raises:
        DataError: if it is None, bytes or something else.
    """
    if not isinstance(text, str):
        shown = "bytes: decode them first" if isinstance(text, bytes) else f"{text!r}, no text"
        raise DataError(f"A tokenizer takes one text at a time, and got {shown:.200}.")


def refuse_one_text(texts: object, *, what: str = "texts") -> None:
    """Make sure that what should be many texts is not one.

    Raises:
        DataError: if it is.
    """
    if isinstance(texts, str | bytes):
        raise DataError(f"{what} is one text, whose letters are no texts: put it into a list.")


def checked_texts(texts: Iterable[str], *, what: str = "texts") -> Iterator[str]:
    """The texts one by one, each of which is one.

    Raises:
        DataError: if they are one text, or something among them is none; it says where.
    """
    refuse_one_text(texts, what=what)
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise DataError(
                f"{what}[{place}] is {text!r:.80}, no text: leave it out, or give a str."
            )
        yield text


def names_of(ids: Iterable[int] | np.ndarray, names: Sequence[str]) -> list[str]:
    """What each id stands for.

    Args:
        ids: whole numbers, in one row.
        names: of all ids, in their order.

    Raises:
        DataError: if one is no id of the vocabulary.
    """
    numbers = np.asarray(ids if isinstance(ids, np.ndarray) else list(ids))
    if numbers.size and (numbers.ndim != 1 or not np.issubdtype(numbers.dtype, np.integer)):
        raise DataError(
            f"ids are {numbers.dtype} {numbers.shape}: give the ids of one text, whole (n,)."
        )
    for number in numbers.tolist():
        if not 0 <= number < len(names):
            raise DataError(
                f"{number} is no id of this vocabulary, whose are 0 to {len(names) - 1}."
            )
    return [names[number] for number in numbers.tolist()]


def padded(ids: list[int], length: int) -> np.ndarray:
    """At most `length` ids as int32 `(length,)`, filled up with `PAD_ID` on the right."""
    row = np.full(length, PAD_ID, np.int32)
    row[: len(ids)] = ids
    return row
