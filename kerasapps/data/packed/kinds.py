"""What a kind of data says of packing: its examples become records, and examples again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np

from kerasapps.data.sources.picture_formats import PICTURE_SUFFIXES, guess_suffix
from kerasapps.data.sources.places import Places
from kerasapps.data.splits import Splits
from kerasapps.errors import DataError

LABEL, ORIGIN = "label", "origin"
_IMAGE = ";".join(sorted(suffix.removeprefix(".") for suffix in PICTURE_SUFFIXES))


class Packing(Protocol):
    """What a kind of data has to be packed: a module's functions.

    Attributes:
        ITEMS: classes of what its audits find, beside those of all kinds.
    """

    @property
    def ITEMS(self) -> tuple[type, ...]: ...  # noqa: N802 — constants of the module

    def sizes(self, examples: Any) -> np.ndarray:
        """Bytes of each example, int64 `(n,)`, as far as they are known without reading it."""

    def records(self, examples: Any, rows: np.ndarray) -> Iterator[dict[str, Any]]:
        """What makes each of some examples, int64 `(m,)`, but for its answer, by field."""

    def columns(self, examples: Any) -> dict[str, np.ndarray]:
        """What is known of each example beside what makes it, by name."""

    def examples(
        self,
        places: Callable[[str], Places],
        columns: Mapping[str, np.ndarray],
        origins: tuple[str, ...],
    ) -> Any:
        """The examples again, of the places of a field, their columns and names of origins."""

    def origins(self, splits: Splits[Any]) -> tuple[str, ...]:
        """Names that the columns of origins count."""

    def found(self, splits: Splits[Any]) -> dict[str, Any]:
        """What was guessed for options that nobody set, as plain values."""

    def alike(self, name: str, asked: Any, packed: Any) -> bool:
        """Whether a value of an option means what another does, though it is not equal."""


class Packable(Protocol):
    """A kind of data, as packing sees it.

    Attributes:
        NOUN: what an example is, in the singular.
        PACKING: how such are packed; None if they are not.
    """

    NOUN: str

    @property
    def PACKING(self) -> Packing | None: ...  # noqa: N802


def packing_of(kind: Packable) -> Packing:
    """How examples of a kind are packed.

    Raises:
        DataError: if they are not.
    """
    if kind.PACKING is None:
        raise DataError(f"{kind.NOUN}s are not packed: train on the data as it is")
    return kind.PACKING


def named_fields(record: dict[str, Any], format: str) -> dict[str, Any]:
    """A record with the names that readers of a format look for.

    Args:
        record: by the fields of its kind.
        format: of the shards. WebDataset takes names for suffixes of files.
    """
    if format != "webdataset":
        return record
    return {_suffix_of(name, value): value for name, value in record.items()}


def read_field(field: str, format: str) -> str:
    """What `named_fields` calls a field of a record; several names with ";" between."""
    if format != "webdataset":
        return field
    return f"{_IMAGE};image" if field == "image" else _suffix_of(field, "")


def _suffix_of(name: str, value: Any) -> str:
    if name == "image":
        suffix = guess_suffix(value) or ""
        return suffix.removeprefix(".") if suffix in PICTURE_SUFFIXES else "image"
    if name == LABEL:
        return "json" if isinstance(value, list) else "cls"
    return "txt" if name == "text" else f"{name}.txt"
