"""Shards of examples: TFRecord, ArrayRecord, WebDataset tars and Parquet, without TensorFlow.

Each format is a module with the same few functions; `FORMATS` has them by name.
"""

from __future__ import annotations

from kerasapps.shards.formats import FORMATS, Format, format_of, named_format, shard_format
from kerasapps.shards.record import Located, Record, Value, Writer

__all__ = [
    "FORMATS",
    "Format",
    "Located",
    "Record",
    "Value",
    "Writer",
    "format_of",
    "named_format",
    "shard_format",
]
