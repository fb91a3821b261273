"""Folders of text files or tables, with or without splits, become a listing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kerasapps.config import TextConfig
from kerasapps.data.labels import clean_label
from kerasapps.data.sources.class_folders import ClassFolder, ExampleFiles, find_classes
from kerasapps.data.sources.folder_encoding import FolderDecoder
from kerasapps.data.sources.lines import LINE_LIMIT
from kerasapps.data.sources.rows import Problem, Row, RowListing
from kerasapps.data.sources.table_folder import (
    add_folder_tables,
    add_split_tables,
    split_folder_tables,
    tables_among,
)
from kerasapps.data.sources.unheard import refuse_columns
from kerasapps.data.sources.walk import (
    READ_AGAIN,
    files_below,
    folder_below,
    is_utf8,
    list_children,
)
from kerasapps.data.texts.tables import text_tables
from kerasapps.errors import DataError
from kerasapps.files.named import read_regular
from kerasapps.wording.harmless import printable

_TEXTS = ExampleFiles("text", lambda file: file.suffix.lower() == ".txt")


def list_text_folder(root: Path, *, config: TextConfig) -> RowListing:
    """List `root/[split/]class/**/*.txt`, or tables `root/split.csv` or `root/split/*.csv`.

    Which names are those of splits is told by `split_names`. Hidden files are ignored. A folder
    with one table that is named otherwise is that table.

    Args:
        root: an existing folder.
        config: the columns of tables.

    Raises:
        DataError: if the folder cannot be listed or holds nothing of the kind.
    """
    folders, files = list_children(root)
    listing = RowListing()
    if add_folder_tables(listing, root, files, kind=text_tables(config)):
        return listing
    tables = split_folder_tables(root, folders)
    if tables:
        _refuse_mixture(root, tables)
        add_split_tables(listing, root, folders, tables, kind=text_tables(config))
        return listing
    layout = find_classes(root, folders, examples=_TEXTS)
    if not folders or not any(_TEXTS.below(each.path) for each in layout.classes):
        _refuse_textless(root)
    refuse_columns(config, printable(root))
    listing.guesses += layout.guesses
    listing.warnings += layout.warnings
    decoder = FolderDecoder(listing, root, named=config.encoding)
    for folder in layout.classes:
        _add_class(listing, root, folder, decoder)
    return listing


def _refuse_mixture(root: Path, tables: Mapping[Path, str]) -> None:
    for folder in {table.parent for table in tables}:
        if any(_TEXTS.below(inner) for inner in list_children(folder)[0]):
            raise DataError(
                f"{printable(root)} mixes tables and folders of .txt files: keep one of the two"
            )


def _refuse_textless(root: Path) -> None:
    below = folder_below(root, lambda folder: bool(tables_among(list_children(folder)[1])))
    meant = "" if below is None else f"; {printable(below)} holds tables: was that folder meant?"
    raise DataError(
        f"{printable(root)} holds no texts: expected a folder per class (DATA/good/1.txt), "
        f"DATA/train/good/1.txt, or DATA/train.csv and DATA/test.csv{meant}"
    )


def _add_class(
    listing: RowListing, root: Path, folder: ClassFolder, decoder: FolderDecoder
) -> None:
    if not is_utf8(folder.path.name):
        shown = printable(folder.path.relative_to(root))
        listing.errors.append(f"the class folder {shown} has a name that is not UTF-8: rename it")
        return
    _, problem = clean_label(folder.path.name)
    if problem is not None:
        shown = printable(folder.path.relative_to(root))
        listing.errors.append(f"the class folder {shown} must be renamed: {problem.reason}")
        return
    listing.parts.append(lambda: _class_rows(listing, root, folder.path, folder.split, decoder))


def _class_rows(
    listing: RowListing, root: Path, folder: Path, split: str | None, decoder: FolderDecoder
) -> Iterator[Row]:
    count, again = 0, list[Path]()
    for file in files_below(folder, again=again.append):
        count += 1
        yield _text_row(file, printable(file.relative_to(root)), folder.name, split, decoder)
    for inner in again:
        problem = Problem("format", READ_AGAIN)
        yield Row(printable(inner.relative_to(root)), None, split=split, problem=problem)
    if not count:
        listing.warnings.append(f"the folder {printable(folder.relative_to(root))} holds no texts")


def _text_row(file: Path, where: str, label: str, split: str | None, decoder: FolderDecoder) -> Row:
    if file.suffix.lower() != ".txt":
        return Row(where, None, split=split, problem=Problem("format", "not a .txt file"))
    try:
        data = read_regular(file, limit=LINE_LIMIT)
    except OSError as error:
        problem = Problem("format", f"cannot be read: {error.strerror}")
        return Row(where, None, split=split, problem=problem)
    text, wrong = decoder.decode(data)
    return Row(where, None, (text, label), split, wrong)
