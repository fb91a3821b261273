"""A folder of class folders with sounds becomes a listing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from kerasapps.config.targets import TargetKind
from kerasapps.data.sounds.listing import BACKGROUND, SoundListing, sound_entries
from kerasapps.data.sources.class_files import list_class_files
from kerasapps.data.sources.class_folders import ExampleFiles
from kerasapps.data.sources.sound_formats import is_sound_file
from kerasapps.data.targets.folders import folder_targets

SOUNDS = ExampleFiles("sound", is_sound_file)
_SHOWN = ("yes/1.wav", "no/2.wav")


def list_sound_folder(root: Path, *, kind: TargetKind | None = "class") -> SoundListing:
    """List `root/class/**/sound` or `root/split/class/**/sound`, as `class_files` does.

    Args:
        root: an existing folder.
        kind: what the targets are; see `folder_targets`.

    Raises:
        DataError: if the folder cannot be listed.
    """
    listing = list_class_files(root, examples=SOUNDS, shown=_SHOWN)
    noisy = np.array([label == BACKGROUND for label in listing.entries.labels], bool)
    noise = noisy[listing.entries.codes]
    others = replace(listing, entries=listing.entries.select(~noise))
    answered = folder_targets(others, kind=kind)
    background = sound_entries(listing.entries.select(noise))
    return answered.of(lambda entries: (*sound_entries(entries), *background))
