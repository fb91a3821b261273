"""Which files are tables: by their suffix, or by their lines where the suffix does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from kerasapps.data.sources.encodings import utf8_stream
from kerasapps.data.sources.lines import encoding_of, format_of, open_binary, sample_lines
from kerasapps.errors import DataError

Shape = Literal["delimited", "json", "parquet", "fasttext"]
LABEL_PREFIX = "__label__"
TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".parquet")
FASTTEXT_SPLITS = (".train", ".valid", ".test")  # suffixes of fastText's files

_BY_SUFFIX: dict[str, Shape] = {
    **dict.fromkeys((".csv", ".tsv", ".tab"), "delimited"),
    **dict.fromkeys((".jsonl", ".ndjson"), "json"),
    ".parquet": "parquet",
}
_PLAIN = (".txt", *FASTTEXT_SPLITS)
LOOKED_INTO = (".json", *_PLAIN)
_LABEL = re.compile(rf"(?<!\S){LABEL_PREFIX}\S")
_OBJECTS = re.compile(r"\s*(\{|\[\s*\{)")
_ROWS = re.compile(r"\s*\[\s*\{")
_MOST = 0.95  # of the lines
_LINES = 500
_HEAD = 1 << 16


def shape_of(file: Path) -> Shape | None:
    """What kind of table a file is; None for none.

    Those with a table's suffix are; `.json` is where it holds objects; a plain file where nearly
    all lines have a label of fastText's, or tabs, and as many of them.

    Args:
        file: regular, or what cannot be read; the suffix .gz is looked through.
    """
    suffix = format_of(file)
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if suffix != ".json" and suffix not in _PLAIN:
        return None
    if suffix == ".json":
        return "json" if _OBJECTS.match(_head(file)) else None
    try:
        lines = sample_lines(file, encoding_of(file))[0][:_LINES]
    except DataError:
        return None
    if _share([bool(_LABEL.search(line)) for line in lines]) >= _MOST:
        return "fasttext"
    return "delimited" if _is_tabbed(lines) else None


def is_table(file: Path) -> bool:
    """Whether a file is a table of any kind."""
    return shape_of(file) is not None


def is_rows(file: Path) -> bool:
    """Whether a file among others is a table: not every `.json` is, such as one that describes."""
    if format_of(file) == ".json":
        return _ROWS.match(_head(file)) is not None
    return is_table(file)


def _head(file: Path) -> str:
    """The beginning of a file; "" if it cannot be read."""
    try:
        encoding = encoding_of(file)
        with open_binary(file) as stream:
            data = utf8_stream(stream, encoding).read(_HEAD)
    except DataError:
        return ""
    return data.decode("utf-8", "replace").lstrip("\ufeff")


def _is_tabbed(lines: Sequence[str]) -> bool:
    tabs = [line.rstrip("\r\n").count("\t") for line in lines]
    usual = max(set(tabs), key=tabs.count, default=0)
    return usual > 0 and _share([count == usual for count in tabs]) >= _MOST


def _share(answers: Sequence[bool]) -> float:
    return sum(answers) / len(answers) if answers else 0.0
