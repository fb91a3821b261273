"""spaCy's forms: texts with entities as arrays of JSON, and its files of documents with tokens."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kerasapps.data.sources.encodings import Encoding, refuse_encoding, utf8_stream
from kerasapps.data.sources.json_values import Value, parse, values_of
from kerasapps.data.sources.lines import encoding_of, format_of, open_binary, open_lines
from kerasapps.data.sources.rows import Problem, Row, RowListing
from kerasapps.data.sources.tables import add_encoding
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.doc_bin import SUFFIX, add_doc_bin
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

_LINES = (".jsonl", ".ndjson")
_SUFFIXES = (".json", *_LINES)
_ANNOTATIONS = "annotations"  # {"classes": […], "annotations": [[text, {"entities": …}], …]}
_PARAGRAPHS = "paragraphs"
_HEAD = 3  # values that are looked at


def is_spacy(file: Path) -> bool:
    """Whether a file holds arrays `[text, {"entities": …}]` as JSON, or documents with tokens."""
    if format_of(file) == SUFFIX:
        return True
    if format_of(file) not in _SUFFIXES:
        return False
    try:
        first = list(itertools.islice(_values(file, encoding_of(file)), _HEAD))
    except (ValueError, DataError, OSError):
        return False
    return bool(first) and all(map(_is_known, (each.value for each in first)))


def add_spacy(
    listing: RowListing, file: Path, *, config: TaggingConfig, split: str | None = None
) -> None:
    """Add the texts, or the sentences, of a file to a listing.

    Args:
        listing: to add to.
        file: as `is_spacy` knows it.
        config: the encoding that the user named.
        split: of the texts.

    Raises:
        DataError: if it cannot be read.
        DependencyError: if it is binary, and spaCy is not installed.
    """
    if format_of(file) == SUFFIX:
        refuse_encoding(config.encoding, printable(file))
        add_doc_bin(listing, file, split)
        return
    encoding = encoding_of(file, config.encoding)
    add_encoding(listing, encoding)
    listing.guesses.append(f"{printable(file.name)}: read as spaCy's training data")
    listing.parts.append(lambda: _rows(listing, file, encoding, split))


def _values(file: Path, encoding: Encoding) -> Iterator[Value]:
    if format_of(file) in _LINES:
        yield from _line_values(file, encoding)
        return
    with open_binary(file) as stream:
        for value in values_of(utf8_stream(stream, encoding)):
            inner = value.value.get(_ANNOTATIONS) if isinstance(value.value, dict) else None
            if isinstance(inner, list) and "classes" in value.value:
                yield from (Value(place, each) for place, each in enumerate(inner, 1) if each)
            else:
                yield value


def _line_values(file: Path, encoding: Encoding) -> Iterator[Value]:
    with open_lines(file, encoding) as lines:
        for line in lines:
            problem, lines.problem = lines.problem, None
            if problem is not None:
                yield Value(lines.number, None, problem.reason)
            elif line.strip():
                try:
                    value = Value(lines.number, parse(line))
                except (ValueError, RecursionError) as error:
                    value = Value(lines.number, None, f"not valid JSON ({error})")
                yield value


def _is_known(value: Any) -> bool:
    if isinstance(value, list):
        return _is_pair(value)
    return isinstance(value, dict) and isinstance(value.get(_PARAGRAPHS), list)


def _is_pair(value: list[Any]) -> bool:
    pair = len(value) == 2 and isinstance(value[0], str)
    return pair and isinstance(value[1], Mapping) and "entities" in value[1]


def _rows(listing: RowListing, file: Path, encoding: Encoding, split: str | None) -> Iterator[Row]:
    where = printable(file.name)
    count = 0
    try:
        for value in _values(file, encoding):
            count += 1
            if value.problem:
                yield Row(where, value.number, (), split, Problem("format", value.problem))
            elif isinstance(value.value, dict) and _PARAGRAPHS in value.value:
                for values in _sentences(value.value, (str(file), value.number)):
                    yield Row(where, value.number, values, split)
            elif isinstance(value.value, list) and len(value.value) == 2:
                yield Row(where, value.number, tuple(value.value), split)
            else:
                problem = Problem("format", 'expected [text, {"entities": [[start, end, label]]}]')
                yield Row(where, value.number, (), split, problem)
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        listing.errors.append(
            f"{printable(file)}: behind value {count:,} {error}; nothing more can be read"
        )
    if not count:
        listing.errors.append(f"{printable(file)} is empty")


def _sentences(
    document: Mapping[str, Any], known_as: tuple[str, int]
) -> Iterator[tuple[object, ...]]:
    """The sentences of a document in spaCy's own JSON: words in `orth`, tags in `ner`."""
    for paragraph in document[_PARAGRAPHS]:
        sentences = paragraph.get("sentences", ()) if isinstance(paragraph, dict) else ()
        for sentence in sentences:
            tokens = sentence.get("tokens", ()) if isinstance(sentence, dict) else ()
            tokens = [each for each in tokens if isinstance(each, dict)]
            yield (
                [each.get("orth") for each in tokens],
                [each.get("ner") for each in tokens],
                known_as,
            )
