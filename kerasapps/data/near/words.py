"""Texts that are nearly the same: a word or a few of many are others, or stand elsewhere.

Short texts are looked up by their words without each one of them in turn: two that differ in one
word share one of these. Of longer ones a sketch is compared in bands (MinHash: Broder 1997, "On the
resemblance and containment of documents"). Whoever shares a key is then compared word by word.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kerasapps import machine
from kerasapps.data.near.effort import LONG, spread
from kerasapps.data.near.pairs import NearPairs, each_once
from kerasapps.data.sources.clean import fold_text
from kerasapps.terminal.doing import Progress

_SHORT: Final = 40  # words of a text that is looked up without each of them
_LEAST: Final = 4  # words of a text that can be nearly another: of fewer one says it all
_SHINGLE: Final = 3  # words in a row, of longer texts
_HASHES: Final = 64
_BANDS: Final = 16
_NEAR: Final = 0.9  # of the words of a long text
_NEAR_SHORT: Final = 0.6  # of what the words of a text weigh
_NEIGHBOURS: Final = 3  # that are compared of all with one key, beside the first and the last
_SECONDS: Final = 4e-6  # that one word takes, and some hundred bytes
_ASKED: Final = 200  # texts, by which all are judged
_MIXED: Final = np.uint64(0x9E3779B97F4A7C15)
# Each sign is a word where words are not set apart: Chinese, kana, Thai, Lao, Khmer, Burmese.
_WORDS: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)


def near_texts(texts: Iterable[str]) -> NearPairs:
    """Pairs of texts that are nearly the same; case, punctuation and white space do not count.

    In a text of more than 40 words one of ten may be another. In a shorter one it is a single word,
    and no rare one in a very short text: "the capital of Peru" is not "the capital of Chad". Texts
    of fewer than four words, and those with the same words in the same order, are no pairs.

    Args:
        texts: n of them, read once.

    Returns:
        `alike`: the share of words in common, in short texts weighted by how rare each is.
    """
    words = _Words(texts)
    if not len(words.numbers):
        return NearPairs.none()
    sizes = words.sizes
    short = np.flatnonzero((sizes >= _LEAST) & (sizes <= _SHORT))
    long = np.flatnonzero(sizes > _SHORT)
    found = [_sharing(*_short_keys(words, short)), _sharing(*_long_keys(words, long))]
    # Between the two kinds: a text of 40 words and one of 41.
    edge = np.flatnonzero((sizes > _SHORT) & (sizes <= _SHORT + 1))
    found.append(
        _sharing(*_short_keys(words, np.concatenate([short[sizes[short] == _SHORT], edge])))
    )
    first, second = each_once(*(np.concatenate(each) for each in zip(*found, strict=True)))
    return _compared(words, first, second)


def texts_too_much(
    parts: Sequence[Any], text_of: Callable[[Any, int], str], *, seconds: float
) -> str:
    """Why `near_texts` of all of some parts is not worth it in passing; "" where it is.

    Args:
        parts: of examples.
        text_of: from a part and a row of it to the text.
        seconds: of one core that it may take.
    """
    asked = spread(parts, _ASKED)
    words = sum(len(_WORDS.findall(text_of(part, row))) for part, row in asked) / len(asked)
    needed = words * sum(map(len, parts)) * _SECONDS
    return LONG.format(seconds=seconds) if needed > seconds else ""


class _Words:
    """The words of texts as numbers, one text behind the other.

    Attributes:
        numbers: int32 `(words,)`.
        starts: int64 `(n + 1,)`, where each text begins.
        weights: float64, of each different word: what it tells, in nats.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        known: dict[str, int] = {}
        numbers, starts = array("i"), array("q", [0])
        told = Progress("texts")
        for row, text in enumerate(texts):
            for word in _WORDS.findall(fold_text(text)):
                numbers.append(known.setdefault(word, len(known)))
            starts.append(len(numbers))
            told(row + 1)
        self.numbers = np.array(numbers, np.int32)
        self.starts = np.array(starts, np.int64)
        owners = np.repeat(np.arange(len(starts) - 1), self.sizes)
        pairs = np.unique(owners * max(len(known), 1) + self.numbers)
        holders = np.bincount(pairs % max(len(known), 1), minlength=len(known))
        self.weights = np.log(len(starts) / (holders + 0.5))

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Words of each text."""
        return np.diff(self.starts)

    def of(self, row: int) -> NDArray[np.int32]:
        """Those of one text, in their order."""
        return self.numbers[self.starts[row] : self.starts[row + 1]]

    def places(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where the words of some texts stand, and where each text begins among these."""
        sizes = self.sizes[rows]
        begins = np.cumsum(sizes) - sizes
        return np.arange(sizes.sum()) + np.repeat(self.starts[rows] - begins, sizes), begins


