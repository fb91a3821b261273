"""What a source of sounds holds, before anybody listened to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sources.file_entries import FileEntries
from kerasapps.data.sources.file_listing import FileListing

BACKGROUND: Final = "_background_noise_"
"""What is labelled so is noise without a class."""


@dataclass(frozen=True)
class SoundEntry:
    """One sound as a source names it, before anybody listened.

    Attributes:
        clip: the encoded file, and the part of it.
        label: its target as a text (see `targets.kinds`), such as a class's name; or `BACKGROUND`.
        split: one of `SPLITS`, or None when the source does not say.
        origin: where the entry comes from when that is not the path itself ("row 7").
        group: who speaks, or what else must not be in two splits; None: not told.
    """

    clip: Clip
    label: str
    split: str | None = None
    origin: str = ""
    group: str | None = None

    @property
    def path(self) -> Path:
        """The encoded file."""
        return self.clip.path

    def __str__(self) -> str:
        return f"{self.clip} ({self.origin})" if self.origin else str(self.clip)


def file_entry(path: Path, label: str, split: str | None = None, origin: str = "") -> SoundEntry:
    """A whole file."""
    return SoundEntry(Clip(path), label, split, origin)


def sound_entries(files: FileEntries) -> tuple[SoundEntry, ...]:
    """Whole files as sounds."""
    return tuple(
        file_entry(each.path, each.label, each.split, each.origin)
        for each in files
        if isinstance(each.path, Path)
    )


SoundListing: TypeAlias = FileListing[Sequence[SoundEntry]]
