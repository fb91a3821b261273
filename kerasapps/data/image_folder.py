"""A folder of class folders, with or without split folders above them, becomes a listing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from kerasapps.data.decode import printable
from kerasapps.data.examples import BrokenFile, Entry, Listing
from kerasapps.data.picture_formats import is_picture_file
from kerasapps.data.walk import READ_AGAIN, files_below, list_children
from kerasapps.errors import DataError

SPLIT_FOLDERS = {"train": "train", "val": "validation", "validation": "validation", "test": "test"}
_KINDS = 5  # of other files that a warning lists


def list_image_folder(root: Path) -> Listing:
    """List `root/class/**/picture` or `root/{train,val,validation,test}/class/**/picture`.

    `train/` is taken for a split when it holds folders, so that "train" may also be a class (beside
    "car" and "plane"). Hidden files and folders are ignored.

    Args:
        root: an existing folder.

    Raises:
        DataError: if the folder cannot be listed.
    """
    found = _Found(root)
    folders, files = list_children(root)
    splits = _split_folders(folders)
    names = {folder.name for folder in splits}
    if "train" in names:
        _walk_splits(found, splits, set(folders) - set(splits))
    elif names:
        listed = ", ".join(f"{name}/" for name in sorted(names))
        found.errors.append(
            f"{printable(root)} has {listed} but no train/: add train/ with a folder per class, or "
            "leave the split folders out"
        )
    else:
        for folder in folders:
            found.add_class(folder, None)
    loose = [file for file in files if is_picture_file(file)]
    if loose and not folders:
        found.errors.append(
            f"{len(loose)} pictures lie directly in {printable(root)}: put each into a folder "
            "named after its class"
        )
    elif loose:
        found.warn_loose(root, loose)
    return found.listing()


@dataclass
class _Found:
    """What the walk has found so far."""

    root: Path
    entries: list[Entry] = field(default_factory=list)
    broken: list[BrokenFile] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add_class(self, folder: Path, split: str | None) -> None:
        where = printable(folder.relative_to(self.root))
        if not is_utf8(folder.name):
            self.errors.append(f"the class folder {where} has a name that is not UTF-8: rename it")
            return
        before = len(self.entries) + len(self.broken)
        self._read(folder, folder.name, split)
        if len(self.entries) + len(self.broken) == before:
            self.warnings.append(f"the folder {where} holds no pictures")

    def _read(self, folder: Path, label: str, split: str | None) -> None:
        try:
            for file in files_below(folder, again=self._again):
                if not is_picture_file(file):
                    self.others.append(file)
                elif is_utf8(file.name):
                    self.entries.append(Entry(file, label, split))
                else:
                    self.broken.append(BrokenFile(file, "its name is not UTF-8: rename it"))
        except DataError as error:
            self.errors.append(str(error))

    def _again(self, folder: Path) -> None:
        self.broken.append(BrokenFile(folder, READ_AGAIN))

    def warn_loose(self, folder: Path, files: list[Path]) -> None:
        self.warnings.append(
            f"{len(files)} pictures lie in {printable(folder)} beside the class folders and are "
            f"ignored (the first: {printable(files[0].name)})"
        )

    def warn_others(self) -> None:
        """Name the files that are no pictures, such as notes, films and what cameras write."""
        count = len(self.others)
        if count:
            kinds = Counter(file.suffix.lower() or "no suffix" for file in self.others)
            listed = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common(_KINDS))
            first = printable(self.others[0].relative_to(self.root))
            plural = "s that are no pictures are" if count > 1 else " that is no picture is"
            self.warnings.append(f"{count} file{plural} left out ({listed}; the first: {first})")

    def listing(self) -> Listing:
        self.warn_others()
        if not self.entries and not self.errors:
            self.errors.append(
                f"{printable(self.root)} holds no pictures: expected a folder per class "
                "(DATA/cat/1.jpg, DATA/dog/2.jpg) or DATA/train/cat/1.jpg, DATA/test/cat/2.jpg"
            )
        return Listing(
            tuple(self.entries),
            tuple(self.broken),
            errors=tuple(self.errors),
            warnings=tuple(self.warnings),
        )


def _walk_splits(found: _Found, splits: list[Path], others: set[Path]) -> None:
    names = {folder.name for folder in splits}
    if {"val", "validation"} <= names:
        found.errors.append(
            f"{printable(found.root)} has both val/ and validation/: keep one of them"
        )
    for folder in splits:
        classes, files = list_children(folder)
        for class_folder in classes:
            found.add_class(class_folder, SPLIT_FOLDERS[folder.name])
        loose = [file for file in files if is_picture_file(file)]
        if loose:
            found.warn_loose(folder, loose)
    if others:
        listed = ", ".join(sorted(printable(folder.name) for folder in others))
        found.warnings.append(f"folders beside train/ are ignored: {listed}")


def _split_folders(folders: list[Path]) -> list[Path]:
    """Those of `folders` that are splits: named like one, and holding class folders."""
    splits = []
    for folder in folders:
        if folder.name in SPLIT_FOLDERS:
            inner, files = list_children(folder)
            if inner:
                splits.append((folder, any(map(is_picture_file, files))))
    if len(splits) == 1 and splits[0][1]:  # one folder with pictures of its own: a class
        return []
    return [folder for folder, _ in splits]


def is_utf8(name: str) -> bool:
    """Whether a file name from the system can be stored as UTF-8."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
