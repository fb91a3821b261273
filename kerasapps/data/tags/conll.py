"""CoNLL files: a word with its tags a line, and a blank line between sentences."""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerasapps.data.sources.encodings import Encoding
from kerasapps.data.sources.lines import Lines, encoding_of, format_of, open_lines
from kerasapps.data.sources.rows import Problem, Row, RowListing
from kerasapps.data.sources.tables import add_encoding
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

SUFFIXES = frozenset(
    (".conll", ".conllu", ".conll2002", ".conll2003", ".conll03", ".iob", ".iob2", ".bio", ".bioes")
)
SPLIT_SUFFIXES = {
    **{".train": "train", ".dev": "validation", ".testa": "validation"},
    **{".valid": "validation", ".test": "test", ".testb": "test"},
}
"""Suffixes that name a split, as in `esp.train`, `esp.testa` and `esp.testb`."""
LOOKED_INTO = frozenset((".txt", ".tsv", ".tab", ".data", "", *SPLIT_SUFFIXES))

_SAMPLE = 400  # lines
_MOST = 0.9  # of the lines
_TAG = re.compile(r"O|[BIESLUM][-_]\S+")
_DOCUMENT = "-DOCSTART-"
_NUMBER = re.compile(r"\d+([-.]\d+)?")


@dataclass(frozen=True)
class Layout:
    """Where words and tags stand in the lines of a file.

    Attributes:
        tabs: whether tabs separate the columns, rather than any white space.
        width: columns of a line.
        token: index of the words' column.
        tag: index of the tags' column.
        numbered: whether the first column numbers the words of a sentence.
    """

    tabs: bool
    width: int
    token: int
    tag: int
    numbered: bool = False

    def fields(self, line: str) -> list[str]:
        """The columns of one line."""
        return _fields(line, self.tabs)

    def describe(self, where: str) -> str:
        """One line for the user: which columns are read."""
        return (
            f"{where}: words in column {self.token + 1} and tags in column {self.tag + 1} of "
            f"{self.width}"
        )


def is_conll(file: Path) -> bool:
    """Whether a file holds a word with its tags a line; plain files are looked into."""
    suffix = format_of(file)
    if suffix in SUFFIXES:
        return True
    if suffix not in LOOKED_INTO:
        return False
    try:
        lines = _sample(file, encoding_of(file))
    except (DataError, OSError):
        return False
    rows = [line for line in lines if line.strip() and not line.startswith(("#", _DOCUMENT))]
    tabs = _tabbed(rows)
    counts = Counter(len(_fields(line, tabs)) for line in rows)
    if not counts or len(rows) < 2:
        return False
    width, usual = counts.most_common(1)[0]
    alike = [fields for line in rows if len(fields := _fields(line, tabs)) == width]
    tagged = sum(bool(_TAG.fullmatch(fields[-1])) for fields in alike)
    outside = any(fields[-1] == "O" for fields in alike)
    return width > 1 and outside and min(usual, tagged) >= _MOST * len(rows)


def add_conll(
    listing: RowListing, file: Path, *, config: TaggingConfig, split: str | None = None
) -> None:
    """Add the sentences of a file to a listing.

    Args:
        listing: to add to.
        file: an existing file; one named .gz is unpacked on the way.
        config: the columns and the encoding that the user named.
        split: of the sentences.

    Raises:
        DataError: if it cannot be read, is empty, or has no such columns.
    """
    encoding = encoding_of(file, config.encoding)
    add_encoding(listing, encoding)
    layout = _layout(file, _sample(file, encoding), config)
    listing.guesses.append(layout.describe(printable(file.name)))
    listing.parts.append(functools.partial(_rows, listing, file, encoding, layout, split))


def _sample(file: Path, encoding: Encoding) -> list[str]:
    with open_lines(file, encoding) as lines:
        return [line.rstrip("\r\n") for line in itertools.islice(lines, _SAMPLE)]


def _fields(line: str, tabs: bool) -> list[str]:
    return [field.strip() for field in line.split("\t")] if tabs else line.split()


def _tabbed(rows: Sequence[str]) -> bool:
    return 2 * sum("\t" in row for row in rows) > len(rows)


