"""Every sentence pair of a split becomes ids once, in memory or in a file on disk."""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np

from kerasapps.data.pairs.examples import PairExamples
from kerasapps.preprocess.cache import cached_file
from kerasapps.preprocess.text import add_texts, choose_length
from kerasapps.preprocess.tokenizers.spec import PAD_ID
from kerasapps.preprocess.tokenizers.subword import END_ID, PairTokenizer

LONGEST = 128  # pieces, where nobody asked for more
_COVERED_PAIRS = 0.995
_BLOCK = 1 << 22  # ids looked at together


class EncodedPairs:
    """The ids of sentence pairs, one behind the other.

    Args:
        ids: int32 `(m,)`, source and target of the first pair, then of the second; each is ended
            by the end mark 3, which stands nowhere else. May be a memory map.

    Raises:
        ValueError: if the ids are not those of whole pairs.

    Examples:
        >>> pairs = kerasapps.preprocess.EncodedPairs(np.array([5, 6, 3, 7, 3], np.int32))
        >>> len(pairs), pairs.target(0)
        (1, array([7, 3], dtype=int32))
    """

    def __init__(self, ids: np.ndarray) -> None:
        self.ids = ids
        self._ids = np.asarray(ids)  # a memory map would make a map of every slice
        blocks = [
            np.flatnonzero(self._ids[start : start + _BLOCK] == END_ID) + start + 1
            for start in range(0, len(ids), _BLOCK)
        ]
        self._offsets = np.concatenate([np.zeros(1, np.int64), *blocks])
        if len(self._offsets) % 2 == 0 or self._offsets[-1] != len(ids):
            raise ValueError("the ids are not those of whole pairs")

    def __len__(self) -> int:
        return len(self._offsets) // 2

    @property
    def source_lengths(self) -> np.ndarray:
        """Ids of each source, the end mark included: int32 `(n,)`."""
        return np.diff(self._offsets)[0::2].astype(np.int32)

    @property
    def target_lengths(self) -> np.ndarray:
        """Ids of each target, the end mark included: int32 `(n,)`."""
        return np.diff(self._offsets)[1::2].astype(np.int32)

    def source(self, index: int) -> np.ndarray:
        """The ids of a source, int32 `(k,)`."""
        return self._row(2 * range(len(self))[index])

    def target(self, index: int) -> np.ndarray:
        """The ids of a target, int32 `(k,)`."""
        return self._row(2 * range(len(self))[index] + 1)

    def sources(self, rows: np.ndarray, width: int) -> np.ndarray:
        """Sources side by side, int32 `(len(rows), width)`, filled up with 0 on the right.

        Args:
            rows: int `(k,)` which pairs; -1 gives an empty row.
            width: no source of `rows` is longer.
        """
        return self._padded(2 * rows, rows, width)

    def targets(self, rows: np.ndarray, width: int) -> np.ndarray:
        """Targets side by side, as `sources`."""
        return self._padded(2 * rows + 1, rows, width)

    def _row(self, place: int) -> np.ndarray:
        return self._ids[self._offsets[place] : self._offsets[place + 1]]

    def _padded(self, places: np.ndarray, rows: np.ndarray, width: int) -> np.ndarray:
        starts = self._offsets[places]
        lengths = np.where(rows < 0, 0, self._offsets[places + 1] - starts)
        columns = np.arange(width)
        inside = columns < lengths[:, np.newaxis]
        padded = np.full(inside.shape, PAD_ID, np.int32)
        padded[inside] = self._ids[(starts[:, np.newaxis] + columns)[inside]]
        return padded


class StreamedPairs(EncodedPairs):
    """Sentence pairs that are encoded when they are asked for; of each only its lengths are held.

    Args:
        examples: the pairs, read once here.
        tokenizer: gives the ids and the longest lengths.
    """

    def __init__(self, examples: PairExamples, tokenizer: PairTokenizer) -> None:
        self.ids = np.empty(0, np.int32)  # none is in memory
        self._examples = examples
        self._tokenizer = tokenizer
        sources, targets = pair_lengths(examples, tokenizer)
        self._source_lengths = np.minimum(sources, tokenizer.spec.max_source)
        self._target_lengths = np.minimum(targets, tokenizer.spec.max_target)

    def __len__(self) -> int:
        return len(self._source_lengths)

    @property
    def source_lengths(self) -> np.ndarray:
        """Ids of each source, the end mark included: int32 `(n,)`."""
        return self._source_lengths

    @property
    def target_lengths(self) -> np.ndarray:
        """Ids of each target, the end mark included: int32 `(n,)`."""
        return self._target_lengths

    def source(self, index: int) -> np.ndarray:
        """The ids of a source, int32 `(k,)`."""
        return self._tokenizer.encode_source(self._examples.sources[index])

    def target(self, index: int) -> np.ndarray:
        """The ids of a target, int32 `(k,)`."""
        return self._tokenizer.encode_target(self._examples.targets[index])

    def sources(self, rows: np.ndarray, width: int) -> np.ndarray:
        """As `EncodedPairs.sources`."""
        return _side_by_side(self.source, rows, width)

    def targets(self, rows: np.ndarray, width: int) -> np.ndarray:
        """As `EncodedPairs.targets`."""
        return _side_by_side(self.target, rows, width)


