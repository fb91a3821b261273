"""What shards hold, whatever their format: records, and where each of them lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeAlias

import numpy as np

from kerasapps.errors import DataError, DependencyError
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened

Value: TypeAlias = "bytes | str | int | float | bool | list[Value] | Mapping[str, Value] | None"
Record: TypeAlias = Mapping[str, Value]

MOST_BYTES: Final = 1 << 28
"""Of one record: more is taken for a broken length, and never read."""


class Located(NamedTuple):
    """A record and where it lies in its shard.

    Attributes:
        offset: what `at` takes: the byte where it begins, or its number, as its format has it.
        length: bytes of it, as `at` takes them.
        record: its fields by name.
    """

    offset: int
    length: int
    record: Record


class Writer(Protocol):
    """A shard that is being written."""

    def add(self, record: Record) -> tuple[int, int]:
        """Write one record.

        Returns:
            Offset and length, as `Located` has them.

        Raises:
            DataError: if the format cannot hold it; it names the field.
        """


def shard_error(file: Path, reason: object, *, number: int | None = None) -> DataError:
    """The error for a shard that cannot be read.

    Args:
        file: of the shard.
        reason: what is wrong.
        number: of the example, from 1; None if it is the shard itself.
    """
    what = printable(file) if number is None else f"{printable(file)}, example {number}"
    return DataError(f"{what}: {reason}")


def lacking(package: str, deed: str) -> DependencyError:
    """The error for a format whose package is not installed."""
    return DependencyError(f"{deed} needs {package}: pip install 'kerasapps[shards]'")


def plain(value: object, *, name: str) -> Value:
    """A value of a field as one of Python's own.

    Args:
        value: also a numpy scalar or array, which becomes a list.
        name: of the field, for the error.

    Raises:
        DataError: if no format holds such a value.
    """
    if value is None or isinstance(value, bytes | str | bool | int | float):
        return value
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist(), name=name)
    if isinstance(value, Mapping):
        return {str(key): plain(each, name=f"{name}.{key}") for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, name=name) for each in value]
    raise DataError(
        f"field {name!r} is a {type(value).__name__}: expected bytes, a text, a number or a list"
    )


def content_of(record: Record, field: str) -> bytes | None:
    """The bytes of one field of a record; None if it has none.

    Args:
        record: of a shard.
        field: its name; of a struct of bytes and path, as Hugging Face writes pictures, the bytes
            count.

    Raises:
        DataError: if the field is something else; the caller names the record.
    """
    value = record.get(field)
    if isinstance(value, Mapping):
        value = value.get("bytes")
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    raise DataError(f"field {field!r} is a {type(value).__name__}, expected bytes")


def name_fields(names: Sequence[str]) -> str:
    """Names of fields for a message; "none" without any."""
    return shortened([repr(name) for name in names]) if names else "none"
