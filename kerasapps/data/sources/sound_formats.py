"""Which files and bytes are sounds: by their content, and by name where nothing was read yet."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from types import MappingProxyType

from kerasapps.files.named import open_regular

# libsndfile's name of a format → suffixes, the usual one first
SUFFIXES = MappingProxyType(
    {
        "WAV": (".wav", ".wave"),
        "FLAC": (".flac",),
        "OGG": (".ogg", ".oga", ".opus"),
        "MP3": (".mp3",),
        "AIFF": (".aiff", ".aif", ".aifc"),
        "AU": (".au", ".snd"),
        "CAF": (".caf",),
        "W64": (".w64",),
    }
)
SOUND_SUFFIXES = frozenset(suffix for names in SUFFIXES.values() for suffix in names)

UNREADABLE_SUFFIXES = frozenset(
    (".aac", ".amr", ".ape", ".m4a", ".m4b", ".mka", ".mpc", ".ra", ".tta", ".wma", ".wv")
)
"""Of sounds that nothing here decodes: they are told of, not taken for something else."""

HEAD_BYTES = 16
"""What `sniff_format` looks at of a file."""

_STARTS = (
    (b"fLaC", "FLAC"),
    (b"OggS", "OGG"),
    (b"ID3", "MP3"),
    (b".snd", "AU"),
    (b"caff", "CAF"),
    (b"riff\x2e\x91\xcf\x11", "W64"),
)
_LAYER_3 = {0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2}  # second byte of an MPEG frame, versions 1 to 2.5


def sniff_format(head: bytes) -> str | None:
    """The format of an encoded sound by its first bytes, a key of `SUFFIXES`, or None."""
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    if head[:4] in (b"RIFF", b"RF64", b"RIFX") and head[8:12] == b"WAVE":
        return "WAV"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "AIFF"
    if len(head) > 2 and head[0] == 0xFF and head[1] in _LAYER_3 and head[2] < 0xF0:
        return "MP3"
    return None


def guess_suffix(encoded: bytes) -> str | None:
    """The file suffix that fits the first bytes of an encoded sound, or None."""
    kind = sniff_format(encoded[:HEAD_BYTES])
    return None if kind is None else SUFFIXES[kind][0]


def is_sound_file(path: Path) -> bool:
    """Whether a file is a sound: named like one, be it broken, or one by its content.

    A file that cannot be read, or is no regular one, counts by its name alone.
    """
    if path.suffix.lower() in SOUND_SUFFIXES | UNREADABLE_SUFFIXES:
        return True
    if path.suffix:  # an MPEG frame's two bytes are soon found in a file that is named otherwise
        return False
    try:
        with open_regular(path) as file:
            return sniff_format(file.read(HEAD_BYTES)) is not None
    except (OSError, ValueError):
        return False


def names_sound(value: object) -> bool:
    """Whether a value of a table is the name of a sound file, by its suffix."""
    if not isinstance(value, str):
        return False
    suffix = PurePosixPath(value.strip().replace("\\", "/")).suffix
    return suffix.lower() in SOUND_SUFFIXES | UNREADABLE_SUFFIXES
