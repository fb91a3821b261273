"""Sounds in memory, or that come one by one, become files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasapps.data.labels import Labels
from kerasapps.data.sounds.listing import SoundListing, file_entry
from kerasapps.data.sounds.materialise import encoded_sound, find_sounds, sound_writer
from kerasapps.data.sounds.values import FORMS, Samples, plain_sound
from kerasapps.data.sources.file_listing import FileListing
from kerasapps.data.sources.stream_labels import LabelOf, labels_of
from kerasapps.data.sources.streams import pairs_of, until_repeated
from kerasapps.errors import DataError


def list_arrays(sounds: Any, labels: Any, *, rate: int | None, work_dir: Path) -> SoundListing:
    """Write sounds in memory as WAV files, once, and list them; files are listed where they lie.

    Args:
        sounds: `(n, samples)`, or a sequence of sounds in any form that `plain_sound` takes.
        labels: n numbers or strings; a number becomes the class named by its digits.
        rate: samples a second of arrays that do not say it.
        work_dir: where the files go.

    Raises:
        DataError: if shapes, types or numbers do not fit.
    """
    if isinstance(sounds, str | bytes | bytearray) or not isinstance(sounds, Iterable):
        raise DataError(f"sounds are a {type(sounds).__name__}: expected a sequence of {FORMS}")
    reader = Labels()
    names = reader.names(labels, noun="sound")
    plain = [plain_sound(each, rate=rate, what=f"sound {i}") for i, each in enumerate(sounds)]
    if len(plain) != len(names):
        raise DataError(f"there are {len(plain)} sounds but {len(names)} labels")
    if not plain:
        raise DataError("there are no sounds")
    listing = _listed(plain, names, work_dir)
    return replace(listing, warnings=(*listing.warnings, *reader.warnings()))


def list_sound_stream(data: Any, *, rate: int | None, work_dir: Path) -> SoundListing:
    """Write the sounds of a generator or an iterable to files, one by one, and list them.

    Args:
        data: yields `(sound, label)`; a sound has any form that `plain_sound` takes.
        rate: samples a second of arrays that do not say it.
        work_dir: where the files go.

    Raises:
        DataError: if it is empty, never ends, or its elements are something else.
    """
    what = f"the {type(data).__name__}"

    def digest(example: tuple[Any, Any]) -> bytes:
        return encoded_sound(plain_sound(example[0], rate=rate)) + str(example[1]).encode()

    examples = until_repeated(pairs_of(data, noun="sound"), digest=digest, what=what)
    return write_sounds(examples, label_of=labels_of(data), rate=rate, work_dir=work_dir, what=what)


def write_sounds(
    examples: Iterable[tuple[Any, Any]],
    *,
    label_of: LabelOf,
    rate: int | None,
    work_dir: Path,
    what: str,
) -> SoundListing:
    """Write sounds to files, one by one, and list them.

    Args:
        examples: of `(sound, label)`.
        label_of: reads a label.
        rate: samples a second of arrays that do not say it.
        work_dir: where the files go.
        what: names the source in an error.

    Raises:
        DataError: if there are none, or one does not fit; it names it by its number.
    """
    labels = Labels()
    with sound_writer(work_dir) as writer:
        for number, (value, label) in enumerate(examples):
            sound = plain_sound(value, rate=rate, what=f"sound {number}")
            try:
                plain = label_of(label)
            except DataError as error:
                raise DataError(f"sound {number}: {error}") from error
            writer.add(sound, labels.name(plain, what=f"sound {number}"), None)
        if not writer.count:
            raise DataError(f"{what} is empty")
        return replace(writer.finish(), warnings=tuple(labels.warnings()))


def _listed(sounds: list[Path | bytes | Samples], names: list[str], work_dir: Path) -> SoundListing:
    files = [sound for sound in sounds if isinstance(sound, Path)]
    if len(files) == len(sounds):
        rows = enumerate(zip(files, names, strict=True))
        return FileListing(
            tuple(file_entry(file, name, None, f"example {i}") for i, (file, name) in rows)
        )
    key = f"arrays:{_content(sounds, names)}"
    listing = find_sounds(work_dir, key)
    if listing is not None:
        return listing
    with sound_writer(work_dir) as writer:
        for sound, name in zip(sounds, names, strict=True):
            writer.add(sound, name, None)
        return writer.finish(key=key)


def _content(sounds: list[Path | bytes | Samples], names: list[str]) -> str:
    digest = hashlib.sha256("\0".join(names).encode())
    for encoded in _each_encoded(sounds):
        digest.update(f"{len(encoded)}:".encode() + encoded)
    return digest.hexdigest()


def _each_encoded(sounds: list[Path | bytes | Samples]) -> Iterator[bytes]:
    return map(encoded_sound, sounds)
