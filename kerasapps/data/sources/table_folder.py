"""Folders of tables, with or without splits, become a listing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kerasapps.data.sources.columns import Columns
from kerasapps.data.sources.lines import format_of
from kerasapps.data.sources.rows import RowListing
from kerasapps.data.sources.shard_files import holds_shards
from kerasapps.data.sources.split_names import describe_splits, ignored, name_splits
from kerasapps.data.sources.table_shapes import (
    FASTTEXT_SPLITS,
    LOOKED_INTO,
    TABLE_SUFFIXES,
    is_rows,
)
from kerasapps.data.sources.tables import TableKind, add_table
from kerasapps.data.sources.walk import list_children
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened

_FEW = 20  # plain files that are looked into


def tables_among(files: Sequence[Path], *, packed: bool = False) -> list[Path]:
    """Those of the files that are tables; `packed`: gzip files too.

    Plain files, such as one of fastText's, are looked into where there are only a few.
    """
    files = [file for file in files if packed or file.suffix.lower() != ".gz"]
    others = [file for file in files if format_of(file) not in TABLE_SUFFIXES]
    plain = [file for file in others if format_of(file) in LOOKED_INTO]
    inside = set(filter(is_rows, plain)) if len(plain) <= _FEW else set()
    return [file for file in files if format_of(file) in TABLE_SUFFIXES or file in inside]


def folder_has_tables(root: Path, *, packed: bool = False) -> bool:
    """Whether tables lie in a folder, or in those of its folders that are named after splits.

    Shards are tables, too.
    """
    folders, files = list_children(root)
    return bool(
        tables_among(files, packed=packed)
        or split_folder_tables(root, folders, packed=packed)
        or holds_shards(root)
    )


def add_folder_tables(
    listing: RowListing,
    root: Path,
    files: Sequence[Path],
    *,
    kind: TableKind,
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
    splits = name_splits([_stem(file) for file in tables], where=printable(root))
    if splits:
        named = {file: splits[_stem(file)] for file in tables if _stem(file) in splits}
        add_tables(listing, named, kind=kind)
        read = {file.name: split for file, split in named.items()}
        listing.guesses.append(describe_splits(printable(root), read))
        others = [file for file in tables if file not in named]
        listing.warnings += ignored(others, "tables beside the splits")
    elif len(tables) > 1:
        listed = shortened([printable(file.name) for file in tables])
        raise DataError(
            f"{printable(root)} holds {listed}: name the files train, validation and test, or "
            f"give one of them{_as_shards(root, tables)}"
        )
    elif tables:
        add_table(listing, tables[0], kind=kind)
    return bool(tables)


def _as_shards(root: Path, tables: Sequence[Path]) -> str:
    """How files that are parts of one table are named, if they may be."""
    if any(file.suffix.lower() != ".parquet" for file in tables):
        return ""
    return f'; if they are parts of one table, all of them: "{printable(root)}/*.parquet"'


def split_folder_tables(
    root: Path, folders: Sequence[Path], *, packed: bool = False
) -> dict[Path, str]:
    """The tables that lie in folders named after splits, each with its split.

    Args:
        root: of the folders, for messages.
        folders: directly in it.
        packed: whether tables may be gzip files.

    Raises:
        DataError: if the names of splits are no clear ones.
    """
    splits = name_splits([folder.name for folder in folders], where=printable(root))
    return {
        file: splits[folder.name]
        for folder in folders
        if folder.name in splits
        for file in tables_among(list_children(folder)[1], packed=packed)
    }


def add_split_tables(
    listing: RowListing,
    root: Path,
    folders: Sequence[Path],
    tables: Mapping[Path, str],
    *,
    kind: TableKind,
) -> None:
    """Add what `split_folder_tables` found, and say what was taken for what.

    Raises:
        DataError: if a table does not fit.
    """
    add_tables(listing, tables, kind=kind)
    read = {file.parent.name: split for file, split in tables.items()}
    listing.guesses.append(describe_splits(printable(root), read))
    others = [folder for folder in folders if folder.name not in read]
    listing.warnings += ignored(others, "folders beside those of the splits")


def add_tables(listing: RowListing, tables: Mapping[Path, str], *, kind: TableKind) -> None:
    """Add tables of one data set, each with its split; the first of training sets the columns.

    Raises:
        DataError: if one does not fit, or not to the first.
    """
    like: Columns | None = None
    for file in sorted(tables, key=lambda file: (tables[file] != "train", file)):
        columns = add_table(listing, file, kind=kind, split=tables[file], like=like)
        like = like or columns


def _stem(file: Path) -> str:
    """What may name the split: of fastText's `cooking.valid` it is the suffix."""
    if format_of(file) in FASTTEXT_SPLITS:
        return format_of(file)[1:]
    return Path(file.stem).stem if file.suffix.lower() == ".gz" else file.stem
