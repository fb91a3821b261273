"""Tables whose rows are sounds with labels, or parts of sounds, become a listing."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasapps.data.sounds.columns import LABEL, choose_sound_columns, sound_choice, sound_column
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.folder import SOUNDS
from kerasapps.data.sounds.listing import SoundEntry, SoundListing
from kerasapps.data.sounds.materialise import SoundWriter, sound_writer
from kerasapps.data.sounds.values import is_in_memory, path_of, plain_sound
from kerasapps.data.sources.clean import clean_text
from kerasapps.data.sources.file_listing import BrokenFile, FileListing
from kerasapps.data.sources.file_places import FilePlaces
from kerasapps.data.sources.rows import Row, RowListing, is_missing
from kerasapps.data.sources.table import Table
from kerasapps.data.sources.table_folder import (
    add_folder_tables,
    add_split_tables,
    split_folder_tables,
    tables_among,
)
from kerasapps.data.sources.tables import TableKind, add_table
from kerasapps.data.targets.columns import fold_targets
from kerasapps.data.targets.files import join_files
from kerasapps.data.targets.reader import TargetReader, looked_into
from kerasapps.errors import DataError, KerasAppsError

_LOOKED_AT = 20  # values that are looked for on the disk
_EXAMPLE = '{"file_name": "…", "label": "…"}'
_FURTHER = ("start_column", "end_column", "group_column")


def list_sound_table(data: Any, *, config: AudioConfig, work_dir: Path) -> SoundListing:
    """List the sounds that a table names or holds.

    Args:
        data: a CSV, TSV, JSONL or Parquet file, whose paths start at its folder; a pandas
            DataFrame, a pyarrow Table or a list of mappings, whose paths start where we are.
        config: the columns that the user named.
        work_dir: where sounds go that the table holds itself.

    Raises:
        DataError: if the table cannot be read, or its columns cannot be told.
        DependencyError: if reading its format needs a package that is not installed.
    """
    places = FilePlaces(data.parent if isinstance(data, Path) else Path(), examples=SOUNDS)
    rows = RowListing()
    columns = add_table(rows, data, kind=sound_tables(config, places))
    options = [each.option for each in columns.wanted]
    return _list_rows(rows, options, places, config, work_dir)


def list_sound_tables(
    root: Path,
    folders: Sequence[Path],
    files: Sequence[Path],
    *,
    config: AudioConfig,
    work_dir: Path,
) -> SoundListing | None:
    """List the sounds that tables in a folder name; None if there are no such tables.

    They are `root/train.csv` and so on, or the only table of the folder, or
    `root/train/metadata.csv` and so on.

    Args:
        root: the folder.
        folders: directly in it.
        files: likewise.
        config: the columns that the user named.
        work_dir: where sounds go that the tables hold themselves.

    Raises:
        DataError: as `list_sound_table`; and if tables are not named after splits.
    """
    places = FilePlaces(root, examples=SOUNDS)
    rows = RowListing()
    kind = _Remembering(sound_tables(config, places))
    tables = [file for file in tables_among(files) if holds_sounds(file)]
    inner = split_folder_tables(root, folders) if not tables else {}
    inner = {file: split for file, split in inner.items() if holds_sounds(file)}
    if tables:
        add_folder_tables(rows, root, tables, kind=kind.kind)
    elif inner:
        add_split_tables(rows, root, folders, inner, kind=kind.kind)
    else:
        return None
    return _list_rows(rows, kind.options, places, config, work_dir)


def sound_tables(config: AudioConfig, places: FilePlaces) -> TableKind:
    """How sounds, labels, parts and groups are read from tables.

    Args:
        config: the columns that the user named.
        places: where the files lie.
    """

    def are_files(values: Sequence[str]) -> bool:
        return places.holds(values[:_LOOKED_AT])

    def sound_name(table: Table) -> str | None:
        """The column of sounds that the user named, or, among targets, that holds some."""
        if config.sound_column is not None or not config.target_columns:
            return config.sound_column
        every = range(len(table.names))
        place = sound_column(table.names, table.sample, every, are_files=are_files)
        return None if place is None else table.names[place]

    return TableKind(
        names=sound_choice(config, are_files=are_files).names,
        choose=choose_sound_columns(config, are_files=are_files),
        example=_EXAMPLE,
        reshape=lambda table: fold_targets(
            table,
            kind=config.target_kind,
            columns=config.target_columns,
            label_column=config.label_column,
            others=(sound_name(table), *(getattr(config, name) for name in _FURTHER)),
            noun="sound",
        ),
    )


def holds_sounds(data: Any) -> bool:
    """Whether a table's rows are sounds; what cannot be read holds none.

    Args:
        data: as `list_sound_table` takes it.
    """
    places = FilePlaces(data.parent if isinstance(data, Path) else Path(), examples=SOUNDS)
    kind = replace(sound_tables(AudioConfig(), places), reshape=None)
    try:
        table = kind.open(data)
    except KerasAppsError:
        return False
    every = range(len(table.names))
    return (
        sound_column(table.names, table.sample, every, are_files=lambda values: False) is not None
    )


class _Remembering:
    """A kind of tables, and which columns the first of them had."""

    def __init__(self, kind: TableKind) -> None:
        self.options: Sequence[str] = ()
        choose = kind.choose

        def remember(names: Any, sample: Any, where: str) -> Any:
            columns = choose(names, sample, where)
            self.options = [each.option for each in columns.wanted]
            return columns

        self.kind = replace(kind, choose=remember)


def _list_rows(
    rows: RowListing,
    options: Sequence[str],
    places: FilePlaces,
    config: AudioConfig,
    work_dir: Path,
) -> SoundListing:
    entries: list[SoundEntry] = []
    stored: list[SoundEntry] = []  # as they would be, had they a file
    broken: list[BrokenFile] = []
    kind = config.target_kind
    form, stream = looked_into(rows.rows(), _cell, kind=kind, columns=config.target_columns)
    targets = TargetReader(form.of_column(*rows.columns[LABEL : LABEL + 1]))
    with contextlib.ExitStack() as stack:
        writer: SoundWriter | None = None
        for row in stream:
            try:
                entry, sound = _read(row, options, targets, places, config)
            except DataError as error:
                broken.append(
                    BrokenFile(Path(row.where or "the table"), f"{_number(row)}: {error}")
                )
                continue
            if sound is None:
                entries.append(entry)
                continue
            writer = writer or stack.enter_context(sound_writer(work_dir))
            writer.add(sound, entry.label, entry.split)
            stored.append(entry)
        files = writer.finish().entries if writer else ()
    for file, entry in zip(files, stored, strict=True):
        entries.append(replace(entry, clip=replace(entry.clip, path=file.clip.path)))
    joined, form = join_files(
        _without_repeats(entries),
        targets.form,
        kind=kind,
        part_of=lambda entry: (entry.clip.start, entry.clip.end),
    )
    unique = _without_repeats(entries)
    repeats = len(entries) - len(unique)
    more = [f"{repeats} rows name a sound again, and count once"] if repeats else []
    return FileListing(
        tuple(joined),
        tuple(broken),
        guesses=(*rows.guesses, *form.told, *places.guesses(), *rows.notes),
        errors=(*rows.errors, *_check_splits(unique)),
        warnings=(*rows.warnings, *more, *targets.warnings()),
        form=form,
    )


def _read(
    row: Row, options: Sequence[str], targets: TargetReader, places: FilePlaces, config: AudioConfig
) -> tuple[SoundEntry, Any]:
    """The entry of a row, and the sound that it holds itself, or None.

    Raises:
        DataError: saying what is wrong with the row.
    """
    if row.problem is not None:
        raise DataError(row.problem.reason)
    values = dict(zip(options, row.values, strict=True))
    label, problem = targets.read(values["label_column"])
    if problem is not None:
        raise DataError(problem.reason)
    sound, value = None, values["sound_column"]
    if is_in_memory(value) or isinstance(value, Mapping):
        sound = plain_sound(value, rate=config.sample_rate)
        sound, value = (None, sound) if isinstance(sound, Path) else (sound, "")
    path = Path() if sound is not None else places.find(_name(value), split=row.split)
    start, end = (_second(values.get(each), each) for each in _FURTHER[:2])
    if start is not None and end is not None and end <= start:
        raise DataError(f"it ends at {end:g} s, before it begins at {start:g} s")
    origin = f"{_number(row)} of {row.where}" if row.where else _number(row)
    group = values.get("group_column")
    named = None if is_missing(group) or not str(group).strip() else str(group).strip()
    return SoundEntry(Clip(path, start or 0.0, end), label, row.split, origin, named), sound


def _cell(row: Row) -> object:
    """What a row has for its target, which a broken row lacks."""
    return row.values[LABEL] if row.problem is None else None


def _second(value: object, option: str) -> float | None:
    if value is None or is_missing(value) or not str(value).strip():
        return None
    try:
        second = float(str(value))
    except ValueError:
        second = math.nan
    if not 0 <= second < math.inf:
        raise DataError(f"{option.removesuffix('_column')} is {value!r}, and not a second")
    return second


def _name(value: object) -> str:
    number = isinstance(value, int) and not isinstance(value, bool)
    name, problem = clean_text(str(value) if number else value, noun="sound")
    if problem is not None:
        raise DataError(problem.reason)
    return str(path_of(name.strip()))


def _check_splits(entries: Sequence[SoundEntry]) -> list[str]:
    unsplit = [entry for entry in entries if entry.split is None]
    if unsplit and len(unsplit) < len(entries):
        return [
            f"{len(unsplit)} rows have no split (first: {unsplit[0].origin}) while others do: give "
            "every row one, or none"
        ]
    return []


def _without_repeats(entries: Sequence[SoundEntry]) -> list[SoundEntry]:
    """The entries, each part of a file once a split and label; the first counts."""
    first: dict[object, SoundEntry] = {}
    for entry in entries:
        first.setdefault((entry.clip, entry.label, entry.split), entry)
    return [*first.values()]


def _number(row: Row) -> str:
    return f"row {row.number}" if row.where else f"example {row.number}"
