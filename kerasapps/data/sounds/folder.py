"""A folder of class folders with sounds becomes a listing."""

from __future__ import annotations

from pathlib import Path

from kerasapps.data.sounds.listing import SoundListing, file_entry
from kerasapps.data.sources.class_files import list_class_files
from kerasapps.data.sources.class_folders import ExampleFiles
from kerasapps.data.sources.sound_formats import is_sound_file

SOUNDS = ExampleFiles("sound", is_sound_file)
_SHOWN = ("yes/1.wav", "no/2.wav")


def list_sound_folder(root: Path) -> SoundListing:
    """List `root/class/**/sound` or `root/split/class/**/sound`, as `class_files` does.

    Args:
        root: an existing folder.

    Raises:
        DataError: if the folder cannot be listed.
    """
    listing = list_class_files(root, examples=SOUNDS, shown=_SHOWN)
    return listing.of(lambda file: file_entry(*file))
