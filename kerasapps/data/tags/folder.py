"""Folders of CoNLL files, tables or spaCy's JSON, with or without splits, become a listing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from kerasapps.data.sources.lines import format_of
from kerasapps.data.sources.rows import RowListing
from kerasapps.data.sources.split_names import describe_splits, ignored, name_splits
from kerasapps.data.sources.table_folder import tables_among
from kerasapps.data.sources.walk import folder_below, list_children
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.conll import SPLIT_SUFFIXES, is_conll
from kerasapps.data.tags.spacy import is_spacy
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened

Add = Callable[[RowListing, Path, TaggingConfig, str | None], None]


def list_tag_folder(root: Path, *, config: TaggingConfig, add: Add) -> RowListing:
    """List `root/train.conll` and the other splits, or such files in folders named after splits.

    Which names are those of splits is told by `split_names`. Where nothing is named after a split,
    the only file of the folder is taken.

    Args:
        root: an existing folder.
        config: the columns and the encoding.
        add: adds one file to a listing.

    Raises:
        DataError: if the folder cannot be listed, holds nothing of the kind, or leaves a choice.
    """
    folders, files = list_children(root)
    listing = RowListing()
    tagged = tag_files(files)
    shown = printable(root)
    splits = _named(tagged, shown)
    if splits:
        listing.guesses.append(describe_splits(shown, {f.name: s for f, s in splits.items() if s}))
        others = [file for file in tagged if file not in splits]
        listing.warnings += ignored(others, "files beside the splits")
    elif len(tagged) > 1:
        raise DataError(
            f"{shown} holds {shortened([printable(file.name) for file in tagged])}: name the files "
            "train, validation and test, or give one of them"
        )
    else:
        splits = dict.fromkeys(tagged) or _inside(listing, root, folders)
    if not splits:
        below = folder_below(root, holds_tags)
        meant = "" if below is None else f"; {printable(below)} holds such: was that folder meant?"
        raise DataError(
            f"{shown} holds no sentences with tags: expected DATA/train.conll and DATA/test.conll, "
            f"or .jsonl files with tokens and tags{meant}"
        )
    for file in sorted(splits, key=lambda file: (splits[file] != "train", file)):
        add(listing, file, config, splits[file])
    return listing


def tag_files(files: Sequence[Path]) -> list[Path]:
    """Those of the files that may hold sentences with tags."""
    tables = set(tables_among(files, packed=True))
    return [file for file in files if file in tables or is_conll(file) or is_spacy(file)]


def holds_tags(folder: Path) -> bool:
    """Whether files with tags lie directly in a folder."""
    return bool(tag_files(list_children(folder)[1]))


def _named(files: Sequence[Path], where: str) -> dict[Path, str | None]:
    """The files that are named after splits."""
    by_suffix = {file: SPLIT_SUFFIXES.get(format_of(file)) for file in files}
    if "train" in by_suffix.values():
        return {file: split for file, split in by_suffix.items() if split}
    stems = {file: file.name.split(".")[0] for file in files}
    splits = name_splits(stems.values(), where=where)
    return {file: splits[stem] for file, stem in stems.items() if stem in splits}


def _inside(listing: RowListing, root: Path, folders: Sequence[Path]) -> dict[Path, str | None]:
    """The files in folders that are named after splits."""
    splits = name_splits([folder.name for folder in folders], where=printable(root))
    found: dict[Path, str | None] = {
        file: splits[folder.name]
        for folder in folders
        if folder.name in splits
        for file in tag_files(list_children(folder)[1])
    }
    if found:
        read = {file.parent.name: split for file, split in found.items() if split}
        listing.guesses.append(describe_splits(printable(root), read))
        others = [folder for folder in folders if folder.name not in read]
        listing.warnings += ignored(others, "folders beside those of the splits")
    return found
