"""A stream of rows becomes texts on disk and a few numbers each: nothing else stays in memory."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np

from kerasapps.data.examples import label_order
from kerasapps.data.partition import split_code
from kerasapps.data.text_audit import BrokenRow, Found, Listed
from kerasapps.data.text_clean import clean_label, clean_text, excerpt, fold_text
from kerasapps.data.text_rows import TextRow, origin
from kerasapps.data.text_store import TextStore, TextStoreWriter

_TAG = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]{0,200})?/?>|&(?:amp|lt|gt|quot|nbsp|#\d{2,5}|#x[\da-fA-F]+);"
)


class Origins(Sequence[str]):
    """Names of rows ("train.csv, row 7"), made when they are asked for.

    Args:
        names: of the files; "" where there is none.
        files: int32 `(n,)` index into `names`.
        numbers: int64 `(n,)` row or place in the file, or -1 where the name says it all.
    """

    def __init__(self, names: Sequence[str], files: np.ndarray, numbers: np.ndarray) -> None:
        self._names, self._files, self._numbers = names, files, numbers

    def select(self, rows: np.ndarray) -> Origins:
        """Those of some rows, int64 `(n,)`."""
        return Origins(self._names, self._files[rows], self._numbers[rows])

    def __len__(self) -> int:
        return len(self._files)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Origins: ...
    def __getitem__(self, index: int | slice) -> str | Origins:
        if isinstance(index, slice):
            return Origins(self._names, self._files[index], self._numbers[index])
        number = int(self._numbers[index])
        return origin(self._names[self._files[index]], None if number < 0 else number)


@dataclass(frozen=True, eq=False)
class Collection:
    """The usable texts of a source and what was found on the way.

    Attributes:
        texts: all of them, in the order of the source.
        origins: where each comes from.
        labels: class names in label order.
        numbers: int32 `(n,)` index into `labels`.
        splits: int8 `(n,)` split codes; see `partition`.
        exact: uint64 `(n, 2)` digest of the text and nothing else.
        folded: uint64 `(n, 2)` digest of the text without case, white space and punctuation.
        words: int32 `(n,)` number of words.
        broken: rows that cannot be used.
        faults: how many of each kind.
        seen: the splits that rows name, broken ones too; None if a usable row names none.
        html: texts with remnants of HTML.
    """

    texts: TextStore
    origins: Origins
    labels: tuple[str, ...]
    numbers: np.ndarray
    splits: np.ndarray
    exact: np.ndarray
    folded: np.ndarray
    words: np.ndarray
    broken: Listed[BrokenRow]
    faults: dict[str, int]
    seen: frozenset[str | None]
    html: Listed[Found]


def collect_texts(rows: Iterable[TextRow], *, folder: Path) -> Collection:
    """Read all rows, write the usable texts to disk, and count and digest them.

    Args:
        rows: of the source.
        folder: of the store of texts.
    """
    collector = _Collector()
    with TextStoreWriter(folder) as writer:
        for row in rows:
            encoded = collector.add(row)
            if encoded is not None:
                writer.append(encoded)
        return collector.finish(writer.finish())


class _Collector:
    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        self._labels: dict[str, int] = {}
        self._columns = {name: array(code) for name, code in _COLUMNS.items()}
        self._digests = bytearray()
        self._broken: list[BrokenRow] = []
        self._faults: Counter[str] = Counter()
        self._html: list[Found] = []
        self._tagged = 0
        self._seen: set[str | None] = set()

    def add(self, row: TextRow) -> bytes | None:
        """Check one row and note it; its text as UTF-8 when it can be used."""
        problem = row.problem
        if problem is None:
            text, problem = clean_text(row.text)
            if problem is None:
                label, problem = clean_label(row.label)
        if problem is None or row.split is not None:  # a broken row may have lost its split
            self._seen.add(row.split)
        if problem is not None:
            self._faults[problem.fault] += 1
            if len(self._broken) < Listed.LIMIT:
                self._broken.append(BrokenRow(origin(row.where, row.number), *problem))
            return None
        encoded = text.encode("utf-8")
        self._digests += _digest(encoded)
        self._digests += _digest(fold_text(text).encode("utf-8"))
        columns = self._columns
        columns["file"].append(self._files.setdefault(row.where, len(self._files)))
        columns["row"].append(-1 if row.number is None else row.number)
        columns["label"].append(self._labels.setdefault(label, len(self._labels)))
        columns["split"].append(split_code(row.split))
        columns["words"].append(len(text.split()))
        self._look_for_tags(text, row)
        return encoded

    def _look_for_tags(self, text: str, row: TextRow) -> None:
        if ("<" in text or "&" in text) and (match := _TAG.search(text)):
            self._tagged += 1
            if len(self._html) < Listed.LIMIT:
                where = origin(row.where, row.number)
                self._html.append(Found(where, excerpt(text[max(0, match.start() - 20) :])))

    def finish(self, texts: TextStore) -> Collection:
        columns = {name: np.array(values) for name, values in self._columns.items()}
        names = label_order(set(self._labels))
        place = {name: index for index, name in enumerate(names)}
        renumber = np.array([place[name] for name in self._labels], np.int32)
        digests = np.frombuffer(bytes(self._digests), ">u8").astype(np.uint64).reshape(-1, 4)
        return Collection(
            texts=texts,
            origins=Origins(tuple(self._files), columns["file"], columns["row"]),
            labels=names,
            numbers=renumber[columns["label"]] if names else np.empty(0, np.int32),
            splits=columns["split"],
            exact=digests[:, :2],
            folded=digests[:, 2:],
            words=columns["words"],
            broken=Listed(self._faults.total(), tuple(self._broken)),
            faults=dict(self._faults),
            seen=frozenset(self._seen),
            html=Listed(self._tagged, tuple(self._html)),
        )


_COLUMNS = {"file": "i", "row": "q", "label": "i", "split": "b", "words": "i"}


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
