"""What a source of files with labels holds, before anybody looked inside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from kerasapps.data.sources.file_entries import FileEntries, concatenated
from kerasapps.data.sources.given_splits import NO_EXAMPLES, SplitData, list_each, placing, told
from kerasapps.data.sources.places import Place
from kerasapps.data.targets.forms import TargetForm
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

EntriesT = TypeVar("EntriesT", bound=Sequence[Any])
ConfigT = TypeVar("ConfigT")
_OthersT = TypeVar("_OthersT", bound=Sequence[Any])


@dataclass(frozen=True)
class BrokenFile:
    """A file that cannot be used, and why."""

    path: Place
    reason: str

    def __str__(self) -> str:
        return f"{printable(str(self.path))}: {self.reason}"


@dataclass(frozen=True)
class FileListing(Generic[EntriesT]):
    """What a source holds, before the files are examined.

    Attributes:
        entries: the examples, in columns or each a dataclass with a `split`: one of `SPLITS`, or
            None.
        broken: files that can be refused without opening them.
        guesses: what was guessed of folders and columns.
        errors: what makes the source unusable.
        warnings: what the user should know.
        form: what the targets are taken for.
    """

    entries: EntriesT
    broken: tuple[BrokenFile, ...] = ()
    guesses: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    form: TargetForm = TargetForm()

    def of(self, make: Callable[[EntriesT], _OthersT]) -> FileListing[_OthersT]:
        """The listing of what `make` makes of the entries."""
        return FileListing(
            make(self.entries), self.broken, self.guesses, self.errors, self.warnings, self.form
        )


def list_splits(
    parts: SplitData,
    listed: Callable[[Any, ConfigT], FileListing[Any]],
    *,
    told: Callable[[Any], ConfigT],
    has_columns: Callable[[Any], bool],
) -> FileListing[Any]:
    """The files of all splits, whose targets are what those of training are taken for.

    Args:
        parts: the data of each.
        listed: lists the files of one, by options that have `target_kind`, `target_columns` and
            `label_column`.
        told: the options for the data of one; see `hearing`.
        has_columns: whether the data of one have columns.

    Raises:
        DataError: if one cannot be listed; it names the split.
    """
    form: TargetForm | None = None

    def listed_alike(part: Any) -> FileListing[Any]:
        nonlocal form
        config = told(part)
        if form is not None:
            config = _like(form, config, has_columns=has_columns(part))
        listing = listed(part, config)
        form = form or listing.form
        return listing

    trained_first = dict(sorted(parts.items(), key=lambda item: item[0] != "train"))
    return join_listings(trained_first, listed_alike)


def _like(form: TargetForm, config: Any, *, has_columns: bool) -> Any:
    """Options that take the targets of a further split for what those of training are."""
    named = has_columns and config.label_column is None
    columns = form.columns if named and form.columns else config.target_columns
    numbers = not named and {part.kind for part in form.parts} == {"number"}
    kind = "number" if numbers else form.kind
    return replace(config, target_kind=config.target_kind or kind, target_columns=columns)


def join_listings(parts: SplitData, listed: Callable[[Any], FileListing[Any]]) -> FileListing[Any]:
    """The files of all splits.

    Args:
        parts: the data of each.
        listed: lists the files of one.

    Raises:
        DataError: if one cannot be listed; it names the split.
    """
    listings = list_each(parts, listed)
    placed, errors = [], []
    for name, listing in listings.items():
        place = placing(name, parts)
        errors += [f"{name}: {error}" for error in listing.errors]
        errors += [] if listing.entries or listing.broken else [f"{name}: {NO_EXAMPLES}"]
        try:
            placed.append(_moved(listing.entries, place))
        except DataError as error:
            errors.append(str(error))
    return FileListing(
        _joined(placed),
        tuple(each for listing in listings.values() for each in listing.broken),
        guesses=tuple(told(listings, "guesses")),
        errors=tuple(errors),
        warnings=tuple(told(listings, "warnings")),
        form=next((each.form for each in listings.values()), TargetForm()),
    )


def _moved(entries: Sequence[Any], place: Callable[[str | None], str | None]) -> Sequence[Any]:
    """Entries in other splits."""
    if isinstance(entries, FileEntries):
        return entries.moved(place)
    return [replace(each, split=place(each.split)) for each in entries]


def _joined(parts: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """The entries of all parts, in columns where those of each are."""
    columns = [part for part in parts if isinstance(part, FileEntries)]
    if len(columns) == len(parts):
        return concatenated(columns)
    return tuple(each for part in parts for each in part)
