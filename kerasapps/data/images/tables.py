"""Tables whose rows are pictures with labels become a listing."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import ImageConfig
from kerasapps.data.images.columns import (
    has_texts,
    picture_choice,
    picture_column,
)
from kerasapps.data.images.folder import PICTURES
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.materialise import PictureWriter, picture_writer
from kerasapps.data.images.pixels import PixelScale, check_picture_shape
from kerasapps.data.images.values import is_in_memory, plain_picture
from kerasapps.data.partition import NO_SPLIT, number_contents, with_several
from kerasapps.data.sources.clean import clean_text
from kerasapps.data.sources.file_entries import EntryColumns, FileEntries, concatenated
from kerasapps.data.sources.file_listing import BrokenFile
from kerasapps.data.sources.file_places import FilePlaces
from kerasapps.data.sources.rows import Row, RowListing
from kerasapps.data.sources.shard_files import Shards
from kerasapps.data.sources.shard_tables import head_table
from kerasapps.data.sources.table import Table
from kerasapps.data.sources.table_folder import (
    add_folder_tables,
    add_split_tables,
    split_folder_tables,
    tables_among,
)
from kerasapps.data.sources.tables import TableKind, add_table
from kerasapps.data.targets.columns import fold_targets
from kerasapps.data.targets.files import join_entries
from kerasapps.data.targets.reader import TargetReader, cell_of_row, looked_into
from kerasapps.errors import DataError, KerasAppsError
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened

_SHOWN = 3  # pictures in an error
_LOOKED_AT = 20  # values that are looked for on the disk
_EXAMPLE = '{"file_name": "…", "label": "…"}'


def list_picture_table(data: Any, *, config: ImageConfig, work_dir: Path) -> PictureListing:
    """List the pictures that a table names or holds.

    Args:
        data: a CSV, TSV, JSONL or Parquet file, whose paths start at its folder; a pandas
            DataFrame, a pyarrow Table or a list of mappings, whose paths start where we are.
        config: the columns that the user named.
        work_dir: where pictures go that the table holds itself.

    Raises:
        DataError: if the table cannot be read, or its columns cannot be told.
        DependencyError: if reading its format needs a package that is not installed.
    """
    places = FilePlaces(data.parent if isinstance(data, Path) else Path(), examples=PICTURES)
    rows = RowListing()
    add_table(rows, data, kind=picture_tables(config, places))
    return _list_rows(rows, places, config, work_dir)


def list_picture_tables(
    root: Path,
    folders: Sequence[Path],
    files: Sequence[Path],
    *,
    config: ImageConfig,
    work_dir: Path,
) -> PictureListing | None:
    """List the pictures that tables in a folder name; None if there are no such tables.

    They are `root/train.csv` and so on, or the only table of the folder, or
    `root/train/metadata.csv` and so on.

    Args:
        root: the folder.
        folders: directly in it.
        files: likewise.
        config: the columns that the user named.
        work_dir: where pictures go that the tables hold themselves.

    Raises:
        DataError: as `list_picture_table`; and if tables are not named after splits.
    """
    places = FilePlaces(root, examples=PICTURES)
    rows = RowListing()
    kind = picture_tables(config, places)
    tables = [file for file in tables_among(files) if holds_pictures(file)]
    inner = split_folder_tables(root, folders) if not tables else {}
    inner = {file: split for file, split in inner.items() if holds_pictures(file)}
    if tables:
        add_folder_tables(rows, root, tables, kind=kind)
    elif inner:
        add_split_tables(rows, root, folders, inner, kind=kind)
    else:
        return None
    return _list_rows(rows, places, config, work_dir)


def picture_tables(config: ImageConfig, places: FilePlaces) -> TableKind:
    """How pictures and labels are read from tables.

    Args:
        config: the columns that the user named.
        places: where the files lie.
    """

    choice = picture_choice(config, are_files=_on_disk(places))
    return TableKind(
        names=choice.names,
        choose=choice.choose,
        example=_EXAMPLE,
        reshape=lambda table: fold_targets(
            table,
            kind=config.target_kind,
            columns=config.target_columns,
            label_column=config.label_column,
            others=(_picture_name(table, config, places),),
            noun="picture",
        ),
    )


def holds_pictures(data: Any) -> bool:
    """Whether a table's rows are pictures rather than texts; what cannot be read holds none.

    Args:
        data: as `list_picture_table` takes it, or shards.
    """
    places = FilePlaces(data.parent if isinstance(data, Path) else Path(), examples=PICTURES)
    kind = dataclasses.replace(picture_tables(ImageConfig(), places), reshape=None)
    try:
        table = kind.open(head_table(data) if isinstance(data, Shards) else data)
    except KerasAppsError:
        return False
    column = picture_column(
        table.names, table.sample, range(len(table.names)), are_files=_on_disk(places)
    )
    return column is not None and not has_texts(table.names, table.sample)


def _picture_name(table: Table, config: ImageConfig, places: FilePlaces) -> str | None:
    """The column of pictures that the user named, or, among targets, that holds some."""
    if config.image_column is not None or not config.target_columns:
        return config.image_column
    every = range(len(table.names))
    place = picture_column(table.names, table.sample, every, are_files=_on_disk(places))
    return None if place is None else table.names[place]


def _on_disk(places: FilePlaces) -> Any:
    return lambda values: places.holds(values[:_LOOKED_AT])


def _list_rows(
    rows: RowListing, places: FilePlaces, config: ImageConfig, work_dir: Path
) -> PictureListing:
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
) -> tuple[str | bytes | np.ndarray, str]:
    """The name of a file or the picture itself, and the target.

    Raises:
        DataError: saying what is wrong with the row.
    """
    if row.problem is not None:
        raise DataError(row.problem.reason)
    picture, named = row.values
    label, problem = targets.read(named)
    if problem is not None:
        raise DataError(problem.reason)
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
