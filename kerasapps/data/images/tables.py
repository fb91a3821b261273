"""Tables whose rows are pictures with labels become a listing."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kerasapps.config import ImageConfig
from kerasapps.data.images.columns import (
    has_texts,
    picture_choice,
    picture_column,
)
from kerasapps.data.images.folder import PICTURES
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.table_rows import list_rows
from kerasapps.data.sources.file_places import FilePlaces
from kerasapps.data.sources.rows import RowListing
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
from kerasapps.errors import KerasAppsError

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
    return list_rows(rows, places, config, work_dir)


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
    return list_rows(rows, places, config, work_dir)


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
