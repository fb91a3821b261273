"""Whatever holds examples of any kind becomes an audit and splits, by the steps of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit, Listed
from kerasapps.data.checks import (
    Tell,
    as_guessed,
    check_broken,
    check_emptied,
    check_judged,
    raise_reasons,
    tell_left_out,
    tell_reading,
)
from kerasapps.data.near.copies import Near
from kerasapps.data.packed.kinds import Packable
from kerasapps.data.packed.read import packed_alone, read_packed
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.errors import DataError
from kerasapps.terminal.doing import tell_far


class Checks(NamedTuple):
    """Why what was read cannot be used, and what the user should know of it."""

    errors: Sequence[str]
    warnings: Sequence[str]


class Listing(Protocol):
    """What a source holds, to be read; these may grow while it is."""

    @property
    def guesses(self) -> Sequence[str]: ...
    @property
    def errors(self) -> Sequence[str]: ...
    @property
    def warnings(self) -> Sequence[str]: ...


class Collection(Protocol):
    """The usable examples of a source, as many as its length, and what was found on the way.

    Attributes:
        broken: what cannot be used.
        seen: the splits that examples name, broken ones too; None if a usable one names none.
    """

    @property
    def broken(self) -> Listed[Any]: ...
    @property
    def seen(self) -> frozenset[str | None]: ...
    def __len__(self) -> int: ...


class RowCollection(Collection, Protocol):
    """One whose examples are rows: `splits` are their int8 `(n,)` split codes."""

    @property
    def splits(self) -> np.ndarray: ...


class Placement(Protocol):
    """Where every example goes.

    Attributes:
        brought: the splits that examples in use came with.
        errors: why the splits cannot be made.
        warnings: what the user should know of them.
    """

    @property
    def brought(self) -> frozenset[str | None]: ...
    @property
    def errors(self) -> Sequence[str]: ...
    @property
    def warnings(self) -> Sequence[str]: ...


Options_contra = TypeVar("Options_contra", contravariant=True)
OptionsT = TypeVar("OptionsT")
ListingT = TypeVar("ListingT", bound=Listing)
CollectionT = TypeVar("CollectionT", bound=Collection)
RowsT = TypeVar("RowsT", bound=RowCollection)
PlacementT = TypeVar("PlacementT", bound=Placement)
ExamplesT = TypeVar("ExamplesT")


class Kind(Packable, Protocol[Options_contra, ListingT, CollectionT, PlacementT, ExamplesT]):
    """The steps of a kind of data, from whatever the user names to splits: a module's functions.

    Attributes:
        HOLDER: what holds an example, such as "row".
        NEAR: how what is nearly the same is found; None where nobody looks for that.
    """

    HOLDER: str

    @property
    def NEAR(self) -> Near | None: ...  # noqa: N802 — a constant of the module

    def unread(self, source: str) -> Audit:
        """The audit of data that cannot be read: all that others tell, with nothing in it."""

    def list_source(self, data: Any, *, options: Options_contra, work_dir: Path) -> ListingT:
        """What any form of data holds; raises `DataError` if nothing can be read."""

    def collect(self, listing: ListingT, *, options: Options_contra, work_dir: Path) -> CollectionT:
        """Read all of it, and keep what can be used; `work_dir` is for what needs a file."""

    def place(self, collection: CollectionT, *, config: LoadConfig, seed: int) -> PlacementT:
        """Drop what is also in a better protected split, and make the splits that are missing."""

    def check(self, listing: ListingT, collection: CollectionT) -> Checks:
        """What only this kind of data must be like, and the warnings of what was read."""

    def audit(
        self,
        source: str,
        listing: ListingT,
        collection: CollectionT,
        placement: PlacementT,
        *,
        options: Options_contra,
    ) -> Audit:
        """What was found, without errors and warnings."""

    def split(
        self, collection: CollectionT, placement: PlacementT, audit: Audit
    ) -> Splits[ExamplesT]:
        """The examples of each split."""


def examine(
    kind: Kind[OptionsT, ListingT, CollectionT, PlacementT, ExamplesT],
    data: Any,
    *,
    options: OptionsT,
    config: LoadConfig,
    seed: int,
    work_dir: Path,
) -> tuple[Audit, Splits[ExamplesT] | None]:
    """What is found in data of a kind, and its splits where it can be used.

    Args:
        kind: the steps of the kind of data.
        data: any form that the kind reads.
        options: of the kind, such as which columns to take.
        config: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        work_dir: where examples are written that are not files yet; the splits read from there.

    Raises:
        DependencyError: if reading the data needs a package that is not installed.
    """
    source = describe_source(data)
    try:
        folder = packed_alone(data)
        if folder is not None:
            packed = read_packed(folder, kind=kind, options=options, config=config)
            return packed.audit, packed.splits
        listing = kind.list_source(data, options=options, work_dir=work_dir)
        collection = kind.collect(listing, options=options, work_dir=work_dir)
    except DataError as error:
        return replace(kind.unread(source), errors=tuple(str(error).splitlines())), None
    tell_far("looking for copies")
    placement = kind.place(collection, config=config, seed=seed)
    checks = kind.check(listing, collection)
    errors = (
        *listing.errors,
        *check_broken(
            collection.broken, len(collection), noun=kind.HOLDER, max_broken=config.max_broken
        ),
        *checks.errors,
        *check_emptied(collection.seen - placement.brought, noun=kind.NOUN),
        *placement.errors,
    )
    audit = replace(
        kind.audit(source, listing, collection, placement, options=options),
        errors=tuple(dict.fromkeys(errors)),
        warnings=(*checks.warnings, *placement.warnings),
    )
    if audit.errors:
        return audit, None
    drawn = tuple(name for name in SPLITS if name not in placement.brought)
    return audit, replace(kind.split(collection, placement, audit), drawn=drawn)


def load_splits(
    kind: Kind[OptionsT, ListingT, CollectionT, PlacementT, ExamplesT],
    data: Any,
    *,
    options: OptionsT,
    config: LoadConfig,
    seed: int,
    work_dir: Path,
) -> Splits[ExamplesT]:
    """The splits of `examine`.

    Raises:
        DataError: with every reason why the data cannot be used.
    """
    audit, splits = examine(
        kind, data, options=options, config=config, seed=seed, work_dir=work_dir
    )
    if splits is None:
        raise_reasons(audit.source, audit.errors, guesses=audit.guesses)
    return splits


def read_usable(
    kind: Kind[OptionsT, ListingT, RowsT, PlacementT, ExamplesT],
    data: Any,
    *,
    options: OptionsT,
    max_broken: float,
    work_dir: Path,
    tell: Tell,
) -> tuple[RowsT, np.ndarray]:
    """Examples to judge a finished model on: the usable ones of the test split, or all without one.

    Args:
        kind: the steps of the kind of data.
        data: any form that training takes.
        options: of the kind.
        max_broken: share of unusable rows that is skipped before it is an error.
        work_dir: where the examples are written; they are read from there.
        tell: takes lines on how the data is read and what is skipped.

    Returns:
        What was collected, and int64 `(n,)` which of it is to be judged.

    Raises:
        DataError: if nothing can be read, or too many rows are broken.
        DependencyError: if reading the data needs a package that is not installed.
    """
    listing = kind.list_source(data, options=options, work_dir=work_dir)
    collection = kind.collect(listing, options=options, work_dir=work_dir)
    test = np.flatnonzero(collection.splits == SPLITS.index("test"))
    errors = (
        *listing.errors,
        *check_broken(collection.broken, len(collection), noun=kind.HOLDER, max_broken=max_broken),
        *check_judged(len(collection), len(test), collection.seen, noun=kind.NOUN),
    )
    if errors:
        raise DataError("\n".join([*dict.fromkeys(errors), *map(as_guessed, listing.guesses)]))
    tell_reading(listing.guesses, listing.warnings, collection.seen, tell=tell)
    tell_left_out(collection.broken, noun=kind.HOLDER, tell=tell)
    return collection, test if len(test) else np.arange(len(collection))