def _side_by_side(ids_of: Callable[[int], np.ndarray], rows: np.ndarray, width: int) -> np.ndarray:
    padded = np.full((len(rows), width), PAD_ID, np.int32)
    for place, row in enumerate(rows.tolist()):
        if row >= 0:
            ids = ids_of(row)
            padded[place, : len(ids)] = ids
    return padded


def encode_pairs(
    examples: PairExamples,
    tokenizer: PairTokenizer,
    *,
    budget_bytes: int = sys.maxsize,
    folder: Path = Path(),
    name: str = "pairs",
    on_disk: bool = True,
) -> EncodedPairs:
    """The ids of all pairs of a split, in the order of `examples`.

    They are held in memory if they take no more than `budget_bytes` when every text is as long as
    can be; else in a file that is mapped read-only (see `cache.cached_file`), and a later call
    with the same pairs and tokenizer uses it again.

    Args:
        examples: read once, one at a time, and once more where a file may be used again.
        tokenizer: gives the ids and the longest lengths.
        budget_bytes: the most to hold in memory; by default any.
        folder: where the file goes; made only if needed.
        name: of the split; other files of this name in `folder` are stale and removed.
        on_disk: whether a file may be written; else pairs that have no room are encoded when they
            are asked for.

    Examples:
        >>> splits = kerasapps.data.load_pairs("builtin:phrases")
        >>> tokenizer = kerasapps.preprocess.learn_pair_tokenizer(
        ...     splits.train.sources, splits.train.targets
        ... )
        >>> pairs = kerasapps.preprocess.encode_pairs(splits.train, tokenizer)
        >>> len(pairs) == len(splits.train)
        True
    """
    spec = tokenizer.spec
    most = len(examples) * (spec.max_source + spec.max_target) * np.dtype(np.int32).itemsize
    if most <= budget_bytes:
        memory = io.BytesIO()
        _write(memory, examples, tokenizer)
        return EncodedPairs(np.frombuffer(memory.getvalue(), np.int32))
    if not on_disk:
        return StreamedPairs(examples, tokenizer)

    def write(partial: Path) -> None:
        with partial.open("wb") as stream:
            _write(stream, examples, tokenizer)

    file = cached_file(
        write, key=lambda: _key(examples, tokenizer), folder=folder, name=name, suffix=".ids"
    )
    empty = len(examples) == 0  # numpy refuses to map a file of no bytes
    return EncodedPairs(np.empty(0, np.int32) if empty else np.memmap(file, np.int32, mode="r"))


def pair_lengths(examples: PairExamples, tokenizer: PairTokenizer) -> tuple[np.ndarray, np.ndarray]:
    """Ids of each source and of each target, the end mark included and nothing cut off: int32.

    Examples:
        >>> splits = kerasapps.data.load_pairs("builtin:phrases")
        >>> tokenizer = kerasapps.preprocess.learn_pair_tokenizer(
        ...     splits.train.sources, splits.train.targets
        ... )
        >>> sources, targets = kerasapps.preprocess.pair_lengths(splits.test, tokenizer)
        >>> len(sources) == len(targets) == len(splits.test)
        True
    """
    count = len(examples)
    sources = (tokenizer.source_length(text) for text in examples.sources)
    targets = (tokenizer.target_length(text) for text in examples.targets)
    return np.fromiter(sources, np.int32, count), np.fromiter(targets, np.int32, count)


def choose_pair_lengths(
    source_lengths: np.ndarray, target_lengths: np.ndarray, *, asked: int | None = None
) -> tuple[int, int]:
    """`max_source` and `max_target` at which 99.5 % of the pairs keep both their ends.

    Args:
        source_lengths: int `(n,)` of the training pairs, see `pair_lengths`.
        target_lengths: likewise.
        asked: `TranslationConfig.max_length`, which is then both; None: multiples of 8, at most
            128.

    Examples:
        >>> kerasapps.preprocess.choose_pair_lengths(np.array([5, 9]), np.array([6, 17]))
        (16, 24)
    """
    if asked is not None:
        return asked, asked
    each = 1 - (1 - _COVERED_PAIRS) / 2  # should no pair be long on both sides
    return (
        choose_length(source_lengths, longest=LONGEST, covered=each),
        choose_length(target_lengths, longest=LONGEST, covered=each),
    )


def _write(stream: IO[bytes], examples: PairExamples, tokenizer: PairTokenizer) -> None:
    for source, target in zip(examples.sources, examples.targets, strict=True):
        stream.write(tokenizer.encode_source(source).tobytes())
        stream.write(tokenizer.encode_target(target).tobytes())


def _key(examples: PairExamples, tokenizer: PairTokenizer) -> str:
    """Changes whenever a text, a model or a length does."""
    digest = hashlib.sha256(repr(sorted(tokenizer.spec.to_dict().items())).encode())
    for model in tokenizer.models:
        digest.update(hashlib.sha256(model).digest())
    for side in (examples.sources, examples.targets):
        add_texts(digest, side)
        digest.update(b"side")
    return digest.hexdigest()[:16]
