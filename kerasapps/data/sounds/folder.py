"""A folder of class folders with sounds becomes a listing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kerasapps.config.targets import TargetKind
from kerasapps.data.sounds.listing import BACKGROUND, SoundListing, file_entry
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
    sounds = listing.of(lambda file: file_entry(*file))
    noise = tuple(each for each in sounds.entries if each.label == BACKGROUND)
    others = tuple(each for each in sounds.entries if each.label != BACKGROUND)
    answered = folder_targets(replace(sounds, entries=others), kind=kind)
    return replace(answered, entries=(*answered.entries, *noise))
