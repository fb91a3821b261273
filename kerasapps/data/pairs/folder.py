"""Folders of aligned files, tables or TMX files, with or without splits, become a listing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.files import add_aligned_folder, aligned_among
from kerasapps.data.pairs.listing import PairListing
from kerasapps.data.pairs.tables import pair_tables
from kerasapps.data.pairs.tmx import add_tmx
from kerasapps.data.sources.encodings import refuse_encoding
from kerasapps.data.sources.lines import format_of
from kerasapps.data.sources.split_names import describe_splits, ignored, name_splits
from kerasapps.data.sources.table_folder import (
    add_folder_tables,
    add_split_tables,
    folder_has_tables,
    split_folder_tables,
    tables_among,
)
from kerasapps.data.sources.unheard import refuse_columns
from kerasapps.data.sources.walk import folder_below, list_children
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable


def list_pair_folder(root: Path, *, config: TranslationConfig) -> PairListing:
    """List `root/train.en` with `root/train.de`, or tables or TMX files `root/[split/]…`.

    Which names are those of splits is told by `split_names`. Hidden files are ignored. Where
    nothing is named after a split, the only corpus of the folder is taken.

    Args:
        root: an existing folder.
        config: the languages, and the columns of tables.

    Raises:
        DataError: if the folder cannot be listed, holds nothing of the kind, or leaves a choice.
    """
    folders, files = list_children(root)
    listing = PairListing()
    aligned = aligned_among(files)
    if aligned:
        refuse_columns(config, printable(root))
        add_aligned_folder(listing, root, aligned, config=config)
        listing.warnings += ignored(tables_among(files, packed=True), "tables beside plain files")
        return listing
    kind = pair_tables(listing, config)
    if add_folder_tables(listing, root, files, kind=kind, packed=True):
        return listing
    if _add_memories(listing, root, files, config):
        return listing
    inside = split_folder_tables(root, folders, packed=True)
    if not inside:
        below = folder_below(root, holds_pairs)
        meant = "" if below is None else f"; {printable(below)} holds such: was that folder meant?"
        raise DataError(
            f"{printable(root)} holds no sentence pairs: expected two files a split, named after "
            "their languages (DATA/train.en and DATA/train.de), or DATA/train.tsv, or a TMX "
            f"file{meant}"
        )
    add_split_tables(listing, root, folders, inside, kind=kind)
    return listing


def has_pair_tables(root: Path) -> bool:
    """Whether a folder is read as tables, rather than as aligned files or TMX files."""
    return not aligned_among(list_children(root)[1]) and folder_has_tables(root, packed=True)


def holds_pairs(folder: Path) -> bool:
    """Whether files of sentence pairs, or tables that may hold some, lie directly in a folder."""
    files = list_children(folder)[1]
    memories = any(format_of(file) == ".tmx" for file in files)
    return memories or bool(aligned_among(files) or tables_among(files, packed=True))


def _add_memories(
    listing: PairListing, root: Path, files: Sequence[Path], config: TranslationConfig
) -> bool:
    """Add the TMX files of a folder: those named after splits, or the only one."""
    memories = [file for file in files if format_of(file) == ".tmx"]
    stems = {file: file.name.split(".")[0] for file in memories}
    splits = name_splits(stems.values(), where=printable(root))
    named = {file: splits[stem] for file, stem in stems.items() if stem in splits}
    if named:
        read = {file.name: split for file, split in named.items()}
        listing.guesses.append(describe_splits(printable(root), read))
        others = [file for file in memories if file not in named]
        listing.warnings += ignored(others, "TMX files beside the splits")
    elif len(memories) > 1:
        names = ", ".join(printable(file.name) for file in memories)
        raise DataError(f"{printable(root)} holds {names}: name them after splits, or give one")
    for file in named or memories:
        refuse_columns(config, printable(file))
        refuse_encoding(config.encoding, f"{printable(file)} (XML, which names its own)")
        add_tmx(listing, file, config=config, split=named.get(file))
    return bool(memories)
