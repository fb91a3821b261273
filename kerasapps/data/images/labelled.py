"""Labelled pictures to judge a finished model on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.config import ImageConfig
from kerasapps.data.checks import Tell, check_broken, tell_left_out, tell_reading
from kerasapps.data.images.collect import PictureCollection, collect_pictures
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.sources import list_picture_source
from kerasapps.data.splits import SPLITS
from kerasapps.errors import DataError


def load_labelled(
    data: Any,
    *,
    max_broken: float,
    work_dir: Path,
    image: ImageConfig = ImageConfig(),
    tell: Tell,
) -> PictureCollection:
    """The readable pictures of the test split, or of all the data where it has none.

    Args:
        data: any form that training takes.
        max_broken: share of unreadable files that is skipped before it is an error.
        work_dir: where pictures that are not files yet are written.
        image: which columns of a table to take.
        tell: takes a line about the files that are skipped.

    Raises:
        DataError: if nothing can be read, or too many files are broken.
    """
    listing = list_picture_source(data, work_dir=work_dir, image=image)
    if listing.errors:
        raise DataError("\n".join(listing.errors))
    entries = listing.entries
    tell_reading(listing.guesses, listing.warnings, entries.seen, tell=tell)
    if "test" in entries.seen:
        entries = entries.select(entries.splits == SPLITS.index("test"))
    collection = collect_pictures(PictureListing(entries, form=listing.form))
    errors = check_broken(collection.broken, len(collection), noun="file", max_broken=max_broken)
    if errors or not len(collection):
        raise DataError("\n".join(errors) or "the data holds no usable picture")
    tell_left_out(collection.broken, noun="file", tell=tell)
    return collection
