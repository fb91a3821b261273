"""The same file under several labels, by several rows of a table or by links in class folders."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from kerasapps.config.targets import TargetKind
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.kinds import key_of_names, names_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    class LabelledFile(DataclassInstance, Protocol):
        """A file with a target, and a split where its source has it."""

        @property
        def path(self) -> Path: ...
        @property
        def label(self) -> str: ...
        @property
        def split(self) -> str | None: ...


EntryT = TypeVar("EntryT", bound="LabelledFile")
_LEAST = 5  # files of several labels: fewer of them, or a smaller share, are a fault of classes
_SHARE = 0.2


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
    if form.kind in ("number", "several") or kind == "class":
        return entries, form
    files: dict[tuple[object, ...], list[EntryT]] = defaultdict(list)
    for entry in entries:
        files[_identity(entry.path), part_of(entry), entry.split].append(entry)
    several = sum(len({entry.label for entry in each}) > 1 for each in files.values())
    if form.kind == "class":
        if several < max(_LEAST, _SHARE * len(files)):
            return entries, form
        why = f"{several:,} of {len(files):,} files have several"
        form = TargetForm("labels", why=why, doubt="class", one_each=True)
    return [_joined(each) for each in files.values()], form


def _joined(entries: Sequence[EntryT]) -> EntryT:
    if len(entries) == 1:
        return entries[0]
    names = {name for entry in entries for name in names_of(entry.label)}
    return replace(entries[0], label=key_of_names(names))


def _identity(path: Path) -> object:
    """Equal for all ways to name a file, and for all links to it."""
    try:
        state = path.stat()
    except OSError:  # reading it tells why
        return os.path.realpath(path)
    return (state.st_dev, state.st_ino) if state.st_ino else os.path.realpath(path)
