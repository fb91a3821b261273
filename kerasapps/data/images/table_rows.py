"""Rows of a picture and its target each become a listing."""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from kerasapps.config import ImageConfig
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.materialise import PictureWriter, picture_writer
from kerasapps.data.images.pixels import PixelScale, check_picture_shape
from kerasapps.data.images.values import is_in_memory, plain_picture
from kerasapps.data.partition import NO_SPLIT, number_contents, with_several
from kerasapps.data.sources.clean import clean_text
from kerasapps.data.sources.file_entries import EntryColumns, FileEntries, concatenated
from kerasapps.data.sources.file_listing import BrokenFile
from kerasapps.data.sources.file_places import FilePlaces
from kerasapps.data.sources.places import ShardPlace
from kerasapps.data.sources.rows import Row, RowListing
from kerasapps.data.targets.files import join_entries
from kerasapps.data.targets.reader import TargetReader, cell_of_row, looked_into
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened

_SHOWN = 3  # pictures in an error


def list_rows(
    rows: RowListing, places: FilePlaces, config: ImageConfig, work_dir: Path
) -> PictureListing:
    """List the pictures of rows.

    Args:
        rows: of picture and target each.
        places: where the files lie that rows name.
        config: what the targets are.
        work_dir: where pictures go that rows hold themselves.

    Raises:
        DataError: if the values of pictures in memory do not fit to each other.
    """
    columns = EntryColumns()
    broken: list[BrokenFile] = []
    kind = config.target_kind
    form, stream = looked_into(rows.rows(), cell_of_row, kind=kind, columns=config.target_columns)
    targets, scale = TargetReader(form.of_column(*rows.columns[-1:])), PixelScale()
    with contextlib.ExitStack() as stack:
        writer: PictureWriter | None = None
        for row in stream:
            try:
                picture, label = _checked(row, targets, scale)
                if isinstance(picture, ShardPlace):
                    columns.add(picture, label, row.split)  # the place says it all
                    continue
                if isinstance(picture, str):
                    path = places.find(picture, split=row.split)
                    columns.add(path, label, row.split, where=row.where, number=row.number)
                    continue
            except DataError as error:
                where = Path(row.where or "the table")
                broken.append(BrokenFile(where, f"{_numbered(row)}: {error}"))
                continue
            writer = writer or stack.enter_context(picture_writer(work_dir))
            writer.add(picture, label, row.split)
        scale.check()
        stored = [writer.finish().entries] if writer else []
    entries = columns.finish()
    unique = _without_repeats(entries)
    joined, form = join_entries(unique, targets.form, kind=kind)
    several = _check_labels(unique) if form.kind == "class" else []
    errors = [*rows.errors, *several, *_check_splits(concatenated([entries, *stored]))]
    repeats = len(entries) - len(unique)
    more = [f"{repeats} rows name a picture again, and count once"] if repeats else []
    return PictureListing(
        concatenated([joined, *stored]),
        tuple(broken),
        guesses=(*rows.guesses, *form.told, *places.guesses(), *rows.notes),
        errors=tuple(errors),
        warnings=(*rows.warnings, *more, *targets.warnings()),
        form=form,
    )


def _checked(
    row: Row, targets: TargetReader, scale: PixelScale
) -> tuple[str | bytes | np.ndarray | ShardPlace, str]:
    """The name of a file, the picture itself or where it lies, and the target.

    Raises:
        DataError: saying what is wrong with the row.
    """
    if row.problem is not None:
        raise DataError(row.problem.reason)
    picture, named = row.values
    if isinstance(named, ShardPlace):
        raise DataError("the label is no text: a label is text in UTF-8 or a number")
    label, problem = targets.read(named)
    if problem is not None:
        raise DataError(problem.reason)
    if isinstance(picture, ShardPlace):
        return picture, label
    if isinstance(picture, Mapping):
        encoded = picture.get("bytes")
        if not isinstance(encoded, bytes | bytearray | memoryview | None):
            kind = type(encoded).__name__
            raise DataError(f"the picture's bytes are a {kind}: give its encoded bytes, or a path")
        return bytes(encoded) if encoded else _name(picture.get("path")), label
    if not is_in_memory(picture):
        return _name(picture), label
    content = plain_picture(picture)
    if isinstance(content, np.ndarray):
        check_picture_shape(content.shape, what="the picture")
        return scale.to_uint8(content), label
    return (content if isinstance(content, bytes) else str(content)), label


def _name(value: object) -> str:
    value = os.fspath(value) if isinstance(value, os.PathLike) else value
    number = isinstance(value, int | np.integer) and not isinstance(value, bool)
    name, problem = clean_text(str(value) if number else value, noun="picture")
    if problem is not None:
        raise DataError(problem.reason)
    return name.strip()


def _check_labels(entries: FileEntries) -> list[str]:
    """The error for files that are named under several labels, if there are."""
    if not len(entries):
        return []
    files, first = number_contents(entries.places.identities())
    doubted = np.flatnonzero(with_several(files, entries.codes)[files])
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for row in doubted.tolist():  # a file may be named in several ways, or by a link
        entry = entries[row]
        labels[os.path.realpath(str(entry.path))].setdefault(entry.label, entry.origin)
    several = {path: rows for path, rows in labels.items() if len(rows) > 1}
    if not several:
        return []
    shown = "; ".join(
        f"{printable(Path(path).name)}: "
        f"{shortened([f'{label!r} ({at})' for label, at in rows.items()])}"
        for path, rows in list(several.items())[:_SHOWN]
    )
    return [
        f"{len(several)} of {len(first)} pictures have several labels, and here a picture has "
        "one: keep one row of each, or set target_kind to labels (--target-kind labels) if it may "
        f"have several. {shown}"
    ]


def _check_splits(entries: FileEntries) -> list[str]:
    unsplit = np.flatnonzero(entries.splits == NO_SPLIT)
    if len(unsplit) and len(unsplit) < len(entries):
        return [
            f"{len(unsplit)} rows have no split (first: {entries.origin(unsplit[0])}) while others "
            "do: give every row one, or none"
        ]
    return []


def _without_repeats(entries: FileEntries) -> FileEntries:
    """The entries, each file once a split and label; the first counts."""
    others = np.column_stack([entries.codes, entries.splits]).astype(np.int64).view(np.uint64)
    _, first = number_contents(np.column_stack([entries.places.digests(), others]))
    return entries.select(np.sort(first))


def _numbered(row: Row) -> str:
    return f"row {row.number}" if row.where else f"example {row.number}"
