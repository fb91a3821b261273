"""The steps of `examine` for pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import ImageConfig
from kerasapps.data.audit import Audit
from kerasapps.data.checks import check_trainable
from kerasapps.data.examine import Checks
from kerasapps.data.found import Found
from kerasapps.data.images import near, packing
from kerasapps.data.images.audit import Conversion, measure_sizes, picture_audit
from kerasapps.data.images.collect import Note, PictureCollection, collect_pictures
from kerasapps.data.images.decode import SIXTEEN_BIT
from kerasapps.data.images.examples import ImageSplits, PictureExamples
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.pixels import PixelScale, refuse_faint
from kerasapps.data.images.placement import (
    PicturePlacement,
    fingerprint,
    place_pictures,
)
from kerasapps.data.images.sources import list_picture_source
from kerasapps.data.sources.places import Places
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.data.targets.audit import audit_targets
from kerasapps.data.targets.targets import Targets
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

NOUN = "picture"
PACKING = packing
NEAR = near
HOLDER = "file"

unread = picture_audit
place = place_pictures


def list_source(data: Any, *, options: ImageConfig, work_dir: Path) -> PictureListing:
    """The pictures of any source; those that are not files yet are written to `work_dir`."""
    return list_picture_source(data, work_dir=work_dir, image=options)


def collect(listing: PictureListing, *, options: ImageConfig, work_dir: Path) -> PictureCollection:
    """Look into every picture."""
    return collect_pictures(listing)


def check(listing: PictureListing, collection: PictureCollection) -> Checks:
    """Whether there are pictures to train on, and their values use their range."""
    errors = (
        *check_trainable(collection.seen, noun=NOUN),
        *_check_scale(collection),
    )
    return Checks(errors, listing.warnings)


def _check_scale(pictures: PictureCollection) -> list[str]:
    """The errors for files whose values, all taken together, leave most of their range unused."""
    scale = PixelScale()
    is_wide = np.array([SIXTEEN_BIT in notes for notes in pictures.notes], bool)
    wide = pictures.highs[is_wide[pictures.noted]]
    try:
        if len(wide):
            what = f"{len(wide)} of {len(pictures)} pictures"
            refuse_faint(int(wide.max()) * 256 + 255, what=what, whole_source=True)
        if len(pictures):
            scale.fit(pictures.highs)
            scale.check("the pictures")
    except DataError as error:
        return [str(error)]
    return []


def audit(
    source: str,
    listing: PictureListing,
    collection: PictureCollection,
    placement: PicturePlacement,
    *,
    options: ImageConfig,
) -> Audit:
    """What was found in pictures."""
    rows, entries = placement.rows, collection.entries
    return picture_audit(
        source,
        targets=audit_targets(
            placement.targets,
            Targets.numbered(entries.labels, entries.codes[rows], collection.form),
            placement.splits,
            lambda place: printable(str(entries.places[rows[place]])),
            noun="Pictures",
        ),
        sizes=measure_sizes(collection.sizes[rows]),
        guesses=listing.guesses,
        broken=collection.broken.first,
        duplicates=placement.duplicates,
        copies=placement.copies,
        conflicts=placement.conflicts,
        conversions=_conversions(collection, rows),
    )


@dataclass(frozen=True, eq=False)
class _ConversionAt:
    """Makes the conversion of a number; see `Found`.

    Attributes:
        places: of the pictures that have notes.
        notes: of each conversion the picture's place among them, and its note.
    """

    places: Places
    notes: tuple[np.ndarray, list[Note]]

    def __call__(self, number: int) -> Conversion:
        (row, code), notes = self.notes[0][number].tolist(), self.notes[1]
        return Conversion(self.places[row], *notes[code])


def _conversions(pictures: PictureCollection, used: np.ndarray) -> Found[Conversion]:
    """Every note of the pictures in use, in their order."""
    counts = np.array([len(notes) for notes in pictures.notes], np.int64)
    noted = used[counts[pictures.noted[used]] > 0]
    kinds = pictures.noted[noted]
    notes = [note for each in pictures.notes for note in each]
    each = counts[kinds]
    rows = np.repeat(np.arange(len(noted)), each)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(each) - each, each)
    codes = (np.cumsum(counts) - counts)[kinds][rows] + within
    table = np.column_stack([rows, codes])
    return Found(len(rows), _ConversionAt(pictures.entries.places.select(noted), (table, notes)))


def split(collection: PictureCollection, placement: PicturePlacement, audit: Audit) -> ImageSplits:
    """The pictures of each split; their answers are those that training has."""
    placed = placement.targets

    def examples(split: str) -> PictureExamples:
        rows = placement.rows[placement.splits == SPLITS.index(split)]
        labels, codes = collection.entries.labels, collection.entries.codes[rows]
        answers = placed.answers(Targets.numbered(labels, codes, collection.form))
        return PictureExamples(
            collection.entries.places.select(rows),
            tuple(answers.tolist()) if placed.target.kind == "class" else answers,
            collection.contents[rows],
        )

    train, validation, test = map(examples, SPLITS)
    return Splits(
        placed.labels,
        train,
        validation,
        test,
        audit,
        fingerprint(collection, placement),
        placed.target,
    )
