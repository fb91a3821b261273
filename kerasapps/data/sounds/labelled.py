"""Labelled sounds to judge a finished model on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.data.checks import Tell, check_broken, tell_left_out, tell_reading
from kerasapps.data.sounds.collect import Sound, collect_sounds
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.listing import BACKGROUND
from kerasapps.data.sounds.sources import list_sound_source
from kerasapps.data.sources.file_listing import FileListing
from kerasapps.errors import DataError


def load_labelled(
    data: Any,
    *,
    max_broken: float,
    work_dir: Path,
    audio: AudioConfig = AudioConfig(),
    tell: Tell,
) -> tuple[Sound, ...]:
    """The readable sounds of the test split, or of all the data where it has none.

    Noise without a class is left out.

    Args:
        data: any form that training takes.
        max_broken: share of unreadable files that is skipped before it is an error.
        work_dir: where sounds that are not files yet are written.
        audio: which columns of a table to take, and which classes are pooled, if they are there.
        tell: takes a line about the files that are skipped.

    Raises:
        DataError: if nothing can be read, or too many files are broken.
    """
    listing = list_sound_source(data, work_dir=work_dir, audio=audio)
    if listing.errors:
        raise DataError("\n".join(listing.errors))
    entries = tuple(entry for entry in listing.entries if entry.label != BACKGROUND)
    seen = {entry.split for entry in entries}
    tell_reading(listing.guesses, listing.warnings, seen, tell=tell)
    tests = tuple(entry for entry in entries if entry.split == "test")
    collection = collect_sounds(
        FileListing(tests or entries, listing.broken, form=listing.form),
        options=audio,
        all_there=False,
    )
    errors = (
        *collection.errors,
        *check_broken(collection.broken, len(collection), noun="file", max_broken=max_broken),
    )
    if errors or not collection.sounds:
        raise DataError("\n".join(errors) or "the data holds no usable sound")
    tell_left_out(collection.broken, noun="file", tell=tell)
    return collection.sounds