def _layout(file: Path, lines: Sequence[str], config: TaggingConfig) -> Layout:
    name = printable(file)
    rows = [line for line in lines if line.strip() and not line.startswith(_DOCUMENT)]
    plain = [line for line in rows if not line.startswith("#")] or rows
    if not plain:
        raise DataError(f"{name} is empty: expected a word with its tag in each line")
    tabs = _tabbed(plain)
    fields = [_fields(line, tabs) for line in plain]
    width = Counter(map(len, fields)).most_common(1)[0][0]
    if width < 2:
        raise DataError(
            f"{name} has one column ({plain[0][:40]!r}): expected a word and its tag in each line, "
            "with a blank or a tab between them"
        )
    first = [each[0] for each in fields if len(each) == width]
    numbered = width > 2 and first[0] in ("1", "0") and all(map(_NUMBER.fullmatch, first))
    token = _column(config.token_column, int(numbered), width, name, "token_column")
    tag = _column(config.tag_column, width - 1, width, name, "tag_column")
    if token == tag:
        raise DataError(
            f"{name}: words and tags are both in column {token + 1} of {width}: name others with "
            "token_column and tag_column"
        )
    return Layout(tabs, width, token, tag, numbered)


def _column(named: str | None, usual: int, width: int, where: str, option: str) -> int:
    if named is None:
        return usual
    if not named.strip().isdecimal() or not 1 <= int(named) <= width:
        raise DataError(
            f"{where} has no column {named!r} ({option}): its columns have no names, give a number "
            f"from 1 to {width}"
        )
    return int(named) - 1


def _rows(
    listing: RowListing, file: Path, encoding: Encoding, layout: Layout, split: str | None
) -> Iterator[Row]:
    where, count, longest = printable(file.name), 0, 0
    with open_lines(file, encoding) as lines:
        for row, size in _sentences(lines, layout, file, split):
            count, longest = count + 1, max(longest, size)
            yield row
    listing.notes += lines.notes(file, ())
    if not count:
        listing.errors.append(f"{printable(file)} holds no sentence")
    elif count == 1 and longest > 1000:
        listing.warnings.append(
            f"{where} has no blank line between sentences: its {longest:,} words are taken for one "
            "sentence"
        )


def _sentences(
    lines: Lines, layout: Layout, file: Path, split: str | None
) -> Iterator[tuple[Row, int]]:
    """The sentences of a file, and the lines that each has."""
    words: list[str] = []
    tags: list[str] = []
    first, size, document = 1, 0, -1
    problem: Problem | None = None

    def finished() -> Row:
        # Files in folders of their own may have one name.
        known = None if document < 0 else (str(file), document)
        values = () if problem else (tuple(words), tuple(tags), known)
        return Row(printable(file.name), first, values, split, problem)

    for line in lines:
        if lines.problem is not None:
            problem, lines.problem = problem or lines.problem, None
        text = line.rstrip("\r\n")
        begins_document = text.startswith(_DOCUMENT)
        if begins_document or not text.strip():
            if size:
                yield finished(), size
            words, tags, size, problem = [], [], 0, None
            document += begins_document
            continue
        fields = layout.fields(text)
        if not size and _is_comment(fields, layout):
            if fields[1:2] == ["newdoc"]:
                document += 1
            continue
        if not size:
            first = lines.number
        size += 1
        if len(fields) != layout.width:
            columns = f"{len(fields)} column{'s' * (len(fields) != 1)}"
            reason = f"line {lines.number} has {columns}, but the file has {layout.width}"
            problem = problem or Problem("columns", reason)
        elif not (layout.numbered and not fields[0].isdecimal()):
            # What CoNLL-U numbers 3-4 or 5.1 stands for no word of its own.
            words.append(fields[layout.token])
            tags.append(fields[layout.tag])
    if size:
        yield finished(), size


def _is_comment(fields: Sequence[str], layout: Layout) -> bool:
    """Whether a line before a sentence says something of it, rather than being its first word."""
    if not fields[0].startswith("#"):
        return False
    return len(fields) != layout.width or fields[2:3] == ["="]
