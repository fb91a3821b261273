"""TMX files (Translation Memory eXchange 1.4b) become sentence pairs, read as a stream.

Reference: https://www.gala-global.org/tmx-14b, sections "Content markup" and "tu".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.languages import choose_languages, is_language, language_of
from kerasapps.data.pairs.listing import PairListing
from kerasapps.data.sources.lines import LINE_LIMIT, open_binary
from kerasapps.data.sources.rows import Problem, Row
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

_CHUNK = 1 << 16
_LOOKED_AT = 1000  # units
_MARKUP = frozenset({"bpt", "ept", "ph", "it", "ut"})  # hold codes of a program, not text
_LANGUAGE = ("xml:lang", "lang")  # the second in files before TMX 1.4


class Unit(NamedTuple):
    """One translation unit: the line it begins on, its texts by language, what is wrong."""

    line: int
    texts: dict[str, str]
    problem: Problem | None


def add_tmx(
    listing: PairListing, file: Path, *, config: TranslationConfig, split: str | None = None
) -> None:
    """Add the units of a TMX file that have both languages.

    Where the options do not say, the header's source language is the source, else the language
    that comes first. Units without one of the two are left out with a warning. The file is never
    in memory as a whole; entities are not expanded, a file that declares any is refused.

    Args:
        listing: to add to.
        file: .tmx or .tmx.gz, in any encoding that its XML declaration may name.
        config: the languages that the user named.
        split: of the pairs.

    Raises:
        DataError: if it is no TMX file, or its languages leave a choice.
    """
    reader = _Reader(file)
    tags: dict[str, None] = {}
    for unit in islice(reader.units(), _LOOKED_AT):
        tags.update(dict.fromkeys(unit.texts))
    if not tags:
        raise DataError(f"{printable(file)} holds no translation units (<tu> with <tuv>)")
    source, target = _sides(list(tags), reader.source, config, printable(file))
    listing.source_language, listing.target_language = language_of(source), language_of(target)
    listing.guesses.append(f"{printable(file.name)}: source in {source!r}, target in {target!r}")
    listing.parts.append(lambda: _rows(listing, file, (source, target), split))


def _sides(tags: list[str], header: str, config: TranslationConfig, where: str) -> tuple[str, str]:
    """What stands for the two languages: "en" for all of en-US and en-GB, where that is clear."""
    plain = list(dict.fromkeys(tag.split("-")[0] for tag in tags))
    named = [config.source_language or "", config.target_language or ""]
    chosen = plain if len(plain) > 1 and not any("-" in name for name in named) else tags
    chosen.sort(key=lambda tag: not (is_language(tag, header) or is_language(header, tag)))
    return choose_languages(chosen, config=config, where=where)


def _rows(
    listing: PairListing, file: Path, sides: tuple[str, str], split: str | None
) -> Iterator[Row]:
    where, without, first = printable(file.name), 0, 0
    for unit in _Reader(file).units():
        texts = [_text(unit, side) for side in sides]
        if unit.problem is not None:
            yield Row(where, unit.line, split=split, problem=unit.problem)
        elif None in texts:
            without, first = without + 1, first or unit.line
        else:
            yield Row(where, unit.line, tuple(texts), split)
    if without:
        listing.warnings.append(
            f"{where}: {without:,} units do not have both {sides[0]} and {sides[1]} (the first: "
            f"row {first}): left out"
        )


def _text(unit: Unit, side: str) -> str | None:
    if side in unit.texts:
        return unit.texts[side]
    return next((text for tag, text in unit.texts.items() if is_language(side, tag)), None)


class _Reader:
    """Reads a TMX file once for each call of `units`.

    Attributes:
        source: the source language of the file's header; "" where it names none.
    """

    def __init__(self, file: Path) -> None:
        self.source = ""
        self._file = file

    def units(self) -> Iterator[Unit]:
        """The translation units, one after another.

        Raises:
            DataError: if the file cannot be read, is not well-formed, or declares entities.
        """
        self._done: list[Unit] = []
        self._open: list[str] = []
        self._line, self._tag = 0, ""
        self._texts: dict[str, str] = {}
        self._problem: Problem | None = None
        self._segment: list[str] | None = None
        self._length = self._skip = self._fed = 0
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._declared
        parser.SkippedEntityHandler = self._unknown
        with open_binary(self._file) as stream:
            while chunk := stream.read(_CHUNK):
                self._parse(chunk, last=False)
                yield from self._taken()
        self._parse(b"", last=True)
        yield from self._taken()

    def _parse(self, chunk: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise DataError(
                f"{printable(self._file)}, line {error.lineno}: not well-formed XML "
                f"({expat.ErrorString(error.code)})"
            ) from error
        self._fed += len(chunk)
        if self._fed - self._parser.CurrentByteIndex > LINE_LIMIT:
            raise DataError(
                f"{printable(self._file)}, line {self._parser.CurrentLineNumber}: a tag or comment "
                f"of more than {LINE_LIMIT:,} bytes"
            )

    def _taken(self) -> list[Unit]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open and name != "tmx":
            raise DataError(f"{printable(self._file)} is no TMX file: its root is <{name}>")
        self._open.append(name)
        if self._segment is not None:
            self._skip += bool(self._skip) or name in _MARKUP
        elif name == "header":
            self.source = attributes.get("srclang", "").lower()
        elif name == "tu":
            self._line, self._texts, self._problem = self._parser.CurrentLineNumber, {}, None
        elif name == "tuv":
            self._tag = next((attributes[key] for key in _LANGUAGE if key in attributes), "")
        elif name == "seg":
            self._segment, self._length = [], 0

    def _end(self, name: str) -> None:
        self._open.pop()
        if name == "seg" and self._segment is not None:
            tag = self._tag.lower().replace("_", "-")
            self._texts.setdefault(tag, "".join(self._segment))  # of two variants the first
            self._segment, self._skip = None, 0
        elif self._segment is not None:
            self._skip -= bool(self._skip)
        elif name == "tu":
            self._done.append(Unit(self._line, self._texts, self._problem))

    def _characters(self, data: str) -> None:
        if self._segment is None or self._skip:
            return
        self._length += len(data)
        if self._length <= LINE_LIMIT:
            self._segment.append(data)
        else:
            reason = f"a text has more than {LINE_LIMIT:,} characters"
            self._problem = Problem("over-long", reason)

    def _declared(self, name: str, *_: object) -> None:
        raise DataError(
            f"{printable(self._file)} declares the entity {name!r}: entities are not expanded, "
            "since a small file can so become a huge one; write the text itself"
        )

    def _unknown(self, name: str, *_: object) -> None:
        self._problem = Problem("format", f"the entity &{name}; is not defined in the file")
