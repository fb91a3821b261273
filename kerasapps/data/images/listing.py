"""What a source of pictures holds, before anybody looked inside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kerasapps.data.sources.given_splits import NO_EXAMPLES, SplitData, list_each, placing, told
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable


@dataclass(frozen=True)
class Entry:
    """One picture as a source names it, before anybody looked inside.

    Attributes:
        path: the encoded file.
        label: class name.
        split: one of `SPLITS`, or None when the source does not say.
        origin: where the entry comes from when that is not the path itself ("row 7").
    """

    path: Path
    label: str
    split: str | None = None
    origin: str = ""


@dataclass(frozen=True)
class BrokenFile:
    """A file that cannot be used, and why."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{printable(self.path)}: {self.reason}"


@dataclass(frozen=True)
class PictureListing:
    """What a source holds, before the pictures are examined.

    Attributes:
        entries: the pictures.
        broken: files that can be refused without opening them.
        guesses: what was guessed of folders and columns.
        errors: what makes the source unusable.
        warnings: what the user should know.
    """

    entries: tuple[Entry, ...]
    broken: tuple[BrokenFile, ...] = ()
    guesses: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def join_listings(parts: SplitData, listed: Callable[[Any], PictureListing]) -> PictureListing:
    """The pictures of all splits.

    Args:
        parts: the data of each.
        listed: lists the pictures of one.

    Raises:
        DataError: if one cannot be listed; it names the split.
    """
    listings = list_each(parts, listed)
    entries, errors = [], []
    for name, listing in listings.items():
        place = placing(name, parts)
        errors += [f"{name}: {error}" for error in listing.errors]
        errors += [] if listing.entries or listing.broken else [f"{name}: {NO_EXAMPLES}"]
        try:
            entries += [replace(each, split=place(each.split)) for each in listing.entries]
        except DataError as error:
            errors.append(str(error))
    return PictureListing(
        tuple(entries),
        tuple(each for listing in listings.values() for each in listing.broken),
        guesses=tuple(told(listings, "guesses")),
        errors=tuple(errors),
        warnings=tuple(told(listings, "warnings")),
    )
