"""Tags that mark entities, in whatever scheme, become IOB2; what breaks its scheme is found.

IOB2: `B-X` begins an entity of the type X, `I-X` goes on with it, `O` is outside of all. IOB1
writes `B-` only between two entities of one type. IOBES also marks the last word (`E-`) and the
only one (`S-`); BILUO calls these `L-` and `U-`, BMES has `M-` for the inner ones. Plain tags are
types alone.

Reference: Ramshaw and Marcus 1995; Ratinov and Roth 2009.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kerasapps.config.iob2 import OUTSIDE, goes_on, type_of
from kerasapps.data.tags.config import TagScheme

NAMES = {"iob1": "IOB1", "iob2": "IOB2", "iobes": "IOBES", "plain": "plain tags"}

_PREFIXED = re.compile(r"([BIESLUM])[-_](.+)", re.DOTALL)
_WITHOUT = frozenset((OUTSIDE, "_", "-"))  # CoNLL-U and spaCy write nothing so
_MOST = 0.9  # of the words with a tag: a few tags without a prefix are faults
_KINDS = {"B": 1, "I": 2, "M": 2, "E": 3, "L": 3, "S": 4, "U": 4}
_BEGIN, _INSIDE, _END, _SINGLE = 1, 2, 3, 4


class Span(NamedTuple):
    """An entity: its first word, the word behind its last one, and its type."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, eq=False)
class RawTags:
    """The tags of sentences as their data writes them.

    Attributes:
        names: the different tags.
        numbers: int32 `(words,)` index into `names`, one sentence behind the other.
        starts: int64 `(sentences + 1,)` where each sentence begins, and where the last ends.
    """

    names: tuple[str, ...]
    numbers: np.ndarray
    starts: np.ndarray


@dataclass(frozen=True, eq=False)
class Tags:
    """The tags of sentences in IOB2.

    Attributes:
        types: the types of entities, sorted.
        numbers: int32 `(words,)`: 0 outside, 1 + 2 × type where an entity of it begins, one more
            where it goes on.
        broken: int64, the words whose tags break the scheme.
    """

    types: tuple[str, ...]
    numbers: np.ndarray
    broken: np.ndarray

    @property
    def names(self) -> tuple[str, ...]:
        """What `numbers` stand for."""
        return tag_names(self.types)


def tag_names(types: Sequence[str]) -> tuple[str, ...]:
    """`O`, and `B-X` with `I-X` for each type."""
    return (OUTSIDE, *(f"{prefix}-{each}" for each in types for prefix in "BI"))


def entities_of(tags: Sequence[str]) -> list[Span]:
    """The entities of one sentence in IOB2; an `I-X` that follows no X begins one.

    Examples:
        >>> from kerasapps.data.tags.schemes import entities_of
        >>> entities_of(["B-PER", "I-PER", "O", "B-LOC"])[0]
        Span(start=0, end=2, label='PER')
    """
    spans: list[Span] = []
    start, label = 0, ""
    for place, tag in enumerate((*tags, OUTSIDE)):
        kind = type_of(tag)
        same = goes_on(tag) and kind == label
        if label and not same:
            spans.append(Span(start, place, label))
        if not same:
            start, label = place, kind
    return spans


def tags_of(count: int, spans: Sequence[Span]) -> list[str]:
    """IOB2 of a sentence of `count` words with entities that do not overlap."""
    tags = [OUTSIDE] * count
    for span in spans:
        tags[span.start : span.end] = [f"I-{span.label}"] * (span.end - span.start)
        tags[span.start] = f"B-{span.label}"
    return tags


def guess_scheme(raw: RawTags) -> TagScheme:
    """The scheme that tags are written in, by their prefixes and their order."""
    counts = np.bincount(raw.numbers, minlength=len(raw.names))
    marked = {name: int(counts[place]) for place, name in enumerate(raw.names)}
    marked = {name: count for name, count in marked.items() if name not in _WITHOUT}
    prefixed = {name: count for name, count in marked.items() if _PREFIXED.fullmatch(name)}
    if sum(prefixed.values()) < _MOST * sum(marked.values()):
        return "plain"
    if {name[0] for name in prefixed} - {"B", "I"}:
        return "iobes"
    kinds, _, same, _ = _columns(raw, _PREFIXED)
    begun_inside = np.count_nonzero((kinds == _INSIDE) & ~same)
    begun = np.count_nonzero((kinds == _BEGIN) & ~same)
    return "iob1" if begun_inside > begun else "iob2"


def to_iob2(raw: RawTags, scheme: TagScheme) -> Tags:
    """All tags in IOB2. Where they break their scheme an entity begins at the word that is odd."""
    pattern = None if scheme == "plain" else _PREFIXED
    kinds, number_of, same, types = _columns(raw, pattern)
    inside = kinds > 0
    closed = np.isin(_previous(kinds, raw.starts), (_END, _SINGLE))
    begins, broken = inside & ~same, np.zeros(len(kinds), bool)
    if scheme == "iob2":
        begins |= kinds == _BEGIN
        broken = (kinds != _BEGIN) & inside & ~same
    elif scheme == "iob1":
        begins |= kinds == _BEGIN
        broken = (kinds == _BEGIN) & ~same
    elif scheme == "iobes":
        begins |= inside & (np.isin(kinds, (_BEGIN, _SINGLE)) | closed)
        goes_on = np.isin(kinds, (_INSIDE, _END))
        broken = goes_on & (~same | closed)
        # What was begun must go on up to its end, in the next word of the sentence.
        opened = np.isin(kinds, (_BEGIN, _INSIDE))
        last = np.zeros(len(kinds), bool)
        last[raw.starts[1:][raw.starts[1:] > raw.starts[:-1]] - 1] = True
        followed = np.append((goes_on & same)[1:], False) & ~last
        broken |= opened & ~followed
    numbers = np.where(inside, 2 + 2 * number_of - begins, 0).astype(np.int32)
    return Tags(types, numbers, np.flatnonzero(broken))


def _columns(
    raw: RawTags, pattern: re.Pattern[str] | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[str, ...]]:
    """Of each word: the kind of its tag (0 outside), its type, whether the word before has the
    same type; and the names of the types."""
    read = [_read(name, pattern) for name in raw.names]
    types = tuple(sorted({kind for place, kind in read if place}))
    place_of = {kind: place for place, kind in enumerate(types)}
    kinds = np.array([place for place, _ in read] or [0], np.int64)[raw.numbers]
    of_name = [place_of.get(kind, -1) if place else -1 for place, kind in read]
    number_of = np.array(of_name or [-1], np.int64)[raw.numbers]
    same = (kinds > 0) & (_previous(number_of, raw.starts, outside=-1) == number_of)
    return kinds, number_of, same, types


def _read(name: str, pattern: re.Pattern[str] | None) -> tuple[int, str]:
    if name in _WITHOUT:
        return 0, ""
    match = None if pattern is None else pattern.fullmatch(name)
    return (_INSIDE, name) if match is None else (_KINDS[match[1]], match[2])


def _previous(values: np.ndarray, starts: np.ndarray, outside: int = 0) -> np.ndarray:
    """The value of the word before, of the first of a sentence `outside`."""
    before = np.empty_like(values)
    before[1:] = values[:-1]
    begins = starts[:-1]
    before[begins[begins < len(values)]] = outside
    return before
