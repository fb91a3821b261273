"""What a source of pictures holds, before anybody looked inside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from kerasapps.data.sources.file_listing import FileListing


@dataclass(frozen=True)
class Entry:
    """One picture as a source names it, before anybody looked inside.

    Attributes:
        path: the encoded file.
        label: its target as a text, such as the class's name; see `targets.kinds`.
        split: one of `SPLITS`, or None when the source does not say.
        origin: where the entry comes from when that is not the path itself ("row 7").
    """

    path: Path
    label: str
    split: str | None = None
    origin: str = ""


PictureListing: TypeAlias = FileListing[Entry]
