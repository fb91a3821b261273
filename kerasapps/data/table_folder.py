"""Folders of tables, with or without splits, become a listing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kerasapps.data.columns import Columns
from kerasapps.data.decode import printable
from kerasapps.data.split_files import check_split_names, ignored, split_of
from kerasapps.data.table_formats import TABLE_SUFFIXES
from kerasapps.data.tables import TableKind, add_table
from kerasapps.data.text_lines import format_of
from kerasapps.data.text_rows import RowListing, RowT
from kerasapps.errors import DataError


def tables_among(files: Sequence[Path], *, packed: bool = False) -> list[Path]:
    """Those of the files that are tables; `packed`: gzip files too."""
    return [
        file
        for file in files
        if (format_of(file) if packed else file.suffix.lower()) in TABLE_SUFFIXES
    ]


def add_folder_tables(
    listing: RowListing[RowT],
    root: Path,
    files: Sequence[Path],
    *,
    kind: TableKind[RowT],
    packed: bool = False,
) -> bool:
    """Add `root/train.csv` and the other splits, or the only table whatever it is called.

    Args:
        listing: to add to.
        root: the folder, for messages.
        files: directly in it.
        kind: what is to be read.
        packed: whether tables may be gzip files.

    Returns:
        Whether there is a table.

    Raises:
        DataError: if there are several that are not named after splits, or a table does not fit.
    """
    tables = tables_among(files, packed=packed)
    named = {file: split for file in tables if (split := split_of(_stem(file)))}
    if named:
        check_split_names(root, [_stem(file) for file in named])
        add_tables(listing, named, kind=kind)
        others = [file for file in tables if file not in named]
        listing.warnings += ignored(others, "tables beside the splits")
    elif len(tables) > 1:
        listed = ", ".join(printable(file.name) for file in tables)
        raise DataError(
            f"{printable(root)} holds {listed}: name the files train, validation and test, or "
            "give one of them"
        )
    elif tables:
        add_table(listing, tables[0], kind=kind)
    return bool(tables)


def add_tables(
    listing: RowListing[RowT], tables: Mapping[Path, str], *, kind: TableKind[RowT]
) -> None:
    """Add tables of one data set, each with its split; the first of training sets the columns.

    Raises:
        DataError: if one does not fit, or not to the first.
    """
    like: Columns | None = None
    for file in sorted(tables, key=lambda file: (tables[file] != "train", file)):
        columns = add_table(listing, file, kind=kind, split=tables[file], like=like)
        like = like or columns


def _stem(file: Path) -> str:
    return Path(file.stem).stem if file.suffix.lower() == ".gz" else file.stem
