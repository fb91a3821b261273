"""Data whose splits are given one by one: as a mapping, or as `keras.datasets` gives them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

import numpy as np

from kerasapps.data.sources.rows import Row, RowListing
from kerasapps.data.sources.several_targets import has_columns
from kerasapps.data.sources.split_names import split_named
from kerasapps.data.splits import SPLITS
from kerasapps.errors import DataError

SplitData: TypeAlias = Mapping[str, Any]
"""Split → its data, in any form that a task takes."""

NO_EXAMPLES = "there are no examples"

_ListingT = TypeVar("_ListingT")


def given_splits(data: Any) -> SplitData | None:
    """The data of each split where `data` has them one by one, else None.

    Args:
        data: a mapping such as `{"train": …, "test": …}`; `((x, y), (x, y))` for training and
            test, or with a third pair in the middle for validation.

    Raises:
        DataError: if two names of a mapping stand for one split.
    """
    if isinstance(data, Mapping):
        return _of_mapping(data)
    if isinstance(data, tuple) and len(data) in (2, 3) and all(map(_is_examples, data)):
        names = ("train", "test") if len(data) == 2 else SPLITS
        return dict(zip(names, data, strict=True))
    return None


def with_splits(data: Any, *, validation: Any = None, test: Any = None) -> Any:
    """The data of a run with splits that the caller gives beside it.

    Args:
        data: any form that the task takes.
        validation: likewise, what training is stopped on; None: as `data` says.
        test: likewise, what the result is judged on.

    Raises:
        DataError: if `data` gives one of them too.
    """
    asked = {"validation": validation, "test": test}
    asked = {name: part for name, part in asked.items() if part is not None}
    if not asked:
        return data
    parts = given_splits(data) or {"train": data}
    for name in asked:
        if name in parts:
            raise DataError(f"{name}_data is given, and the data has a {name} split: keep one")
    return {**parts, **asked}


def describe_parts(parts: SplitData, describe: Callable[[Any], str]) -> str:
    """A short name of the data for reports: "train: photos, test: arrays in memory"."""
    return ", ".join(f"{name}: {describe(parts[name])}" for name in SPLITS if name in parts)


def join_rows(listing: RowListing, parts: SplitData, listed: Callable[[Any], RowListing]) -> None:
    """Add the rows of all splits to a listing.

    Args:
        listing: to add to; it learns what is found while the rows are read.
        parts: the data of each split.
        listed: lists the rows of one.

    Raises:
        DataError: if one cannot be listed; it names the split.
    """
    listings = list_each(parts, listed)
    listing.guesses += told(listings, "guesses")

    def rows(name: str) -> Iterator[Row]:
        place, empty = placing(name, parts), True
        for row in listings[name].rows():
            empty = False
            yield row._replace(split=place(row.split))
        part = {name: listings[name]}
        listing.notes += listings[name].notes
        listing.warnings += told(part, "warnings")
        listing.errors += told(part, "errors") or ([f"{name}: {NO_EXAMPLES}"] if empty else [])

    listing.parts += [functools.partial(rows, name) for name in listings]


def list_each(parts: SplitData, listed: Callable[[Any], _ListingT]) -> dict[str, _ListingT]:
    """The listing of each split.

    Raises:
        DataError: as `listed` does, with the name of the split.
    """
    listings = {}
    for name, part in parts.items():
        try:
            listings[name] = listed(part)
        except DataError as error:
            raise DataError(f"{name}: {error}") from error
    return listings


def _of_mapping(data: Mapping[Any, Any]) -> SplitData | None:
    parts: dict[str, Any] = {}
    for key, part in data.items():
        split = split_named(key) if isinstance(key, str) else None
        if split is None:
            return None
        if split in parts:
            raise DataError(f"{key!r} is a second name of the {split} split: keep one of them")
        parts[split] = part
    return parts or None


def _is_examples(part: Any) -> bool:
    """Whether a value is `(x, y)`: as many labels, or texts, as there are examples."""
    if not isinstance(part, tuple | list) or len(part) != 2:
        return False
    if any(isinstance(each, str | bytes) or not hasattr(each, "__len__") for each in part):
        return False
    examples, labels = part
    if has_columns(labels):
        return bool(len(labels)) and len(examples) == len(labels[next(iter(labels))])
    # Iterated: by number a Series of pandas gives what its index calls so.
    return 0 < len(examples) == len(labels) and _is_label(next(iter(labels)))


def _is_label(value: Any) -> bool:
    return isinstance(value, str | bytes) or np.size(value) == 1


def placing(name: str, parts: SplitData) -> Callable[[str | None], str]:
    """The split of an example of `parts[name]`, from the one that its own data gives it.

    Training data may have further splits of its own; the data of another split may not.
    """

    def place(split: str | None) -> str:
        if split is None or split == name:
            return name
        if name == "train" and split not in parts:
            return split
        raise DataError(
            f"the {name} data has a {split} split of its own, and splits are given one by one: "
            "give the folder or table of each split"
        )

    return place


def told(listings: Mapping[str, Any], what: str) -> list[str]:
    """The lines of all listings, each behind the name of its split.

    Args:
        listings: by split.
        what: "guesses", "warnings" or "errors".
    """
    return [f"{name}: {line}" for name, each in listings.items() for line in getattr(each, what)]
