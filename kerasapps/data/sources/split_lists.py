"""Lists of files beside class folders, such as `testing_list.txt`, say which split each is in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from kerasapps.data.sources.split_names import split_named
from kerasapps.data.splits import SPLITS
from kerasapps.errors import DataError
from kerasapps.files.named import read_regular
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened

_SUFFIXES = (".txt", ".lst")
_MOST_BYTES = 256 << 20


@dataclass(frozen=True)
class SplitLists:
    """What lists of files say of a folder.

    Attributes:
        splits: of the files by their paths below the folder; none where there are no lists.
        guesses: how the lists were read.
        warnings: what is odd about them.
    """

    splits: Mapping[str, str] = field(default_factory=dict)
    guesses: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def split_of(self, name: str) -> str | None:
        """The split of a file by its path below the folder: training where no list has it."""
        return self.splits.get(name, "train") if self.splits else None


def read_split_lists(files: Sequence[Path], names: Collection[str], *, noun: str) -> SplitLists:
    """The splits that text files in a folder name, each for the files that it lists.

    A list is called after a split (`testing_list.txt`, `val.txt`), and has the path of a file below
    the folder in each line, with or without its suffix. A text of which less than half of the lines
    are such paths is no list. What no list names is for training.

    Args:
        files: directly in the folder.
        names: paths of the examples below it, with `/`.
        noun: what an example is, in the singular.

    Raises:
        DataError: if a list cannot be read.
    """
    known = {str(PurePosixPath(name).with_suffix("")): name for name in names}
    known |= {name: name for name in names}
    splits: dict[str, str] = {}
    said, warnings = [], []
    for file in sorted(files, key=lambda file: SPLITS.index(split_named(file.stem) or "train")):
        split = split_named(file.stem)
        if split is None or not may_list(file):
            continue
        lines = [*filter(None, map(_plain, _lines(file)))]
        listed = [known[line] for line in lines if line in known]
        if not listed or 2 * len(listed) < len(lines):
            continue
        shown = printable(file.name)
        said.append(f"{shown} names {len(set(listed)):,} {noun}s of {split}")
        missing = [line for line in lines if line not in known]
        if missing:
            first = shortened([*map(printable, missing)], 3)
            warnings.append(f"{shown} names {len(missing):,} files that are not there: {first}")
        again = [name for name in listed if splits.get(name, split) != split]
        if again:
            warnings.append(
                f"{shown} names {len(again):,} {noun}s that a list of {splits[again[0]]} has too "
                f"(first: {printable(again[0])}): they count as {split}"
            )
        splits |= dict.fromkeys(listed, split)
    if not splits:
        return SplitLists()
    rest = len(names) - len(splits)
    others = f"; the other {rest:,} are for training" if rest else ""
    return SplitLists(splits, (f"{', '.join(said)}{others}",), tuple(warnings))


def may_list(file: Path) -> bool:
    """Whether a file is named like a list of a split."""
    return file.suffix.lower() in _SUFFIXES and split_named(file.stem) is not None


def _lines(file: Path) -> list[str]:
    """The lines of a file.

    Raises:
        DataError: if it cannot be read.
    """
    try:
        return read_regular(file, limit=_MOST_BYTES).decode("utf-8", "replace").splitlines()
    except OSError as error:
        raise DataError(f"cannot read {printable(file)}: {error.strerror or error}") from error


def _plain(line: str) -> str:
    return line.strip().lstrip("\ufeff").replace("\\", "/").removeprefix("./")