def _mixed(values: np.ndarray) -> NDArray[np.uint64]:
    """Numbers that look like drawn ones, uint64 (the last steps of SplitMix64)."""
    mixed = (values.astype(np.uint64) + np.uint64(1)) * _MIXED
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def _short_keys(words: _Words, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keys of texts: of all words, and of all but each one; the order of words does not count."""
    if not len(rows):
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    places, begins = words.places(rows)
    each = _mixed(words.numbers[places])
    whole = np.add.reduceat(each, begins)
    owners = np.repeat(np.arange(len(rows)), words.sizes[rows])
    keys = np.concatenate([whole, whole[owners] - each])
    return keys, np.concatenate([rows, rows[owners]])


def _long_keys(words: _Words, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keys of texts: of each band of their sketches."""
    if not len(rows):
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    places, begins = words.places(rows)
    each = _mixed(words.numbers[places])
    joined = each.copy()  # of the words in a row; at its end a text's run into the next one's
    for step in range(1, _SHINGLE):
        joined[:-step] += each[step:] * np.uint64(2 * step + 1)
    ends = np.append(begins[1:], len(joined))
    inside = np.ones(len(joined), bool)
    for step in range(1, _SHINGLE):
        inside[ends - step] = False
    joined = joined[inside]
    begins = begins - (_SHINGLE - 1) * np.arange(len(begins))
    random = np.random.default_rng(0)
    factors = random.integers(0, 2**63, _HASHES, np.uint64) * np.uint64(2) + np.uint64(1)
    added = random.integers(0, 2**63, _HASHES, np.uint64)

    def band(number: int) -> NDArray[np.uint64]:
        key = np.full(len(rows), number, np.uint64)
        for place in range(number, _HASHES, _BANDS):
            hashed = _mixed(joined * factors[place] + added[place])
            key = _mixed(key ^ np.minimum.reduceat(hashed, begins))
        return key

    with ThreadPoolExecutor(len(machine.usable_cores())) as pool:
        keys = np.concatenate([*pool.map(band, range(_BANDS))])
    return keys, np.tile(rows, _BANDS)


def _sharing(keys: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of texts with a key in common: each with a few, however many have the same."""
    order = np.lexsort((rows, keys))
    keys, rows = keys[order], rows[order]
    starts = np.searchsorted(keys, keys)
    lasts = np.searchsorted(keys, keys, side="right") - 1
    firsts, seconds = [rows, rows], [rows[starts], rows[lasts]]
    for step in range(1, _NEIGHBOURS + 1):
        same = keys[step:] == keys[:-step]
        firsts.append(rows[:-step][same])
        seconds.append(rows[step:][same])
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    other = first != second
    return first[other], second[other]


def _compared(words: _Words, first: np.ndarray, second: np.ndarray) -> NearPairs:
    """Those of the pairs that are nearly the same."""
    told = Progress("pairs", len(first))
    alike = np.zeros(len(first), np.float32)
    for place, (row, other) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        alike[place] = _alike(words.of(row), words.of(other), words.weights)
        told(place + 1)
    near = alike > 0
    return NearPairs(first, second, alike).of(near)


def _alike(one: np.ndarray, other: np.ndarray, weights: np.ndarray) -> float:
    """How much two texts have in common, or 0 where that is not enough, or all."""
    size = max(len(one), len(other))
    if len(one) == len(other) and (one == other).all():
        return 0.0
    every, codes = np.unique(np.concatenate([one, other]), return_inverse=True)
    counts = np.bincount(codes[: len(one)], minlength=len(every))
    others = np.bincount(codes[len(one) :], minlength=len(every))
    common = np.minimum(counts, others)
    changed = size - int(common.sum())
    if size > _SHORT:
        share = 1 - changed / size
        return share if share >= _NEAR else 0.0
    weight = weights[every]
    share = float(common @ weight) / max(float(counts @ weight), float(others @ weight), 1e-9)
    return share if changed <= 1 and share >= _NEAR_SHORT else 0.0
