"""What a source of pictures holds, before anybody looked inside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kerasapps.harmless import printable


@dataclass(frozen=True)
class Entry:
    """One picture as a source names it, before anybody looked inside.

    Attributes:
        path: the encoded file.
        label: class name.
        split: one of `SPLITS`, or None when the source does not say.
        origin: where the entry comes from when that is not the path itself ("row 7").
    """

    path: Path
    label: str
    split: str | None = None
    origin: str = ""


@dataclass(frozen=True)
class BrokenFile:
    """A file that cannot be used, and why."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{printable(self.path)}: {self.reason}"


@dataclass(frozen=True)
class PictureListing:
    """What a source holds, before the pictures are examined.

    Attributes:
        entries: the pictures.
        broken: files that can be refused without opening them.
        guesses: what was guessed of folders and columns.
        errors: what makes the source unusable.
        warnings: what the user should know.
    """

    entries: tuple[Entry, ...]
    broken: tuple[BrokenFile, ...] = ()
    guesses: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
