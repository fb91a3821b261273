"""The names of class folders as targets: classes, labels where links lead into several, numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kerasapps.config.targets import TargetKind
from kerasapps.data.sources.file_entries import FileEntries
from kerasapps.data.sources.file_listing import FileListing
from kerasapps.data.targets.files import join_entries
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.reader import TargetReader


def folder_targets(
    listing: FileListing[FileEntries], *, kind: TargetKind | None
) -> FileListing[FileEntries]:
    """A listing of files below class folders, with what their targets are.

    Args:
        listing: whose labels are the folders' names.
        kind: what the targets are; None: classes, or labels if links put many files into several.
    """
    if kind == "number":
        return _as_numbers(listing)
    one_each = TargetForm(kind or "class", one_each=kind == "labels", why="one folder a label")
    entries, form = join_entries(listing.entries, one_each, kind=kind)
    guesses = (*listing.guesses, *form.told)
    return replace(listing, entries=entries, guesses=guesses, form=form)


def _as_numbers(listing: FileListing[FileEntries]) -> FileListing[FileEntries]:
    """Files whose folders are named by numbers."""
    form = TargetForm("number", why="the names of folders").of_column("number")
    reader = TargetReader(form)
    entries = listing.entries
    keys = {name: reader.read(name) for name in entries.labels}
    faults = [
        f"folder {name!r}: {problem.reason}" for name, (_, problem) in keys.items() if problem
    ]
    read = np.array([keys[name][1] is None for name in entries.labels], bool)
    return replace(
        listing,
        entries=entries.select(read[entries.codes]).relabelled(lambda name: keys[name][0]),
        guesses=(*listing.guesses, *form.told),
        errors=(*listing.errors, *sorted(faults)),
        form=form,
    )
