"""Folders of text files or tables, with or without splits, become a listing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kerasapps.config import TextConfig
from kerasapps.data.decode import printable
from kerasapps.data.image_folder import is_utf8, list_children
from kerasapps.data.text_columns import Columns
from kerasapps.data.text_rows import Problem, TextListing, TextRow, decode
from kerasapps.data.text_tables import SPLIT_NAMES, TABLE_SUFFIXES, add_table
from kerasapps.errors import DataError

# train.csv, and the numbered parts of large sets: train-00000-of-00002.parquet
_SPLIT_FILE = re.compile(rf"({'|'.join(SPLIT_NAMES)})(?:[-_.]?\d.*)?")


def list_text_folder(root: Path, *, config: TextConfig) -> TextListing:
    """List `root/[split/]class/**/*.txt`, or tables `root/split.csv` or `root/split/*.csv`.

    A split is train, val, validation, valid, dev or test. Hidden files are ignored. A folder with
    one table that is named otherwise is that table.

    Args:
        root: an existing folder.
        config: the columns of tables.

    Raises:
        DataError: if the folder cannot be listed or holds nothing of the kind.
    """
    folders, files = list_children(root)
    tables = _tables(files)
    named = {file: split for file in tables if (split := _split_of(file.stem))}
    splits = {folder: split for folder in folders if (split := SPLIT_NAMES.get(folder.name))}
    listing = TextListing()
    if named:
        _check_names(root, {file.name.split(".")[0] for file in named}, set(named.values()))
        _add_tables(listing, named, config)
        _ignored(
            listing, [file for file in tables if file not in named], "tables beside the splits"
        )
    elif tables:
        if len(tables) > 1:
            listed = ", ".join(printable(file.name) for file in tables)
            raise DataError(
                f"{printable(root)} holds {listed}: name the files train, validation and test, or "
                "give one of them"
            )
        add_table(listing, tables[0], config=config)
    elif "train" in splits.values():
        _check_names(root, {folder.name for folder in splits}, set(splits.values()))
        _add_split_folders(listing, root, splits, config)
        _ignored(listing, [f for f in folders if f not in splits], "folders beside train/")
    else:
        for folder in folders:
            _add_class(listing, root, folder, None)
        if not folders:
            raise DataError(
                f"{printable(root)} holds no texts: expected a folder per class "
                "(DATA/good/1.txt), DATA/train/good/1.txt, or DATA/train.csv and DATA/test.csv"
            )
    return listing


def _add_split_folders(
    listing: TextListing, root: Path, splits: dict[Path, str], config: TextConfig
) -> None:
    tables: dict[Path, str] = {}
    for folder, split in splits.items():
        classes, files = list_children(folder)
        tables |= dict.fromkeys(_tables(files), split)
        if not _tables(files):
            for inner in classes:
                _add_class(listing, root, inner, split)
    if tables and listing.parts:
        raise DataError(
            f"{printable(root)} mixes tables and folders of .txt files: keep one of the two"
        )
    _add_tables(listing, tables, config)


def _add_tables(listing: TextListing, tables: dict[Path, str], config: TextConfig) -> None:
    like: Columns | None = None
    order = sorted(tables, key=lambda file: (tables[file] != "train", file))
    for file in order:
        columns = add_table(listing, file, config=config, split=tables[file], like=like)
        like = like or columns


def _add_class(listing: TextListing, root: Path, folder: Path, split: str | None) -> None:
    if not is_utf8(folder.name):
        shown = printable(folder.relative_to(root))
        listing.errors.append(f"the class folder {shown} has a name that is not UTF-8: rename it")
        return
    listing.parts.append(lambda: _class_rows(listing, root, folder, split))


def _class_rows(
    listing: TextListing, root: Path, folder: Path, split: str | None
) -> Iterator[TextRow]:
    count = 0
    for file in _walk(folder):
        count += 1
        where = printable(file.relative_to(root))
        if file.suffix.lower() != ".txt":
            problem: Problem | None = Problem("format", "not a .txt file")
            yield TextRow(where, None, split=split, problem=problem)
            continue
        try:
            data = file.read_bytes()
        except OSError as error:
            problem = Problem("format", f"cannot be read: {error.strerror}")
            yield TextRow(where, None, split=split, problem=problem)
            continue
        text, problem = decode(data)
        yield TextRow(where, None, text.removeprefix("\ufeff"), folder.name, split, problem)
    if not count:
        listing.warnings.append(f"the folder {printable(folder.relative_to(root))} holds no texts")


def _walk(folder: Path, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    here = folder.resolve()
    if here in above:  # a symbolic link back to a folder above it
        return
    folders, files = list_children(folder)
    yield from files
    for inner in folders:
        yield from _walk(inner, (*above, here))


def _tables(files: list[Path]) -> list[Path]:
    return [file for file in files if file.suffix.lower() in TABLE_SUFFIXES]


def _split_of(stem: str) -> str | None:
    match = _SPLIT_FILE.fullmatch(stem.lower())
    return SPLIT_NAMES[match[1]] if match else None


def _check_names(root: Path, names: set[str], splits: set[str]) -> None:
    """Raise for two names of the validation split, or none of training."""
    found = {match[1] for name in names if (match := _SPLIT_FILE.fullmatch(name.lower()))}
    doubled = sorted(name for name in found if SPLIT_NAMES[name] == "validation")
    if len(doubled) > 1:
        raise DataError(f"{printable(root)} has {' and '.join(doubled)}: keep one of them")
    if "train" not in splits:
        raise DataError(
            f"{printable(root)} has {', '.join(sorted(names))} but no train: add it, or give the "
            "one file that is to be split"
        )


def _ignored(listing: TextListing, files: list[Path], what: str) -> None:
    if files:
        names = ", ".join(printable(file.name) for file in files)
        listing.warnings.append(f"{what} are ignored: {names}")
