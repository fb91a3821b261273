"""Examples that are not files yet are written out once, safely, into a work folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Generic, TypeVar

import numpy as np

from kerasapps.data.sources.file_entries import EntryColumns, FileEntries
from kerasapps.data.sources.file_listing import EntriesT, FileListing
from kerasapps.files.whole import replaced

_INDEX = "index.json"
_FORMAT = 1  # part of the folder's name: raise it when what is written changes
_FILES_PER_FOLDER = 1000

ValueT = TypeVar("ValueT")


@dataclass(frozen=True)
class StoredKind(Generic[ValueT, EntriesT]):
    """How examples of a kind are kept as files.

    Attributes:
        noun: what an example is, in the singular.
        encoded: the bytes of an example, and its file's suffix.
        entries: what the files with their labels and splits are listed as.
    """

    noun: str
    encoded: Callable[[ValueT], tuple[bytes, str]]
    entries: Callable[[FileEntries], EntriesT]


class FileWriter(Generic[ValueT, EntriesT]):
    """Writes examples into a temporary folder and renames it into place when whole.

    A killed run leaves only a temporary folder, which the next one removes. The final folder is
    named after the content, so that it is found again by the same data and by no other.

    Use as a context manager; `add` every example, then `finish`.

    Args:
        work_dir: the folder to write into; made if missing.
        kind: of the examples.
    """

    def __init__(self, work_dir: Path, *, kind: StoredKind[ValueT, EntriesT]) -> None:
        self._work_dir = work_dir
        self._kind = kind
        self._entries = EntryColumns()
        self._hashes = bytearray()

    @property
    def count(self) -> int:
        """Examples written so far."""
        return len(self._entries)

    def __enter__(self) -> FileWriter[ValueT, EntriesT]:
        prefix = f".{self._kind.noun}s-"
        self._work_dir.mkdir(parents=True, exist_ok=True)
        for leftover in self._work_dir.glob(f"{prefix}*.partial"):
            shutil.rmtree(leftover, ignore_errors=True)
        self._folder = Path(tempfile.mkdtemp(prefix=prefix, suffix=".partial", dir=self._work_dir))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, example: ValueT, label: str, split: str | None) -> None:
        """Write one example.

        Args:
            example: what the kind encodes.
            label: class name.
            split: one of `SPLITS`, or None.
        """
        encoded, suffix = self._kind.encoded(example)
        number = len(self._entries)
        name = f"{number // _FILES_PER_FOLDER:05d}/{number:08d}{suffix}"
        target = self._folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(encoded)
        self._entries.add(Path(name), label, split)
        self._hashes += hashlib.sha256(f"{split}\0{label}\0".encode() + encoded).digest()

    def finish(self, *, key: str | None = None) -> FileListing[EntriesT]:
        """Move the whole into place and list it.

        Args:
            key: identity of the source, when it is cheaper than the content's: `find` looks it up.
        """
        final = _folder(self._work_dir, key or self._content(), self._kind.noun)
        if not _complete(final):
            with replaced(self._folder / _INDEX) as file:
                _write_rows(file, self._entries.finish())
            shutil.rmtree(final, ignore_errors=True)
            self._folder.rename(final)
        return _read(final, self._kind)

    def _content(self) -> str:
        """Of all examples in any order."""
        words = np.frombuffer(bytes(self._hashes), ">u8").reshape(-1, 4)
        digest = hashlib.sha256()
        for row in np.lexsort(words.T[::-1]):
            digest.update(words[row].tobytes().hex().encode())
        return digest.hexdigest()


def find_files(
    work_dir: Path, key: str, *, kind: StoredKind[Any, EntriesT]
) -> FileListing[EntriesT] | None:
    """What an earlier run wrote for the same source, when it is all there.

    Args:
        work_dir: where it wrote.
        key: as given to `FileWriter.finish`.
        kind: of the examples.
    """
    folder = _folder(work_dir, key, kind.noun)
    return _read(folder, kind) if _complete(folder) else None


def _folder(work_dir: Path, key: str, noun: str) -> Path:
    name = hashlib.sha256(f"{_FORMAT}:{key}".encode()).hexdigest()[:16]
    return work_dir / f"{noun}s-{name}"


def _write_rows(file: BinaryIO, entries: FileEntries) -> None:
    """A list in JSON with a line for each file, of which none needs the others to be read."""
    before = b"[\n"
    for each in entries:
        row = {"file": str(each.path), "label": each.label, "split": each.split}
        file.write(before + json.dumps(row).encode())
        before = b",\n"
    file.write(b"\n]" if len(entries) else b"[]")


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    with (folder / _INDEX).open(encoding="utf-8") as lines:
        for line in lines:
            row = line.strip().removesuffix(",")
            if row.startswith("[{"):  # of an older version, all in one
                yield from json.loads(line)
            elif row.startswith("{"):
                yield json.loads(row)


def _complete(folder: Path) -> bool:
    if not (folder / _INDEX).is_file():
        return False
    return all((folder / row["file"]).is_file() for row in _rows(folder))


def _read(folder: Path, kind: StoredKind[Any, EntriesT]) -> FileListing[EntriesT]:
    columns = EntryColumns()
    for number, row in enumerate(_rows(folder)):
        columns.add(folder / row["file"], row["label"], row["split"], number=number)
    return FileListing(kind.entries(columns.finish()))
