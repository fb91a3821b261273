"""The names of numbered classes, which shards keep apart from their examples."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kerasapps.data.sources.lines import LINE_LIMIT
from kerasapps.errors import DataError
from kerasapps.files.named import read_regular
from kerasapps.shards import Format
from kerasapps.wording.harmless import printable

_HUGGING_FACE = b"huggingface"


def class_names(file: Path, format: Format, fields: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The names of classes by the field that has their numbers.

    TFDS has them in files beside the shards (`label.labels.txt`), Hugging Face in a note within
    Parquet files.

    Args:
        file: a shard.
        format: of it.
        fields: of its records.

    Raises:
        DataError: if they cannot be read.
    """
    metadata = _metadata(file) if format.name == "parquet" else {}
    found = {
        field: names_in_metadata(metadata, field)
        or _lines(file.with_name(f"{field.replace('/', '-')}.labels.txt"))
        for field in fields
    }
    return {field: names for field, names in found.items() if names}


def names_in_metadata(metadata: Any, column: str) -> tuple[str, ...]:
    """The names of a column's numbers; () where the data does not say.

    Args:
        metadata: what Hugging Face's package notes in Parquet files and schemas.
        column: whose values are numbers, or lists of them.
    """
    try:
        features = json.loads((metadata or {})[_HUGGING_FACE])["info"]["features"]
        feature = features[column]
        inner = feature[0] if isinstance(feature, list) else feature.get("feature", feature)
        names = inner["names"]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return ()
    if isinstance(names, Mapping):  # {"0": "O", "1": "B-PER"}
        names = [names[key] for key in sorted(names, key=int)]
    return tuple(map(str, names))


def _metadata(file: Path) -> Any:
    from pyarrow import parquet

    with parquet.ParquetFile(file) as opened:
        return opened.schema_arrow.metadata


def _lines(file: Path) -> tuple[str, ...]:
    try:
        if not file.is_file():
            return ()
        return tuple(read_regular(file, limit=LINE_LIMIT).decode().splitlines())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"cannot read {printable(file)}: {reason}") from error
