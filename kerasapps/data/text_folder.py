"""Folders of text files or tables, with or without splits, become a listing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kerasapps.config import TextConfig
from kerasapps.data.decode import printable
from kerasapps.data.image_folder import is_utf8
from kerasapps.data.split_files import SPLIT_NAMES, check_split_names, ignored
from kerasapps.data.table_folder import add_folder_tables, add_tables, tables_among
from kerasapps.data.text_lines import LINE_LIMIT
from kerasapps.data.text_rows import Problem, TextListing, TextRow, decode
from kerasapps.data.text_tables import text_tables
from kerasapps.data.walk import READ_AGAIN, files_below, list_children
from kerasapps.errors import DataError
from kerasapps.files import read_regular


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
    splits = {folder: split for folder in folders if (split := SPLIT_NAMES.get(folder.name))}
    listing = TextListing()
    if add_folder_tables(listing, root, files, kind=text_tables(config)):
        return listing
    if "train" in splits.values():
        check_split_names(root, [folder.name for folder in splits])
        _add_split_folders(listing, root, splits, config)
        others = [folder for folder in folders if folder not in splits]
        listing.warnings += ignored(others, "folders beside train/")
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
        found = tables_among(files)
        tables |= dict.fromkeys(found, split)
        if not found:
            for inner in classes:
                _add_class(listing, root, inner, split)
    if tables and listing.parts:
        raise DataError(
            f"{printable(root)} mixes tables and folders of .txt files: keep one of the two"
        )
    add_tables(listing, tables, kind=text_tables(config))


def _add_class(listing: TextListing, root: Path, folder: Path, split: str | None) -> None:
    if not is_utf8(folder.name):
        shown = printable(folder.relative_to(root))
        listing.errors.append(f"the class folder {shown} has a name that is not UTF-8: rename it")
        return
    listing.parts.append(lambda: _class_rows(listing, root, folder, split))


def _class_rows(
    listing: TextListing, root: Path, folder: Path, split: str | None
) -> Iterator[TextRow]:
    count, again = 0, list[Path]()
    for file in files_below(folder, again=again.append):
        count += 1
        yield _text_row(file, printable(file.relative_to(root)), folder.name, split)
    for inner in again:
        problem = Problem("format", READ_AGAIN)
        yield TextRow(printable(inner.relative_to(root)), None, split=split, problem=problem)
    if not count:
        listing.warnings.append(f"the folder {printable(folder.relative_to(root))} holds no texts")


def _text_row(file: Path, where: str, label: str, split: str | None) -> TextRow:
    if file.suffix.lower() != ".txt":
        return TextRow(where, None, split=split, problem=Problem("format", "not a .txt file"))
    try:
        data = read_regular(file, limit=LINE_LIMIT)
    except OSError as error:
        problem = Problem("format", f"cannot be read: {error.strerror}")
        return TextRow(where, None, split=split, problem=problem)
    text, wrong = decode(data)
    return TextRow(where, None, text.removeprefix("\ufeff"), label, split, wrong)
