"""Which columns of a table hold pictures and labels: by option, by what is in them, by name."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from kerasapps.config import ImageConfig
from kerasapps.data.images.values import is_in_memory
from kerasapps.data.sources.column_choice import (
    LABEL_NAMES,
    TEXT_NAMES,
    ColumnChoice,
    Head,
    Places,
    usual_place,
)
from kerasapps.data.sources.columns import Wanted, listed_columns
from kerasapps.data.sources.delimited import Record
from kerasapps.data.sources.headers import name_columns
from kerasapps.data.sources.picture_formats import guess_suffix, names_picture
from kerasapps.data.sources.rows import Problem, width_problem
from kerasapps.data.sources.table import Table
from kerasapps.errors import DataError
from kerasapps.wording.shortened import shortened

PICTURE_NAMES = (
    "path", "file_name", "filename", "file", "filepath", "file_path", "image", "image_path",
    "img_path", "image_file", "image_name", "img", "picture", "photo", "image_id", "img_id", "id",
    "name",
)  # fmt: skip
_LOOKED_AT = 100  # rows of a sample
_BITS: Mapping[str, bool] = {
    "1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False, "-1": False,
    "-1.0": False,
}  # fmt: skip

AreFiles = Callable[[Sequence[str]], bool]
"""Whether most of some values are files."""


def picture_choice(config: ImageConfig, *, are_files: AreFiles) -> ColumnChoice:
    """How picture and label are found among the columns of a table.

    A first row that names a picture is no header.

    Args:
        config: the columns that the user named.
        are_files: whether values without a picture's suffix name files.
    """

    def guess(head: Head, named: Places, split: int | None) -> tuple[Places, bool]:
        picture, label = named
        if picture is None:
            picture = _guess_picture(head, (label, split), are_files)
        if label is None:
            label = _guess_label(head, (picture, split))
        return (picture, label), True

    return ColumnChoice(
        wanted=(
            Wanted("picture", "image_column", config.image_column, PICTURE_NAMES),
            Wanted("label", "label_column", config.label_column, LABEL_NAMES),
        ),
        is_header=lambda rows: not any(map(names_picture, name_columns(rows[0]))),
        guess=guess,
    )


def picture_column(
    names: Sequence[str],
    sample: Sequence[Sequence[object]],
    free: Sequence[int],
    *,
    are_files: AreFiles,
) -> int | None:
    """Index of the column whose values are pictures, or None.

    A column counts when half of its values are encoded pictures or names of picture files; else
    one of a usual name when its values, with any picture's suffix, are files. Among several the
    one of the most usual name is taken, else the first.
    """
    usual = sorted(free, key=lambda place: _rank(names[place]))
    sure = [place for place in usual if _share(sample, place, is_picture_value) >= 0.5]
    if sure:
        return sure[0]
    for place in usual:
        if _rank(names[place]) < len(PICTURE_NAMES):
            values = [str(value) for value in _values(sample, place) if value is not None]
            if values and are_files(values):
                return place
    return None


def is_picture_value(value: object) -> bool:
    """Whether a value is a picture in memory, a mapping of one, or the name of a picture file."""
    if isinstance(value, bytes | bytearray | memoryview):
        return guess_suffix(bytes(value)) is not None
    if is_in_memory(value):
        return True
    if isinstance(value, Mapping):  # as Hugging Face stores them
        path = value.get("path")
        path = path.decode(errors="replace") if isinstance(path, bytes) else path
        return is_picture_value(value.get("bytes")) or names_picture(path)
    return names_picture(os.fspath(value) if isinstance(value, os.PathLike) else value)


def has_texts(names: Sequence[str], sample: Sequence[Sequence[object]]) -> bool:
    """Whether a column of a usual name for texts holds values of several words."""
    known = [place for place, name in enumerate(names) if name.strip().lower() in TEXT_NAMES]
    return any(_share(sample, place, _several_words) >= 0.5 for place in known)


def fold_one_hot(table: Table, *, config: ImageConfig) -> Table:
    """The table with one column of labels in place of columns of ones and zeros, one a class.

    A table that has a column of labels, by option or by a usual name, stays as it is.

    Raises:
        DataError: if rows have several ones: a picture has one label.
    """
    folded = [name.strip().lower() for name in table.names]
    if config.label_column is not None or set(folded) & set(LABEL_NAMES):
        return table
    places = [
        place
        for place in range(len(table.names))
        if _share(table.sample, place, _is_bit) == 1 and table.names[place] != config.image_column
    ]
    if len(places) < 2:
        return table
    rest = [place for place in range(len(table.names)) if place not in places]
    classes = [table.names[place] for place in places]
    name = f"one-hot {shortened(classes, 5, more=', …')}"

    def fold(record: Record) -> Record:
        # A row that is too short may have as many fields as are left.
        problem = record.problem or width_problem(record.fields, table.names)
        if problem is not None:
            return Record(record.number, [], problem)
        label, problem = _hot({table.names[place]: record.fields[place] for place in places})
        fields = [*(record.fields[place] for place in rest), label]
        return Record(record.number, fields, problem)

    sample = [fold(Record(0, list(row))) for row in table.sample]
    problems = [each.problem for each in sample if each.problem is not None]
    several = next((each.reason for each in problems if each.fault == "no label"), None)
    if several is not None:
        raise DataError(
            f"{table.where or 'the table'} has {several} in one row: here a picture "
            "has one label. Name the column of the one to learn with label_column"
        )

    def records(wanted: Sequence[int]) -> Iterator[Record]:
        chosen = {rest[index] for index in wanted if index < len(rest)}
        return map(fold, table.records(sorted(chosen | set(places))))

    return dataclasses.replace(
        table,
        names=[*(table.names[place] for place in rest), name],
        sample=[each.fields for each in sample],
        records=records,
    )


def _guess_picture(head: Head, taken: Places, are_files: AreFiles) -> int:
    names = head.names
    free = [place for place in range(len(names)) if place not in taken]
    picture = picture_column(names, head.sample, free, are_files=are_files)
    if picture is None:
        # None of the files may be there: reading them says of each that it is missing.
        picture = usual_place(names, PICTURE_NAMES, free)
    if picture is None:
        raise DataError(
            f"cannot tell which column of {head.where} holds the pictures: name it with "
            f"image_column; {listed_columns(names)}"
        )
    return picture


def _guess_label(head: Head, taken: Places) -> int:
    """The column of a usual name, or the only one that is neither numbering nor identifiers."""
    names, sample = head.names, head.sample
    free = [place for place in range(len(names)) if place not in taken]
    known = usual_place(names, LABEL_NAMES, free)
    if known is not None:
        return known
    repeated = [place for place in free if not _numbering(names[place], sample, place)]
    for candidates in (free, repeated):
        if len(candidates) == 1:
            return candidates[0]
    raise DataError(
        f"cannot tell which column of {head.where} holds the labels: name it with label_column; "
        f"{listed_columns(names)}"
    )


def _numbering(name: str, sample: Sequence[Sequence[object]], place: int) -> bool:
    """Whether a column has a value of its own in each row, or the name of pandas' numbering."""
    values = [str(value) for value in _values(sample, place)]
    unnamed = not name.strip() or name.strip().lower().startswith("unnamed:")
    return unnamed or len(set(values)) == len(values) > 1


