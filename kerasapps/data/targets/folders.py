"""The names of class folders as targets: classes, labels where links lead into several, numbers."""

from __future__ import annotations

from dataclasses import replace

from kerasapps.config.targets import TargetKind
from kerasapps.data.sources.file_listing import FileListing
from kerasapps.data.targets.files import EntryT, join_files
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.reader import TargetReader


def folder_targets(listing: FileListing[EntryT], *, kind: TargetKind | None) -> FileListing[EntryT]:
    """A listing of files below class folders, with what their targets are.

    Args:
        listing: whose labels are the folders' names.
        kind: what the targets are; None: classes, or labels if links put many files into several.
    """
    if kind == "number":
        return _as_numbers(listing)
    one_each = TargetForm(kind or "class", one_each=kind == "labels", why="one folder a label")
    entries, form = join_files(listing.entries, one_each, kind=kind)
    guesses = (*listing.guesses, *form.told)
    return replace(listing, entries=tuple(entries), guesses=guesses, form=form)


def _as_numbers(listing: FileListing[EntryT]) -> FileListing[EntryT]:
    """Files whose folders are named by numbers."""
    form = TargetForm("number", why="the names of folders").of_column("number")
    reader = TargetReader(form)
    keys = {name: reader.read(name) for name in {entry.label for entry in listing.entries}}
    faults = [
        f"folder {name!r}: {problem.reason}" for name, (_, problem) in keys.items() if problem
    ]
    entries = tuple(
        replace(entry, label=keys[entry.label][0])
        for entry in listing.entries
        if keys[entry.label][1] is None
    )
    return replace(
        listing,
        entries=entries,
        guesses=(*listing.guesses, *form.told),
        errors=(*listing.errors, *sorted(faults)),
        form=form,
    )
