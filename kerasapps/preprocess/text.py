"""Every text of a split becomes ids once, in memory or in a file on disk."""

from __future__ import annotations

import hashlib
import itertools
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from kerasapps.data.sources.shard_texts import ShardTexts
from kerasapps.preprocess.cache import cached_array
from kerasapps.preprocess.tokenizers.regex import RegexTokenizer
from kerasapps.preprocess.tokenizers.spec import PAD_ID, Tokenizer, checked_texts, refuse_one_text
from kerasapps.streamed import Stored, StreamedArray, as_array

COVERED = 0.98  # of the training texts are read to their end
_MULTIPLE = 8  # lengths that vector units like
_BLOCK = 8192  # rows looked at together
_TEXTS = 256  # encoded together: of more, what is made does not stay in a processor's cache
_MANY = 1024  # texts from which on a table of all words is worth its making


def encode_texts(
    texts: Sequence[str],
    tokenizer: Tokenizer,
    *,
    budget_bytes: int = sys.maxsize,
    folder: Path = Path(),
    name: str = "texts",
    on_disk: bool = True,
) -> np.ndarray:
    """The ids of all texts of a split, int32 `(n, max_length)`, in the order of `texts`.

    Up to `budget_bytes` they are held in memory; above, in a file that is mapped read-only (see
    `cache.cached_array`), and a later call with the same texts and tokenizer uses it again.

    Args:
        texts: read once, one at a time, and once more where a file may be used again.
        tokenizer: gives the ids and their number.
        budget_bytes: the largest array to hold in memory; by default any.
        folder: where the file goes; made only if needed.
        name: of the split; other files of this name in `folder` are stale and removed.
        on_disk: whether a file may be written; else what has no room is made when it is asked for.

    Raises:
        DataError: if something among the texts is none.

    Examples:
        >>> texts = ["a good film", "a bad film"]
        >>> tokenizer = kerasapps.preprocess.learn_tokenizer(texts, min_count=1, max_length=6)
        >>> kerasapps.preprocess.encode_texts(texts, tokenizer).shape
        (2, 6)
    """
    refuse_one_text(texts)
    shape = (len(texts), tokenizer.spec.max_length)
    if not on_disk and math.prod(shape) * np.dtype(np.int32).itemsize > budget_bytes:
        maker = TextRows(texts, tokenizer)
        return as_array(StreamedArray(maker, shape, np.int32, kept_bytes=budget_bytes))

    def fill(ids: np.ndarray) -> None:
        if len(texts) >= _MANY and isinstance(tokenizer, RegexTokenizer):
            for start, block in _blocks(checked_texts(texts)):
                ids[start : start + len(block)] = tokenizer.encode_many(block)
            return
        for row, text in enumerate(checked_texts(texts)):
            ids[row] = tokenizer.encode(text)

    return cached_array(
        shape,
        np.int32,
        fill=fill,
        key=lambda: _key(texts, tokenizer),
        budget_bytes=budget_bytes,
        folder=folder,
        name=name,
    )


@dataclass(frozen=True)
class TextRows:
    """Makes the ids of texts, see `streamed.RowMaker`.

    Attributes:
        texts: of a split.
        tokenizer: gives the ids.
    """

    texts: Sequence[str]
    tokenizer: Tokenizer
    releases: ClassVar[bool] = False

    def read(self, row: int) -> str:
        """The text."""
        return self.texts[row]

    def make(self, row: int, stored: str) -> np.ndarray:
        """Its ids, int32 `(length,)`."""
        return self.tokenizer.encode(stored)

    def stored(self) -> Stored | None:
        """How texts lie in shards; None where they are in memory or in a file that is mapped."""
        if not isinstance(self.texts, ShardTexts):
            return None
        order = self.texts.places.stored_order()
        return None if order is None else Stored(order, self.texts.places.mean_bytes())


def _blocks(texts: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Some texts that follow each other, and the place of the first."""
    source, start = iter(texts), 0
    while block := list(itertools.islice(source, _TEXTS)):
        yield start, block
        start += len(block)


def token_lengths(texts: Sequence[str], tokenizer: Tokenizer) -> np.ndarray:
    """Ids of each text, special tokens included and nothing cut off: int32 `(n,)`.

    Examples:
        >>> texts = ["a good film", "a bad film"]
        >>> tokenizer = kerasapps.preprocess.learn_tokenizer(texts, min_count=1, max_length=6)
        >>> kerasapps.preprocess.token_lengths(texts, tokenizer)
        array([4, 4], dtype=int32)
    """
    counts = np.empty(len(texts), np.int32)
    for start, block in _blocks(checked_texts(texts)):
        counts[start : start + len(block)] = (
            tokenizer.count_ids(block)
            if isinstance(tokenizer, RegexTokenizer)
            else [len(tokenizer.encode_ids(text)) for text in block]
        )
    return counts


def reads_whole(text: str, tokenizer: Tokenizer) -> bool:
    """Whether a text is no longer than the network reads."""
    return len(tokenizer.encode_ids(text)) <= tokenizer.spec.max_length


def encoded_lengths(ids: np.ndarray) -> np.ndarray:
    """Ids of each row of `encode_texts` that are no padding: int32 `(n,)`.

    Examples:
        >>> texts = ["a good film", "a bad film"]
        >>> tokenizer = kerasapps.preprocess.learn_tokenizer(texts, min_count=1, max_length=6)
        >>> ids = kerasapps.preprocess.encode_texts(texts, tokenizer)
        >>> kerasapps.preprocess.encoded_lengths(ids)
        array([4, 4], dtype=int32)
    """
    blocks = [
        np.count_nonzero(ids[start : start + _BLOCK] != PAD_ID, axis=1)
        for start in range(0, len(ids), _BLOCK)
    ]
    return np.concatenate([np.empty(0, np.int32), *blocks]).astype(np.int32)


def choose_length(lengths: np.ndarray, *, longest: int, covered: float = COVERED) -> int:
    """A `max_length` that reads 98 % of the texts to their end: a multiple of 8, or `longest`.

    Args:
        lengths: ids of each training text, see `token_lengths`.
        longest: the model's limit.
        covered: another share than 98 %, 0 to 1.

    Examples:
        >>> kerasapps.preprocess.choose_length(np.array([7, 9, 20]), longest=64)
        24
    """
    covering = int(np.quantile(lengths, covered, method="inverted_cdf"))
    return min(longest, -(-covering // _MULTIPLE) * _MULTIPLE)


def truncated_share(lengths: np.ndarray, max_length: int) -> float:
    """The share of texts, 0 to 1, that lose their end at `max_length`."""
    return float(np.mean(lengths > max_length))


def _key(texts: Sequence[str], tokenizer: Tokenizer) -> str:
    """Changes whenever a text, the vocabulary or the spec does."""
    digest = hashlib.sha256(repr(sorted(tokenizer.spec.to_dict().items())).encode())
    for token, number in tokenizer.vocabulary.items():
        digest.update(f"{number} {token}\n".encode("utf-8", "surrogatepass"))
    add_texts(digest, texts)
    return digest.hexdigest()[:16]


def add_texts(digest: hashlib._Hash, texts: Iterable[str]) -> None:
    """Feed texts to a hash such that other texts, or texts parted elsewhere, give another one."""
    for text in texts:
        encoded = text.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
