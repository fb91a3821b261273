"""A folder of small text files has one encoding, which all of them together tell."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kerasapps.data.sources.encodings import Encoding, find_encoding, is_wide, utf8_stream
from kerasapps.data.sources.lines import LINE_LIMIT
from kerasapps.data.sources.rows import Problem, RowListing, decode
from kerasapps.data.sources.tables import add_encoding
from kerasapps.data.sources.walk import files_below
from kerasapps.files.named import read_regular
from kerasapps.wording.harmless import printable


class FolderDecoder:
    """Decodes the files of a folder; the others are looked at when the first is not UTF-8.

    Args:
        listing: learns what was guessed.
        root: the folder.
        named: the encoding that the user named.
    """

    def __init__(self, listing: RowListing, root: Path, *, named: str | None) -> None:
        self._listing, self._root, self._named = listing, root, named

    def decode(self, data: bytes) -> tuple[str, Problem | None]:
        """The text of one file, without a mark, and what is wrong with it."""
        text, problem = decode(data)
        if self._named is None and problem is None and "\0" not in text:
            return text.removeprefix("\ufeff"), None
        if self._named is None and is_wide(data):
            name = "a text"
            encoding = find_encoding(lambda: closing(io.BytesIO(data)), name=name, named=None)
        else:
            encoding = self._encoding
        stream = utf8_stream(io.BytesIO(data), encoding)
        text, problem = decode(stream.read())
        if problem is not None and encoding.codec != "utf-8":
            problem = Problem("bad encoding", f"a byte or more are not {encoding.codec.upper()}")
        return text.removeprefix("\ufeff"), problem

    @functools.cached_property
    def _encoding(self) -> Encoding:
        """Of all files that are neither UTF-8 nor say what they are."""
        lines = [] if self._named else [*self._strange()]
        name = printable(self._root)
        text = b"".join(lines)
        encoding = find_encoding(lambda: closing(io.BytesIO(text)), name=name, named=self._named)
        add_encoding(self._listing, encoding)
        return encoding

    def _strange(self) -> Iterator[bytes]:
        """Those files, of a few megabytes at most, each as one line."""
        left = 1 << 22
        for file in files_below(self._root):
            if file.suffix.lower() != ".txt":
                continue
            try:
                data = read_regular(file, limit=LINE_LIMIT)
            except OSError:
                continue  # it is told when its turn comes
            if not data.isascii() and not is_wide(data):
                left -= len(data)
                yield b" ".join(data.split()) + b"\n"
            if left < 0:
                return
