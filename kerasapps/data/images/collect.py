"""Every picture of a source is looked into once: what can be used, and what cannot."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from kerasapps.data.audit import Listed
from kerasapps.data.images.decode import Inspection, inspect_image
from kerasapps.data.images.listing import Entry, PictureListing
from kerasapps.data.sources.file_listing import BrokenFile
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.kinds import key_of_names, names_of

_BLOCK = 32  # pictures that a thread takes at once


@dataclass(frozen=True)
class Picture:
    """An entry and what its inspection showed."""

    entry: Entry
    inspection: Inspection

    @property
    def digest(self) -> str:
        """SHA-256 of the decoded pixels."""
        return self.inspection.digest

    @property
    def content(self) -> int:
        """64 bits of the digest."""
        return int(self.digest[:16], 16)


@dataclass(frozen=True, eq=False)
class PictureCollection:
    """The usable pictures of a source.

    Attributes:
        pictures: all of them, in the order of the source.
        broken: all files that cannot be used.
        seen: the splits that entries name, broken ones too; None where one names none.
        form: what the targets are taken for.
    """

    pictures: tuple[Picture, ...]
    broken: Listed[BrokenFile]
    seen: frozenset[str | None]
    form: TargetForm = TargetForm()

    def __len__(self) -> int:
        return len(self.pictures)


def collect_pictures(listing: PictureListing) -> PictureCollection:
    """Look into every picture of a source."""
    pictures, broken = [], list(listing.broken)
    for picture in _inspect(listing.entries):
        if picture.inspection.problem is None:
            pictures.append(picture)
        else:
            origin = f" ({picture.entry.origin})" if picture.entry.origin else ""
            broken.append(BrokenFile(picture.entry.path, picture.inspection.problem + origin))
    seen = frozenset(entry.split for entry in listing.entries)
    form = listing.form
    if form.one_each and not any(len(names_of(each.entry.label)) > 1 for each in pictures):
        pictures = _with_all_labels(pictures)
    return PictureCollection(tuple(pictures), Listed(len(broken), tuple(broken)), seen, form)


def _with_all_labels(pictures: Sequence[Picture]) -> list[Picture]:
    """Pictures that lie under several labels in a split once, with all of these."""
    groups: dict[tuple[str, str | None], list[Picture]] = defaultdict(list)
    for picture in pictures:
        groups[picture.digest, picture.entry.split].append(picture)
    kept: list[Picture] = []
    for group in groups.values():
        names = {name for picture in group for name in names_of(picture.entry.label)}
        entry = replace(group[0].entry, label=key_of_names(names))
        kept += [replace(group[0], entry=entry)] if len(names) > 1 else group
    return kept


def _inspect(entries: Sequence[Entry]) -> list[Picture]:
    """Decode each picture once, in threads: Pillow releases the interpreter lock."""
    blocks = [entries[start : start + _BLOCK] for start in range(0, len(entries), _BLOCK)]
    with ThreadPoolExecutor(max_workers=min(32, os.cpu_count() or 1)) as pool:
        return [picture for block in pool.map(_inspect_block, blocks) for picture in block]


def _inspect_block(entries: Sequence[Entry]) -> list[Picture]:
    return [Picture(entry, inspect_image(entry.path)) for entry in entries]
