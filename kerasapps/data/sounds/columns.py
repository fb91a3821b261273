"""Which columns of a table hold sounds, labels, parts and groups: by option, contents and name."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.values import is_in_memory
from kerasapps.data.sources.column_choice import (
    LABEL_NAMES,
    ColumnChoice,
    Head,
    Places,
    usual_place,
)
from kerasapps.data.sources.columns import Columns, Wanted, listed_columns
from kerasapps.data.sources.headers import name_columns
from kerasapps.data.sources.sound_formats import names_sound
from kerasapps.data.targets.columns import target_place
from kerasapps.errors import DataError

SOUND_NAMES = (
    "path", "file_name", "filename", "file", "filepath", "file_path", "audio", "audio_path",
    "audio_file", "sound", "sound_file", "wav", "wav_path", "wav_file", "clip", "recording",
    "slice_file_name", "fname", "id", "name",
)  # fmt: skip
START_NAMES = ("start", "start_time", "start_seconds", "start_s", "onset", "begin", "begin_time")
END_NAMES = ("end", "end_time", "end_seconds", "end_s", "offset", "stop")
_CLASS_NAMES = (*LABEL_NAMES, "word", "keyword", "command", "event", "species", "primary_label")
_LOOKED_AT = 100  # rows of a sample

AreFiles = Callable[[Sequence[str]], bool]
"""Whether most of some values are files."""

SOUND, LABEL = range(2)
"""Places in the values of a row; start, end and group follow where they are read."""


def choose_sound_columns(
    config: AudioConfig, *, are_files: AreFiles
) -> Callable[[Sequence[str], Sequence[Sequence[object]], str], Columns]:
    """How a table's columns are found: always of sound and label, of the others where there are.

    Args:
        config: the columns that the user named.
        are_files: whether values without a sound's suffix name files.
    """

    def choose(names: Sequence[str], sample: Sequence[Sequence[object]], where: str) -> Columns:
        return sound_choice(config, names, sample, are_files=are_files).choose(names, sample, where)

    return choose


def sound_choice(
    config: AudioConfig,
    names: Sequence[str] = (),
    sample: Sequence[Sequence[object]] = (),
    *,
    are_files: AreFiles,
) -> ColumnChoice:
    """What is wanted of a table of these columns.

    A first row that names a sound is no header.

    Args:
        config: the columns that the user named.
        names: of the table's columns.
        sample: some of its rows.
        are_files: whether values without a sound's suffix name files.
    """
    further = further_columns(config, names, sample)

    def guess(head: Head, named: Places, split: int | None) -> tuple[Places, bool]:
        places = list(named)
        for index, wanted in enumerate(further, 2):
            places[index] = list(head.names).index(str(wanted.named))
        if places[SOUND] is None:
            places[SOUND] = _guess_sound(head, (*places[1:], split), are_files)
        if places[LABEL] is None:
            places[LABEL] = _guess_label(head, (*places, split))
        return tuple(places), True

    return ColumnChoice(
        wanted=(
            Wanted("sound", "sound_column", config.sound_column, SOUND_NAMES),
            Wanted("label", "label_column", config.label_column, _CLASS_NAMES),
            *further,
        ),
        is_header=lambda rows: not any(map(names_sound, name_columns(rows[0]))),
        guess=guess,
    )


def further_columns(
    config: AudioConfig, names: Sequence[str], sample: Sequence[Sequence[object]]
) -> list[Wanted]:
    """The columns of start, end and group that are read: named, or start and end of usual names."""
    wanted = [
        Wanted("start", "start_column", config.start_column, START_NAMES),
        Wanted("end", "end_column", config.end_column, END_NAMES),
    ]
    free = [place for place in range(len(names)) if _share(sample, place, _is_second) >= 0.5]
    found = []
    for each in wanted:
        usual = usual_place(names, each.usual, free) if each.named is None else None
        if each.named is not None:
            found.append(each)
        elif usual is not None:
            found.append(replace(each, named=names[usual]))
    if [each.option for each in found] == ["end_column"] and config.end_column is None:
        found = []  # an offset alone is no end
    if config.group_column is not None:
        found.append(Wanted("group", "group_column", config.group_column))
    return found


def sound_column(
    names: Sequence[str],
    sample: Sequence[Sequence[object]],
    free: Sequence[int],
    *,
    are_files: AreFiles,
) -> int | None:
    """Index of the column whose values are sounds, or None.

    A column counts when half of its values are sounds or names of sound files; else one of a usual
    name when its values, with any sound's suffix, are files.
    """
    usual = sorted(free, key=lambda place: _rank(names[place]))
    sure = [place for place in usual if _share(sample, place, is_sound_value) >= 0.5]
    if sure:
        return sure[0]
    for place in usual:
        values = [str(value) for value in _values(sample, place) if value is not None]
        if _rank(names[place]) < len(SOUND_NAMES) and values and are_files(values):
            return place
    return None


def is_sound_value(value: object) -> bool:
    """Whether a value is a sound in memory, a mapping of one, or the name of a sound file."""
    if is_in_memory(value):
        return True
    if isinstance(value, dict):
        return names_sound(value.get("path"))
    return names_sound(os.fspath(value) if isinstance(value, os.PathLike) else value)


def _guess_sound(head: Head, taken: Places, are_files: AreFiles) -> int:
    free = [place for place in range(len(head.names)) if place not in taken]
    sound = sound_column(head.names, head.sample, free, are_files=are_files)
    if sound is None:
        # None of the files may be there: reading them says of each that it is missing.
        sound = usual_place(head.names, SOUND_NAMES, free)
    if sound is None:
        raise DataError(
            f"cannot tell which column of {head.where} holds the sounds: name it with "
            f"sound_column; {listed_columns(head.names)}"
        )
    return sound


def _guess_label(head: Head, taken: Places) -> int:
    """The column made of those that were named, that of a usual name, or the only one left."""
    free = [place for place in range(len(head.names)) if place not in taken]
    for known in (target_place(head.names, free), usual_place(head.names, _CLASS_NAMES, free)):
        if known is not None:
            return known
    if len(free) == 1:
        return free[0]
    raise DataError(
        f"cannot tell which column of {head.where} holds the labels: name it with label_column, "
        "or several that are to be answered together with target_columns each; "
        f"{listed_columns(head.names)}"
    )


def _rank(name: str) -> int:
    folded = name.strip().lower()
    return SOUND_NAMES.index(folded) if folded in SOUND_NAMES else len(SOUND_NAMES)


def _values(sample: Sequence[Sequence[object]], place: int) -> list[object]:
    return [row[place] for row in sample[:_LOOKED_AT] if len(row) > place]


def _share(sample: Sequence[Sequence[object]], place: int, fits: Callable[[object], bool]) -> float:
    values = _values(sample, place)
    return sum(map(fits, values)) / len(values) if values else 0.0


def _is_second(value: object) -> bool:
    try:
        return float(str(value)) >= 0
    except ValueError:
        return False
