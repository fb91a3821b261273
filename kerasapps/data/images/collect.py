"""Every picture of a source is looked into once: what can be used, and what cannot."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFile

from kerasapps.data.audit import Listed
from kerasapps.data.images.decode import inspect_image
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.partition import number_contents, with_several
from kerasapps.data.sources.file_entries import FileEntries
from kerasapps.data.sources.file_listing import BrokenFile
from kerasapps.data.sources.places import Place, column_of
from kerasapps.data.targets.files import joined_labels
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.kinds import names_of
from kerasapps.process.all_cores import Chunks, in_order
from kerasapps.terminal.doing import Progress

Note = tuple[str, str]
"""What is special about a picture, and what is done about it."""


@dataclass(frozen=True, eq=False)
class PictureCollection:
    """The usable pictures of a source, n in columns.

    Attributes:
        entries: what the source says of each, in its order.
        digests: uint64 `(n, 4)`, SHA-256 of the decoded pixels, the most significant word first.
        sizes: int32 `(n, 2)`, width and height in pixels.
        highs: uint8 `(n,)`, the largest value of any channel.
        notes: the different notes that pictures have.
        noted: int32 `(n,)`, index into `notes`.
        broken: all files that cannot be used.
        seen: the splits that entries name, broken ones too; None where one names none.
        form: what the targets are taken for.
    """

    entries: FileEntries
    digests: np.ndarray
    sizes: np.ndarray
    highs: np.ndarray
    notes: Sequence[tuple[Note, ...]]
    noted: np.ndarray
    broken: Listed[BrokenFile]
    seen: frozenset[str | None]
    form: TargetForm = TargetForm()

    @property
    def contents(self) -> np.ndarray:
        """uint64 `(n,)`, the first 64 bits of each digest."""
        return self.digests[:, 0]

    def select(self, rows: np.ndarray) -> PictureCollection:
        """Some of the pictures, int64 `(m,)`, with all that was found beside them."""
        return replace(
            self,
            entries=self.entries.select(rows),
            digests=self.digests[rows],
            sizes=self.sizes[rows],
            highs=self.highs[rows],
            noted=self.noted[rows],
        )

    def __len__(self) -> int:
        return len(self.entries)


def collect_pictures(listing: PictureListing) -> PictureCollection:
    """Look into every picture of a source."""
    entries = listing.entries
    looks = _look_into(entries)
    broken = list(listing.broken)
    for row, problem in looks.problems.items():
        origin = entries.origin(row)
        broken.append(BrokenFile(entries.places[row], problem + (f" ({origin})" if origin else "")))
    seen = entries.seen
    if looks.problems:
        usable = np.ones(len(entries), bool)
        usable[[*looks.problems]] = False
        entries = entries.select(usable)
    collection = PictureCollection(
        entries, *looks.columns(), Listed(len(broken), tuple(broken)), seen, listing.form
    )
    if not listing.form.one_each:
        return collection
    labels = (collection.entries.labels[code] for code in np.unique(collection.entries.codes))
    has_sets = any(len(names_of(label)) > 1 for label in labels)
    return collection if has_sets else _with_all_labels(collection)


def _with_all_labels(collection: PictureCollection) -> PictureCollection:
    """Pictures that lie under several labels in a split once, with all of these."""
    entries = collection.entries
    if not len(entries):
        return collection
    alike = np.column_stack([collection.digests, (entries.splits + 1).astype(np.uint64)])
    groups, _ = number_contents(alike)
    several = with_several(groups, entries.codes)
    labels = joined_labels(groups, several, entries.codes, entries.labels)
    kept = ~several[groups]
    kept[[*labels]] = True
    relabelled = replace(collection, entries=entries.with_labels(labels))
    return relabelled.select(np.flatnonzero(kept))


class _Looks:
    """What looking into pictures showed, one after the other.

    Attributes:
        count: how many were looked into.
        problems: why some cannot be used, by their places.
    """

    def __init__(self) -> None:
        self.count, self.problems = 0, dict[int, str]()
        self._digests, self._highs = bytearray(), bytearray()
        self._sizes, self._noted = array("i"), array("i")
        self._notes: dict[tuple[Note, ...], int] = {}

    def add(self, place: Place) -> None:
        """Look into one."""
        found = inspect_image(place)
        self.count += 1
        if found.problem is not None:
            self.problems[self.count - 1] = found.problem
            return
        self._digests += bytes.fromhex(found.digest)
        self._sizes.extend((found.width, found.height))
        self._highs.append(found.high)
        self._noted.append(self._notes.setdefault(found.notes, len(self._notes)))

    def join(self, more: _Looks) -> None:
        """Append what others showed."""
        self._digests += more._digests
        self._sizes += more._sizes
        self._highs += more._highs
        places = [self._notes.setdefault(each, len(self._notes)) for each in more._notes]
        self._noted.extend(places[number] for number in more._noted)
        self.problems |= {self.count + row: problem for row, problem in more.problems.items()}
        self.count += more.count

    def columns(
        self,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[tuple[Note, ...]], np.ndarray]:
        """Digests, sizes, largest values and notes of the usable ones; see `PictureCollection`."""
        return (
            np.frombuffer(self._digests, ">u8").astype(np.uint64).reshape(-1, 4),
            column_of(self._sizes).reshape(-1, 2),
            np.frombuffer(self._highs, np.uint8),
            [*self._notes],
            column_of(self._noted),
        )


@dataclass(frozen=True)
class _Looking:
    """Looks into pictures as Pillow is set here, in whatever process that is done.

    Attributes:
        most_pixels: that a picture may have.
        truncated: whether a file may be cut off.
    """

    most_pixels: int | None
    truncated: bool

    def __call__(self, places: Sequence[Place]) -> _Looks:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = self.most_pixels, self.truncated
        looks = _Looks()
        for place in places:
            looks.add(place)
        return looks


def _look_into(entries: FileEntries) -> _Looks:
    """Decode each picture once, by all cores."""
    looks, told = _Looks(), Progress("pictures", len(entries))
    looking = _Looking(Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    for part in in_order(looking, Chunks(entries.places)):
        looks.join(part)
        told(looks.count)
    return looks
