"""The same file under several labels, by several rows of a table or by links in class folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import numpy as np

from kerasapps.config.targets import TargetKind
from kerasapps.data.partition import number_contents, split_code, with_several
from kerasapps.data.sources.file_entries import FileEntries
from kerasapps.data.sources.places import Place, Places
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.kinds import key_of_names, names_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    class LabelledFile(DataclassInstance, Protocol):
        """A file with a target, and a split where its source has it."""

        @property
        def path(self) -> Place: ...
        @property
        def label(self) -> str: ...
        @property
        def split(self) -> str | None: ...


EntryT = TypeVar("EntryT", bound="LabelledFile")
_LEAST = 5  # files of several labels: fewer of them, or a smaller share, are a fault of classes
_SHARE = 0.2


class _Joined(NamedTuple):
    """Which rows stay, what is in several of them as one, and what their targets are taken for.

    Attributes:
        rows: int64, the first of each file and split, in the order of the source.
        labels: of the rows that get other ones.
        form: what the targets are taken for.
    """

    rows: np.ndarray
    labels: dict[int, str]
    form: TargetForm


def join_files(
    entries: Sequence[EntryT],
    form: TargetForm,
    *,
    kind: TargetKind | None,
    part_of: Callable[[EntryT], object] = lambda entry: None,
) -> tuple[Sequence[EntryT], TargetForm]:
    """Each file once a split, with all its labels, where files have several.

    Args:
        entries: files with targets as texts; see `kinds`.
        form: what the targets are taken for. Where it is "class" and nobody says so, but many files
            have several classes, these are labels.
        kind: what the user says.
        part_of: what is different for different parts of one file.

    Returns:
        The files, and what their targets are.
    """
    labels: dict[str, int] = {}
    parts: dict[object, int] = {}
    joined = _join(
        Places.of(entry.path for entry in entries),
        np.array([labels.setdefault(each.label, len(labels)) for each in entries], np.int32),
        np.array([split_code(entry.split) for entry in entries], np.int8),
        parts=np.array(
            [parts.setdefault(part_of(each), len(parts)) for each in entries], np.uint64
        ),
        names=tuple(labels),
        form=form,
        kind=kind,
    )
    if joined is None:
        return entries, form
    return [
        replace(entries[row], label=joined.labels[row]) if row in joined.labels else entries[row]
        for row in joined.rows.tolist()
    ], joined.form


def join_entries(
    entries: FileEntries, form: TargetForm, *, kind: TargetKind | None
) -> tuple[FileEntries, TargetForm]:
    """The same of entries in columns; see `join_files`."""
    joined = _join(
        entries.places,
        entries.codes,
        entries.splits,
        parts=np.zeros(len(entries), np.uint64),
        names=entries.labels,
        form=form,
        kind=kind,
    )
    if joined is None:
        return entries, form
    return entries.with_labels(joined.labels).select(joined.rows), joined.form


def _join(
    places: Places,
    codes: np.ndarray,
    splits: np.ndarray,
    *,
    parts: np.ndarray,
    names: Sequence[str],
    form: TargetForm,
    kind: TargetKind | None,
) -> _Joined | None:
    """See `join_files`; None where every entry stays as it is."""
    if form.kind in ("number", "several") or kind == "class" or not len(codes):
        return None
    alike = np.column_stack([places.identities(), parts, (splits + 1).astype(np.uint64)])
    groups, first = number_contents(alike)
    several = with_several(groups, codes)
    if form.kind == "class":
        if several.sum() < max(_LEAST, _SHARE * len(first)):
            return None
        why = f"{several.sum():,} of {len(first):,} files have several"
        form = TargetForm("labels", why=why, doubt="class", one_each=True)
    return _Joined(np.sort(first), joined_labels(groups, several, codes, names), form)


def joined_labels(
    groups: np.ndarray, several: np.ndarray, codes: np.ndarray, names: Sequence[str]
) -> dict[int, str]:
    """The labels of all rows of a group, for the first row of each group that has several.

    Args:
        groups: int64 `(n,)` numbers of groups.
        several: bool, for each group: whether it has rows of different labels.
        codes: int32 `(n,)` index into `names`.
        names: the different targets as texts.
    """
    rows = np.flatnonzero(several[groups])
    rows = rows[np.argsort(groups[rows], kind="stable")]
    joined = {}
    for group in np.split(rows, np.flatnonzero(np.diff(groups[rows])) + 1):
        if len(group):
            labels = (name for code in codes[group] for name in names_of(names[code]))
            joined[int(group[0])] = key_of_names(labels)
    return joined
