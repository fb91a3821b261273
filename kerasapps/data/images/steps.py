"""The steps of `examine` for pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import ImageConfig
from kerasapps.data.audit import Audit
from kerasapps.data.checks import check_trainable
from kerasapps.data.examine import Checks
from kerasapps.data.images.audit import Conversion, measure_sizes, picture_audit
from kerasapps.data.images.collect import Picture, PictureCollection, collect_pictures
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
        *_check_scale(collection.pictures),
    )
    return Checks(errors, listing.warnings)


def _check_scale(pictures: Sequence[Picture]) -> list[str]:
    """The errors for files whose values, all taken together, leave most of their range unused."""
    scale = PixelScale()
    wide = [p.inspection.high for p in pictures if SIXTEEN_BIT in p.inspection.notes]
    try:
        if wide:
            what = f"{len(wide)} of {len(pictures)} pictures"
            refuse_faint(max(wide) * 256 + 255, what=what, whole_source=True)
        if pictures:
            scale.fit(np.array([p.inspection.high for p in pictures], np.uint8))
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
    pictures = placement.pictures
    return picture_audit(
        source,
        targets=audit_targets(
            placement.targets,
            Targets.of([each.entry.label for each in pictures], collection.form),
            np.array([SPLITS.index(p.entry.split or "train") for p in pictures], np.int8),
            lambda place: printable(pictures[place].entry.path),
            noun="Pictures",
        ),
        sizes=measure_sizes([(p.inspection.width, p.inspection.height) for p in pictures]),
        guesses=listing.guesses,
        broken=collection.broken.first,
        duplicates=placement.duplicates,
        copies=placement.copies,
        conflicts=placement.conflicts,
        conversions=[
            Conversion(p.entry.path, *note) for p in pictures for note in p.inspection.notes
        ],
    )


def split(collection: PictureCollection, placement: PicturePlacement, audit: Audit) -> ImageSplits:
    """The pictures of each split; their answers are those that training has."""
    placed = placement.targets

    def examples(split: str) -> PictureExamples:
        pictures = [each for each in placement.pictures if each.entry.split == split]
        answers = placed.answers(
            Targets.of([each.entry.label for each in pictures], collection.form)
        )
        return PictureExamples(
            Places.of(picture.entry.path for picture in pictures),
            tuple(answers.tolist()) if placed.target.kind == "class" else answers,
            np.array([picture.content for picture in pictures], np.uint64),
        )

    train, validation, test = map(examples, SPLITS)
    return Splits(
        placed.labels,
        train,
        validation,
        test,
        audit,
        fingerprint(placement.pictures),
        placed.target,
    )
