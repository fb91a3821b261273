"""Encoded sounds are opened, and their heads held against what can be."""

from __future__ import annotations

import contextlib
import io
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import soundfile

from kerasapps.config.limits import MOST_SOUND_BYTES
from kerasapps.data.sources.sound_formats import HEAD_BYTES, UNREADABLE_SUFFIXES, sniff_format
from kerasapps.errors import DataError
from kerasapps.files.named import open_regular
from kerasapps.wording.harmless import printable

RATES = (1000, 384_000)
"""Samples a second that a header may say; another is a broken header's."""

CHANNELS = 64
"""Most that are read."""

_UNKNOWN_SIZES = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000, 0x7FFFFFDA, 0xFFFFFFDA)
_CHUNKS = 64  # of a WAV file before its samples that are looked at


@dataclass(frozen=True)
class SoundFacts:
    """What the head of a sound says.

    Attributes:
        rate: samples a second, of each channel.
        channels: how many.
        frames: samples of each channel.
        format: "WAV", "FLAC", "OGG", "MP3" …
    """

    rate: int
    channels: int
    frames: int
    format: str

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.frames / self.rate


def sound_facts(source: Path | bytes) -> SoundFacts:
    """What the head of an encoded sound says; no samples are decoded.

    Args:
        source: a file, or the encoded bytes.

    Raises:
        DataError: naming the file and what is wrong with it.
    """
    with opened_sound(source) as (_, facts):
        return facts


def name_of(source: Path | bytes) -> str:
    """What messages call a sound; a colon and what is wrong follow it."""
    return f"a sound of {len(source)} bytes" if isinstance(source, bytes) else printable(source)


@contextlib.contextmanager
def opened_sound(source: Path | bytes) -> Iterator[tuple[Any, SoundFacts]]:
    """A sound that is open for reading, and what its head says.

    Args:
        source: a file, or the encoded bytes.

    Raises:
        DataError: naming the file and what is wrong with it.
    """
    name = name_of(source)
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(_stream(source, name))
        head = stream.read(HEAD_BYTES)
        if not head:
            raise DataError(f"{name}: empty file (0 bytes)")
        kind = sniff_format(head)
        if kind == "WAV":
            _check_whole(stream, name)
        try:
            sound = stack.enter_context(soundfile.SoundFile(_from_start(stream)))
        except (soundfile.SoundFileError, RuntimeError, TypeError, OSError, ValueError) as error:
            raise DataError(f"{name}: {_unreadable(source, kind)}") from error
        facts = SoundFacts(sound.samplerate, sound.channels, sound.frames, sound.format)
        _check_facts(facts, name)
        yield sound, facts


class _Bytes(io.BytesIO):
    """Bytes in memory; a place before the first, as damaged sounds ask for, is the first."""

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """As of any file."""
        start = {io.SEEK_CUR: self.tell(), io.SEEK_END: len(self.getbuffer())}.get(whence, 0)
        return super().seek(max(0, start + offset))


def _from_start(stream: BinaryIO) -> BinaryIO | int:
    """What libsndfile reads: of a file its number, which it reads without Python."""
    stream.seek(0)
    if isinstance(stream, _Bytes):
        return stream
    number = os.dup(stream.fileno())  # which it closes itself
    os.lseek(number, 0, os.SEEK_SET)
    return number


def _stream(source: Path | bytes, name: str) -> BinaryIO:
    if isinstance(source, bytes):
        if len(source) > MOST_SOUND_BYTES:
            raise DataError(f"{name}: {MOST_SOUND_BYTES:,} bytes are read at most: give its file")
        return _Bytes(source)
    try:
        return open_regular(source)
    except FileNotFoundError as error:
        raise DataError(f"{name}: there is no such file") from error
    except IsADirectoryError as error:
        raise DataError(f"{name}: it is a folder, not a sound") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{name}: {reason}") from error


def _unreadable(source: Path | bytes, kind: str | None) -> str:
    if isinstance(source, Path) and source.suffix.lower() in UNREADABLE_SUFFIXES:
        return f"{source.suffix.lower()} is not read: convert it to WAV, FLAC, OGG or MP3"
    if kind is None:
        return "not a sound: WAV, FLAC, OGG and MP3 are read"
    return f"it begins like {kind}, but cannot be decoded: it is cut off or damaged"


def _check_facts(facts: SoundFacts, name: str) -> None:
    low, high = RATES
    if not low <= facts.rate <= high:
        raise DataError(
            f"{name}: its header says {facts.rate:,} samples a second, which no sound has "
            f"({low:,} to {high:,}): save it again"
        )
    if not 1 <= facts.channels <= CHANNELS:
        raise DataError(
            f"{name}: it has {facts.channels} channels, and {CHANNELS} are read at most"
        )
    if facts.frames <= 0:
        raise DataError(f"{name}: it has no samples")


def _check_whole(stream: BinaryIO, name: str) -> None:
    """Refuse a WAV file with fewer bytes of samples than it says: the reader would not tell.

    A size that says nothing, as programs write it that cannot go back, is taken as it is.
    """
    size = stream.seek(0, io.SEEK_END)
    place = 12
    for _ in range(_CHUNKS):
        stream.seek(place)
        head = stream.read(8)
        if len(head) < 8:
            return
        length = struct.unpack("<I", head[4:])[0]
        if head[:4] == b"data":
            if length not in _UNKNOWN_SIZES and place + 8 + length > size:
                raise DataError(
                    f"{name}: cut off: its header says {length:,} bytes of samples, and "
                    f"{max(0, size - place - 8):,} are there"
                )
            return
        place += 8 + length + length % 2
