"""Which columns of a table hold pictures and labels: by option, by what is in them, by name."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

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
from kerasapps.data.sources.headers import name_columns
from kerasapps.data.sources.picture_formats import guess_suffix, names_picture
from kerasapps.data.targets.columns import target_place
from kerasapps.errors import DataError

PICTURE_NAMES = (
    "path", "file_name", "filename", "file", "filepath", "file_path", "image", "image_path",
    "img_path", "image_file", "image_name", "img", "picture", "photo", "image_id", "img_id", "id",
    "name",
)  # fmt: skip
_LOOKED_AT = 100  # rows of a sample

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
    one of a usual name when its values, with any picture's suffix, are files. Among several those
    that hold pictures come before those that name some, which may be anywhere; then the one of the
    most usual name is taken, else the first.
    """
    usual = sorted(free, key=lambda place: _rank(names[place]))
    sure = [place for place in usual if _share(sample, place, is_picture_value) >= 0.5]
    if sure:
        held = [place for place in sure if _share(sample, place, _is_held) >= 0.5]
        return (held or sure)[0]
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


def _is_held(value: object) -> bool:
    return is_in_memory(value.get("bytes") if isinstance(value, Mapping) else value)


def has_texts(names: Sequence[str], sample: Sequence[Sequence[object]]) -> bool:
    """Whether a column of a usual name for texts holds values of several words."""
    known = [place for place, name in enumerate(names) if name.strip().lower() in TEXT_NAMES]
    return any(_share(sample, place, _several_words) >= 0.5 for place in known)


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
    known = target_place(names, free)
    if known is not None:
        return known
    repeated = [place for place in free if not _numbering(names[place], sample, place)]
    for candidates in (free, repeated):
        if len(candidates) == 1:
            return candidates[0]
    raise DataError(
        f"cannot tell which column of {head.where} holds the labels: name it with label_column, "
        "or several that are to be answered together with target_columns each; "
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
