"""Where the files lie that a table names."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from kerasapps.data.sources.class_folders import ExampleFiles
from kerasapps.data.sources.places import PlaceColumns, column_of
from kerasapps.data.sources.split_names import split_named
from kerasapps.data.sources.walk import files_below
from kerasapps.errors import DataError
from kerasapps.files.paths import is_url, without_scheme
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened

_FOLDERS_NAMED = 3


class FilePlaces:
    """Finds the files that a table names.

    A name is a path from the table's folder, with `/` or `\\`. Where there is no such file, all
    examples below the folder are looked through for one whose path ends so, with or without its
    suffix and in any case: many tables name `7.JPG`, or `7`, for `images/7.jpg`. A path of another
    machine, such as `C:\\data\\cat\\7.jpg`, stands for the file whose path from the table it ends
    with: `cat/7.jpg`.

    Args:
        root: the table's folder.
        examples: what the files are.
    """

    def __init__(self, root: Path, *, examples: ExampleFiles) -> None:
        self.root = root
        self._examples = examples
        self._index: _Names | None = None
        self._elsewhere: Counter[str] = Counter()

    def find(self, name: str, *, split: str | None = None) -> Path:
        """The file; where there is none the path that was named, which reading it will refuse.

        Args:
            name: as the table has it.
            split: of the row: of several files that fit, the one in its folder is meant.

        Raises:
            DataError: if it cannot be a path, is a URL, or fits several files.
        """
        path, folder = self._locate(name, split)
        if folder is not None:
            self._elsewhere[folder] += 1
        return path

    def _locate(self, name: str, split: str | None = None) -> tuple[Path, str | None]:
        """The file, and the folder that its name does not give."""
        if not name or "\0" in name:
            raise DataError("the path has a null character" if name else "the path is empty")
        name = without_scheme(name)
        if is_url(name):
            raise DataError(
                f"{name} is a URL: download the {self._examples.noun}s and name their files"
            )
        plain = self.root / name
        if _is_file(plain):
            return plain, None
        parts = PurePosixPath(name.replace("\\", "/"))
        if "\\" in name and _is_file(self.root / parts):
            return self.root / parts, None
        below = self._below(parts, split)
        if below is None:
            return self.root / parts, None
        return self.root / below, str(below.parent)

    def holds(self, names: Sequence[str]) -> bool:
        """Whether at least half of the names are files."""
        return 2 * sum(map(self._is_there, names)) >= len(names) > 0

    def guesses(self) -> list[str]:
        """The folders in which files were found that the table does not name, said once."""
        if not self._elsewhere:
            return []
        usual = [printable(f"{name}/") for name, _ in self._elsewhere.most_common()]
        count = self._elsewhere.total()
        listed = shortened(usual, _FOLDERS_NAMED, more=", …")
        noun = self._examples.noun
        return [f"{count:,} {noun}s are not where they are named, and taken from {listed}"]

    def _is_there(self, name: str) -> bool:
        try:
            return _is_file(self._locate(name)[0])
        except DataError:
            return False

    def _below(self, name: PurePosixPath, split: str | None) -> PurePosixPath | None:
        if ".." in name.parts:
            return None
        if self._index is None:
            self._index = _Names(_examples_below(self.root, self._examples), self.root)
        same = self._index.called(name)
        fits = [each for each in same if _ends_with(each, name)]
        if not fits:
            inner = [each for each in same if len(each.parts) > 1 and _ends_with(name, each)]
            longest = max((len(each.parts) for each in inner), default=0)
            fits = [each for each in inner if len(each.parts) == longest]
        if len(fits) > 1 and split is not None:
            in_split = [
                each for each in fits if any(split_named(part) == split for part in each.parts)
            ]
            fits = in_split if len(in_split) == 1 else fits
        if len(fits) > 1:
            listed = ", ".join(printable(str(each)) for each in fits[:_FOLDERS_NAMED])
            raise DataError(f"{printable(str(name))} fits several files: {listed}; name its folder")
        return fits[0] if fits else None


class _Names:
    """Files below a folder by their names, in a few bytes each.

    They are found by name and by stem, with and without the folder that they lie in: of a million
    files called `1.jpg` to `1000.jpg` in a thousand folders, only the one that is meant is looked
    at.

    Args:
        files: below the folder.
        root: the folder.
    """

    def __init__(self, files: Iterable[Path], root: Path) -> None:
        columns, hashes, rows = PlaceColumns(), array("q"), array("q")
        for row, file in enumerate(files):
            path = PurePosixPath(file.relative_to(root).as_posix())
            columns.add(Path(path))
            for name in {path.name, path.stem}:
                for key in {_key(path, name), _key(PurePosixPath(), name)}:
                    hashes.append(hash(key))
                    rows.append(row)
        order = np.argsort(column_of(hashes), kind="stable")
        self._hashes, self._rows = column_of(hashes)[order], column_of(rows)[order]
        self._places = columns.finish()

    def called(self, name: PurePosixPath) -> list[PurePosixPath]:
        """The files of that name or stem, in that folder if it has one; as paths from the root."""
        key = hash(_key(name, name.name))
        start, end = np.searchsorted(self._hashes, key), np.searchsorted(self._hashes, key, "right")
        found = (self._places[row] for row in self._rows[start:end].tolist())
        paths = [PurePosixPath(place.as_posix()) for place in found if isinstance(place, Path)]
        wanted = name.name.casefold()
        return [each for each in paths if wanted in (each.name.casefold(), each.stem.casefold())]


def _key(path: PurePosixPath, name: str) -> tuple[str, str]:
    """What a file is found by: the folder that it lies in, and what it is called there."""
    return path.parent.name.casefold(), name.casefold()


def _is_file(path: Path) -> bool:
    """Whether there is a file; one that cannot be looked at, or named, is told of by reading it."""
    try:
        return path.is_file()
    except OSError:
        return False


def _ends_with(path: PurePosixPath, name: PurePosixPath) -> bool:
    """Whether the folders of a path end with those of a name."""
    above, folders = _folded(name.parts[:-1]), _folded(path.parts[:-1])
    return not above or folders[-len(above) :] == above


def _folded(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.casefold() for part in parts)


def _examples_below(folder: Path, examples: ExampleFiles) -> Iterator[Path]:
    try:
        yield from filter(examples.is_one, files_below(folder))
    except DataError:  # a folder that cannot be listed holds nothing that is found
        return
