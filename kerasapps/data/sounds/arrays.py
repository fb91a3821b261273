"""Sounds in memory, or that come one by one, become files."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasapps.config.targets import TargetKind
from kerasapps.data.sounds.listing import SoundListing, file_entry
from kerasapps.data.sounds.materialise import encoded_sound, find_sounds, sound_writer
from kerasapps.data.sounds.values import FORMS, Samples, plain_sound
from kerasapps.data.sources.file_listing import FileListing
from kerasapps.data.sources.stream_labels import LabelOf, cells_of_source
from kerasapps.data.sources.streams import pairs_of, until_repeated
from kerasapps.data.targets.arrays import read_targets
from kerasapps.data.targets.reader import TargetReader, looked_into
from kerasapps.errors import DataError

_LOOKED_AT = 100  # examples that are in memory at once


def list_arrays(
    sounds: Any,
    labels: Any,
    *,
    rate: int | None,
    work_dir: Path,
    kind: TargetKind | None = "class",
    columns: Sequence[str] = (),
) -> SoundListing:
    """Write sounds in memory as WAV files, once, and list them; files are listed where they lie.

    Args:
        sounds: `(n, samples)`, or a sequence of sounds in any form that `plain_sound` takes.
        labels: n numbers or strings, of which a number becomes the class named by its digits; or
            what `read_targets` takes.
        rate: samples a second of arrays that do not say it.
        work_dir: where the files go.
        kind: what the targets are; None: guessed.
        columns: see `find_form`.

    Raises:
        DataError: if shapes, types or numbers do not fit.
    """
    if isinstance(sounds, str | bytes | bytearray) or not isinstance(sounds, Iterable):
        raise DataError(f"sounds are a {type(sounds).__name__}: expected a sequence of {FORMS}")
    names, form, warnings = read_targets(labels, noun="sound", kind=kind, columns=columns)
    plain = [plain_sound(each, rate=rate, what=f"sound {i}") for i, each in enumerate(sounds)]
    if len(plain) != len(names):
        raise DataError(f"there are {len(plain)} sounds but {len(names)} labels")
    if not plain:
        raise DataError("there are no sounds")
    listing = _listed(plain, names, work_dir)
    return replace(
        listing, guesses=tuple(form.told), warnings=(*listing.warnings, *warnings), form=form
    )


def list_sound_stream(
    data: Any,
    *,
    rate: int | None,
    work_dir: Path,
    kind: TargetKind | None = "class",
    columns: Sequence[str] = (),
) -> SoundListing:
    """Write the sounds of a generator or an iterable to files, one by one, and list them.

    Args:
        data: yields `(sound, label)`; a sound has any form that `plain_sound` takes.
        rate: samples a second of arrays that do not say it.
        work_dir: where the files go.
        kind: what the targets are; None: guessed.
        columns: see `find_form`.

    Raises:
        DataError: if it is empty, never ends, or its elements are something else.
    """
    what = f"the {type(data).__name__}"

    def digest(example: tuple[Any, Any]) -> bytes:
        return encoded_sound(plain_sound(example[0], rate=rate)) + str(example[1]).encode()

    examples = until_repeated(pairs_of(data, noun="sound"), digest=digest, what=what)
    asked: Any = {"kind": kind, "columns": columns}
    return write_sounds(examples, source=data, rate=rate, work_dir=work_dir, what=what, **asked)


def write_sounds(
    examples: Iterable[tuple[Any, Any]],
    *,
    source: Any,
    rate: int | None,
    work_dir: Path,
    what: str,
    kind: TargetKind | None,
    columns: Sequence[str] = (),
) -> SoundListing:
    """Write sounds to files, one by one, and list them.

    Args:
        examples: of `(sound, label)`.
        source: may know the names of its classes.
        rate: samples a second of arrays that do not say it.
        work_dir: where the files go.
        what: names the source in an error.
        kind: what the targets are; None: guessed.
        columns: see `find_form`.

    Raises:
        DataError: if there are none, or one does not fit; it names it by its number.
    """
    label_of = cells_of_source(source, kind=kind)
    form, stream = looked_into(
        examples, _cell_by(label_of), kind=kind, columns=columns, most=_LOOKED_AT
    )
    targets = TargetReader(form.of_column())
    with sound_writer(work_dir) as writer:
        for number, (value, label) in enumerate(stream):
            sound = plain_sound(value, rate=rate, what=f"sound {number}")
            try:
                plain = label_of(label)
            except DataError as error:
                raise DataError(f"sound {number}: {error}") from error
            key, problem = targets.read(plain)
            if problem is not None:
                raise DataError(f"sound {number}: {problem.reason}")
            writer.add(sound, key, None)
        if not writer.count:
            raise DataError(f"{what} is empty")
        return replace(
            writer.finish(),
            guesses=tuple(targets.form.told),
            warnings=tuple(targets.warnings()),
            form=targets.form,
        )


def _cell_by(label_of: LabelOf) -> Callable[[tuple[Any, Any]], Any]:
    """The target of an example; None where it is none, which reading it tells."""

    def cell_of(example: tuple[Any, Any]) -> Any:
        with contextlib.suppress(DataError):
            return label_of(example[1])

    return cell_of


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
