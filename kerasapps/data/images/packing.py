"""Pictures as records of shards, and as examples again; see `kerasapps.data.packed.kinds`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.images.audit import Conflict, Conversion, Duplicate, Sizes
from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.sources.file_listing import BrokenFile
from kerasapps.data.sources.places import Place, Places, read_place
from kerasapps.data.splits import Splits
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

ITEMS = (BrokenFile, Conflict, Conversion, Duplicate, Sizes)
_SHOWN = 3  # names of folders and the file that a record keeps


def sizes(examples: PictureExamples) -> np.ndarray:
    """Bytes of each encoded picture, int64 `(n,)`."""
    return np.fromiter(map(_size, examples.paths), np.int64, len(examples))


def records(examples: PictureExamples, rows: np.ndarray) -> Iterator[dict[str, Any]]:
    """The encoded pictures, byte for byte, and what their files are called."""
    for row in rows.tolist():
        place = examples.paths[row]
        yield {"image": _read(place), "origin": _origin(place)}


def columns(examples: PictureExamples) -> dict[str, np.ndarray]:
    """Answers and contents."""
    labels = examples.labels
    labels = labels if isinstance(labels, np.ndarray) else np.array(labels, np.int32)  # of classes
    return {"labels": labels, "contents": examples.contents}


def examples(
    places: Callable[[str], Places], columns: Mapping[str, np.ndarray], origins: tuple[str, ...]
) -> PictureExamples:
    """The pictures, which are read from their shards."""
    return PictureExamples(places("image"), columns["labels"], columns["contents"])


def origins(splits: Splits[PictureExamples]) -> tuple[str, ...]:
    """None: a record has the name of its file."""
    return ()


def found(splits: Splits[PictureExamples]) -> dict[str, Any]:
    """Nothing but the targets, which all kinds tell alike."""
    return {}


def alike(name: str, asked: Any, packed: Any) -> bool:
    """Whether a value of an option means what another does, though it is not equal: none does."""
    return False


def _size(place: Place) -> int:
    try:
        return place.stat().st_size if isinstance(place, Path) else place.length
    except OSError as error:
        raise _unreadable(place, error) from error


def _read(place: Place) -> bytes:
    try:
        return read_place(place)
    except OSError as error:
        raise _unreadable(place, error) from error


def _unreadable(place: Place, error: OSError) -> DataError:
    return DataError(
        f"{printable(str(place))} cannot be read any more: {error.strerror or error}. Pack again"
    )


def _origin(place: Place) -> str:
    return printable("/".join(place.parts[-_SHOWN:]) if isinstance(place, Path) else place.name)
