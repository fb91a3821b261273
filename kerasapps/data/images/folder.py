"""A folder of class folders with pictures becomes a listing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kerasapps.config.targets import TargetKind
from kerasapps.data.images.listing import Entry, PictureListing
from kerasapps.data.sources.class_files import list_class_files
from kerasapps.data.sources.class_folders import ExampleFiles
from kerasapps.data.sources.picture_formats import is_picture_file
from kerasapps.data.targets.files import join_files
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.reader import TargetReader

PICTURES = ExampleFiles("picture", is_picture_file)
_SHOWN = ("cat/1.jpg", "dog/2.jpg")


def list_image_folder(root: Path, *, kind: TargetKind | None = "class") -> PictureListing:
    """List `root/class/**/picture` or `root/split/class/**/picture`, as `class_files` does.

    Args:
        root: an existing folder.
        kind: what the targets are; None: classes, or labels if links put many files into several.

    Raises:
        DataError: if the folder cannot be listed.
    """
    listing = list_class_files(root, examples=PICTURES, shown=_SHOWN)
    pictures = listing.of(lambda file: Entry(*file))
    if kind == "number":
        return _as_numbers(pictures)
    one_each = TargetForm(kind or "class", one_each=kind == "labels", why="one folder a label")
    entries, form = join_files(pictures.entries, one_each, kind=kind)
    guesses = (*pictures.guesses, *form.told)
    return replace(pictures, entries=tuple(entries), guesses=guesses, form=form)


def _as_numbers(pictures: PictureListing) -> PictureListing:
    """Pictures whose folders are named by numbers."""
    form = TargetForm("number", why="the names of folders").of_column("number")
    reader = TargetReader(form)
    keys = {name: reader.read(name) for name in {entry.label for entry in pictures.entries}}
    faults = [
        f"folder {name!r}: {problem.reason}" for name, (_, problem) in keys.items() if problem
    ]
    entries = tuple(replace(entry, label=keys[entry.label][0]) for entry in pictures.entries)
    return replace(
        pictures,
        entries=entries,
        guesses=(*pictures.guesses, *form.told),
        errors=(*pictures.errors, *sorted(faults)),
        form=form,
    )