def _rank(name: str) -> int:
    folded = name.strip().lower()
    return PICTURE_NAMES.index(folded) if folded in PICTURE_NAMES else len(PICTURE_NAMES)


def _values(sample: Sequence[Sequence[object]], place: int) -> list[object]:
    return [row[place] for row in sample[:_LOOKED_AT] if len(row) > place]


def _share(sample: Sequence[Sequence[object]], place: int, fits: Callable[[object], bool]) -> float:
    values = _values(sample, place)
    return sum(map(fits, values)) / len(values) if values else 0.0


def _several_words(value: object) -> bool:
    return isinstance(value, str) and len(value.split()) > 1


def _hot(values: Mapping[str, object]) -> tuple[str | None, Problem | None]:
    """The class whose column has a one, if any has, and what is wrong with the row."""
    odd = [name for name, value in values.items() if not _is_bit(value)]
    if odd:
        reason = f"{odd[0]} is {values[odd[0]]!r}, where the rows before have 0 or 1"
        return None, Problem("format", reason)
    hot = [name for name, value in values.items() if _BITS[_folded(value)]]
    if len(hot) > 1:
        return None, Problem("no label", f"several labels: {shortened(hot, 5, more=', …')}")
    return hot[0] if hot else None, None


def _is_bit(value: object) -> bool:
    return _folded(value) in _BITS


def _folded(value: object) -> str:
    return str(value).strip().lower()
