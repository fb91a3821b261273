"""A folder of class folders, with or without splits above them, becomes a listing of files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from kerasapps.data.labels import Labels
from kerasapps.data.partition import split_code
from kerasapps.data.sources.class_folders import (
    ClassFolder,
    ExampleFiles,
    Layout,
    find_classes,
    warn_loose,
)
from kerasapps.data.sources.file_entries import EntryColumns, FileEntries
from kerasapps.data.sources.file_listing import BrokenFile, FileListing
from kerasapps.data.sources.split_lists import may_list, read_split_lists
from kerasapps.data.sources.walk import READ_AGAIN, files_below, is_utf8, list_children
from kerasapps.errors import DataError
from kerasapps.terminal.doing import told_far
from kerasapps.wording.harmless import printable

_KINDS = 5  # of other files that a warning lists


def list_class_files(
    root: Path, *, examples: ExampleFiles, shown: tuple[str, str]
) -> FileListing[FileEntries]:
    """List `root/class/**/file` or `root/split/class/**/file`.

    Which folders are splits is told by `class_folders`; where none is, `split_lists` may name files
    of each. Hidden files and folders are ignored.

    Args:
        root: an existing folder.
        examples: what the classes hold.
        shown: two files below the root, for the message that there are none.

    Raises:
        DataError: if the folder cannot be listed.
    """
    walk = _Walk(root, examples)
    folders, files = list_children(root)
    try:
        layout = find_classes(root, folders, examples=examples)
    except DataError as error:
        return FileListing(EntryColumns().finish(), errors=(str(error),))
    for folder in layout.classes:
        walk.add_class(folder)
    loose = examples.among(files)
    if loose and not folders:
        walk.errors.append(
            f"{len(loose)} {examples.noun}s lie directly in {printable(root)}: put each into a "
            "folder named after its class"
        )
    elif loose:
        walk.warnings.append(
            warn_loose(root, loose, noun=examples.noun, where="beside the class folders")
        )
    entries = walk.entries.finish()
    if entries.seen <= {None}:
        entries = walk.placed_by_lists(entries, files)
    return walk.listing(layout, entries, shown)


@dataclass
class _Walk:
    """What the walk has found so far."""

    root: Path
    examples: ExampleFiles
    entries: EntryColumns = field(default_factory=EntryColumns)
    broken: list[BrokenFile] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    first_other: Path | None = None
    labels: Labels = field(default_factory=Labels)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)

    def add_class(self, folder: ClassFolder) -> None:
        where = printable(folder.path.relative_to(self.root))
        if not is_utf8(folder.path.name):
            self.errors.append(f"the class folder {where} has a name that is not UTF-8: rename it")
            return
        label, problem = self.labels.read(folder.path.name)
        if problem is not None:
            self.errors.append(f"the class folder {where} must be renamed: {problem.reason}")
            return
        before = len(self.entries) + len(self.broken)
        self._read(folder.path, label, folder.split)
        if len(self.entries) + len(self.broken) == before:
            self.warnings.append(
                f"the folder {where} holds no {self.examples.noun}s, so it is no class"
            )

    def _read(self, folder: Path, label: str, split: str | None) -> None:
        try:
            for file in told_far(files_below(folder, again=self._again), "files listed"):
                if not self.examples.is_one(file):
                    self.others[file.suffix.lower() or "no suffix"] += 1
                    self.first_other = self.first_other or file
                elif is_utf8(file.name):
                    self.entries.add(file, label, split)
                else:
                    self.broken.append(BrokenFile(file, "its name is not UTF-8: rename it"))
        except DataError as error:
            self.errors.append(str(error))

    def _again(self, folder: Path) -> None:
        self.broken.append(BrokenFile(folder, READ_AGAIN))

    def placed_by_lists(self, entries: FileEntries, files: Sequence[Path]) -> FileEntries:
        """Files in the splits that lists beside the class folders name."""
        if not any(map(may_list, files)):
            return entries
        names = [
            place.relative_to(self.root).as_posix()
            for place in entries.places
            if isinstance(place, Path)
        ]
        try:
            lists = read_split_lists(files, names, noun=self.examples.noun)
        except DataError as error:
            self.errors.append(str(error))
            return entries
        self.guesses += lists.guesses
        self.warnings += lists.warnings
        splits = np.array([split_code(lists.split_of(name)) for name in names], np.int8)
        return replace(entries, splits=splits)

    def warn_others(self) -> None:
        """Name the files that are no examples, such as notes, films and what cameras write."""
        count = self.others.total()
        if self.first_other is not None:
            kinds = self.others.most_common(_KINDS)
            listed = ", ".join(f"{number} {kind}" for kind, number in kinds)
            first = printable(self.first_other.relative_to(self.root))
            noun = self.examples.noun
            plural = f"s that are no {noun}s are" if count > 1 else f" that is no {noun} is"
            self.warnings.append(f"{count} file{plural} left out ({listed}; the first: {first})")

    def listing(
        self, layout: Layout, entries: FileEntries, shown: tuple[str, str]
    ) -> FileListing[FileEntries]:
        self.warn_others()
        if not len(entries) and not self.errors:
            first, second = shown
            self.errors.append(
                f"{printable(self.root)} holds no {self.examples.noun}s: expected a folder per "
                f"class (DATA/{first}, DATA/{second}) or DATA/train/{first}, DATA/test/{second}"
            )
        return FileListing(
            entries,
            tuple(self.broken),
            guesses=(*layout.guesses, *self.guesses),
            errors=tuple(self.errors),
            warnings=(*layout.warnings, *self.warnings, *self.labels.warnings()),
        )
