"""Sounds that are not files yet are written out once, as WAV or as they are encoded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from kerasapps.config.limits import MOST_SOUND_BYTES
from kerasapps.data.sounds.listing import SoundEntry, SoundListing, sound_entries
from kerasapps.data.sounds.opened import name_of
from kerasapps.data.sounds.values import Samples
from kerasapps.data.sources.file_store import FileWriter, StoredKind, find_files
from kerasapps.data.sources.sound_formats import guess_suffix
from kerasapps.errors import DataError
from kerasapps.files.named import read_regular

SoundWriter: TypeAlias = FileWriter[Path | bytes | Samples, Sequence[SoundEntry]]


def sound_writer(work_dir: Path) -> SoundWriter:
    """A writer of sounds: samples as WAV files, encoded ones and files as they are.

    Args:
        work_dir: the folder to write into; made if missing.
    """
    return FileWriter(work_dir, kind=_SOUNDS)


def find_sounds(work_dir: Path, key: str) -> SoundListing | None:
    """The sounds that an earlier run wrote for the same source, when they are all there."""
    return find_files(work_dir, key, kind=_SOUNDS)


def encoded_sound(sound: Path | bytes | Samples) -> bytes:
    """The bytes of a sound's file.

    Raises:
        DataError: if its file cannot be read.
    """
    if isinstance(sound, bytes):
        return sound
    if isinstance(sound, Samples):
        return sound.encoded()
    try:
        return read_regular(sound, limit=MOST_SOUND_BYTES)
    except OSError as error:
        raise DataError(f"{name_of(sound)}: {error.strerror}") from error


def _encoded(sound: Path | bytes | Samples) -> tuple[bytes, str]:
    encoded = encoded_sound(sound)
    return encoded, guess_suffix(encoded) or ".wav"  # the audit will say that it is no sound


_SOUNDS: StoredKind[Path | bytes | Samples, Sequence[SoundEntry]] = StoredKind(
    "sound", _encoded, sound_entries
)
