"""The way of any kind of data to an audit and splits, walked with a kind of whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit, BrokenRow, Finding, Listed, itemise
from kerasapps.data.examine import Checks, examine, load_splits, read_usable
from kerasapps.data.partition import split_code
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.errors import DataError


@dataclass(frozen=True, eq=False)
class Numbers:
    """The usable numbers of `(number, split)` pairs; what is no number is broken."""

    values: np.ndarray
    splits: np.ndarray
    broken: Listed[BrokenRow]
    seen: frozenset[str | None]

    def __len__(self) -> int:
        return len(self.values)


def collect(listing: Any, *, options: int, work_dir: Path) -> Numbers:
    """Numbers above `options` are broken; a listing may learn of errors on the way."""
    usable = [(value, split) for value, split in listing.rows if 0 <= value <= options]
    broken = [
        BrokenRow(f"row {n}", "format", f"it is {value}")
        for n, (value, _) in enumerate(listing.rows)
        if not 0 <= value <= options
    ]
    listing.errors += ["below zero"] * any(value < 0 for value, _ in listing.rows)
    return Numbers(
        np.array([value for value, _ in usable], np.int64),
        np.array([split_code(split) for _, split in usable], np.int8),
        Listed(len(broken), tuple(broken)),
        frozenset(split for _, split in listing.rows),
    )


def list_source(data: Any, *, options: int, work_dir: Path) -> Any:
    if not isinstance(data, list):
        raise DataError("no list of numbers")
    return SimpleNamespace(rows=data, guesses=["all count"], errors=[], warnings=["listed"])


def place(collection: Numbers, *, config: LoadConfig, seed: int) -> Any:
    """Drops zeros of training, and knows the number 13."""
    keep = (collection.values != 0) | (collection.splits != 0)
    return SimpleNamespace(
        rows=np.flatnonzero(keep),
        brought=frozenset(SPLITS[code] for code in collection.splits[keep]),
        errors=["placed badly"] * bool((collection.values == 13).any()),
        warnings=["placed"],
    )


def check(listing: Any, collection: Numbers) -> Checks:
    odd = ["checked"] * bool((collection.values == 13).any())
    return Checks(errors=[*odd, *listing.errors], warnings=["first", *listing.warnings])


def unread(source: str, counts: Any = ()) -> Audit:
    return Audit(source, figures=(Finding(key="counts", value=dict(counts)),))


def audit(source: str, listing: Any, collection: Numbers, placement: Any, *, options: int) -> Audit:
    broken = itemise("broken", collection.broken, said="Broken")
    figures = unread(source, {"train": len(placement.rows), "options": options}).figures
    return Audit(source, figures, (broken,), guesses=tuple(listing.guesses))


def split(collection: Numbers, placement: Any, audit: Audit) -> Splits[np.ndarray]:
    train, validation, test = (
        collection.values[placement.rows][collection.splits[placement.rows] == code]
        for code in range(3)
    )
    return Splits((), train, validation, test, audit, "print")


KIND: Any = SimpleNamespace(
    NOUN="number",
    HOLDER="row",
    unread=unread,
    list_source=list_source,
    collect=collect,
    place=place,
    check=check,
    audit=audit,
    split=split,
)


def examined(data: Any, work: Path, **options: Any) -> tuple[Audit, Splits[np.ndarray] | None]:
    config = LoadConfig(**options)
    return examine(KIND, data, options=100, config=config, seed=0, work_dir=work)


def load(data: Any, work: Path, **options: Any) -> Splits[np.ndarray]:
    config = LoadConfig(**options)
    return load_splits(KIND, data, options=100, config=config, seed=0, work_dir=work)


def test_usable_data_becomes_an_audit_and_splits(work: Path) -> None:
    data = [(5, "train"), (0, "train"), (7, "test"), (101, "train")]
    audit, splits = examined(data, work, max_broken=0.5)
    assert (audit.source, audit.guesses) == ("arrays in memory", ("all count",))
    assert audit.counts == {"train": 2, "options": 100}
    assert audit.ok and audit.warnings == ("first", "listed", "placed")
    assert audit["broken"].first == (BrokenRow("row 3", "format", "it is 101"),)
    assert splits is not None and splits.audit is audit
    assert splits.train.tolist() == [5] and splits.test.tolist() == [7]
    assert load(data, work, max_broken=0.5).train.tolist() == [5]


def test_every_reason_is_said_once_and_in_the_order_of_the_steps(work: Path) -> None:
    audit, splits = examined([(13, "train"), (-1, "test")], work)
    broken = audit.errors[1]
    assert splits is None and broken.startswith("1 of 2 rows (50.0%) are broken")
    assert audit.errors == (
        "below zero",
        broken,
        "checked",
        "no usable number is left in test: all are broken, or also in a more protected split",
        "placed badly",
    )
    assert audit["broken"].total == 1 and audit.warnings == ("first", "listed", "placed")
    with pytest.raises(DataError, match="arrays in memory cannot be used for 5 reasons:\n- below"):
        load([(13, "train"), (-1, "test")], work)


def test_what_cannot_be_read_has_an_audit_with_nothing_in_it(work: Path) -> None:
    audit, splits = examined({}, work)
    assert splits is None and audit.errors == ("no list of numbers",)
    assert (audit.source, audit.counts, audit.guesses) == ("dict", {}, ())
    with pytest.raises(DataError, match=r"^no list of numbers$"):
        load({}, work)


def usable(data: Any, work: Path, told: list[str], **options: Any) -> list[int]:
    numbers, rows = read_usable(KIND, data, options=100, work_dir=work, tell=told.append, **options)
    values: list[int] = numbers.values[rows].tolist()
    return values


def test_a_finished_model_is_judged_on_the_test_split_or_on_all(work: Path) -> None:
    told: list[str] = []
    data = [(5, "train"), (7, "test"), (0, "test"), (200, "test")]
    assert usable(data, work, told, max_broken=0.25) == [7, 0]
    assert told == [
        "Read as: all count",
        "Warning: listed",
        "Broken rows left out: 1. row 3: it is 200",
    ]
    assert usable([(5, "train"), (0, "train")], work, told, max_broken=0) == [5, 0]
    assert told[-1] == "The data has no test split: all of it is judged (train)."
    with pytest.raises(DataError, match="1 of 4 rows"):
        usable(data, work, told, max_broken=0.2)
    with pytest.raises(DataError, match="no usable number is left in test"):
        usable([(5, "train"), (200, "test")], work, told, max_broken=1)
    words = r"^below zero\nthe data holds no usable number\nRead as: all count$"
    with pytest.raises(DataError, match=words):
        usable([(-1, "test")], work, told, max_broken=1)
