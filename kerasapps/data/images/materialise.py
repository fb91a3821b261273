"""Pictures that are not files yet are written out once, safely, into a work folder."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from PIL import Image

from kerasapps.data.images.listing import Entry, PictureListing
from kerasapps.data.sources.picture_formats import guess_suffix
from kerasapps.files.whole import replaced

_INDEX = "index.json"
_FORMAT = 1  # part of the folder's name: raise it when what is written changes
_FILES_PER_FOLDER = 1000


class PictureWriter:
    """Writes pictures into a temporary folder and renames it into place when whole.

    A killed run leaves only a temporary folder, which the next one removes. The final folder is
    named after the content, so that it is found again by the same data and by no other.

    Use as a context manager; `add` every picture, then `finish`.

    Args:
        work_dir: the folder to write into; made if missing.
    """

    def __init__(self, work_dir: Path) -> None:
        self._work_dir = work_dir
        self._rows: list[dict[str, str | None]] = []
        self._hashes: list[str] = []

    @property
    def count(self) -> int:
        """Pictures written so far."""
        return len(self._rows)

    def __enter__(self) -> PictureWriter:
        self._work_dir.mkdir(parents=True, exist_ok=True)
        for leftover in self._work_dir.glob(".pictures-*.partial"):
            shutil.rmtree(leftover, ignore_errors=True)
        self._folder = Path(
            tempfile.mkdtemp(prefix=".pictures-", suffix=".partial", dir=self._work_dir)
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, picture: np.ndarray | bytes, label: str, split: str | None) -> None:
        """Write one picture.

        Args:
            picture: uint8 `(h, w)`, `(h, w, 1)`, `(h, w, 3)` or `(h, w, 4)`, stored as PNG; or
                encoded bytes, stored as they are.
            label: class name.
            split: one of `SPLITS`, or None.
        """
        encoded = picture if isinstance(picture, bytes) else _png(picture)
        number = len(self._rows)
        suffix = guess_suffix(encoded) or ".jpg"  # the audit will say that it is no picture
        name = f"{number // _FILES_PER_FOLDER:05d}/{number:08d}{suffix}"
        target = self._folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(encoded)
        self._rows.append({"file": name, "label": label, "split": split})
        self._hashes.append(hashlib.sha256(f"{split}\0{label}\0".encode() + encoded).hexdigest())

    def finish(self, *, key: str | None = None) -> PictureListing:
        """Move the whole into place and list it.

        Args:
            key: identity of the source, when it is cheaper than the content's: `find` looks it up.
        """
        content = hashlib.sha256("".join(sorted(self._hashes)).encode()).hexdigest()
        final = _folder(self._work_dir, key or content)
        if not _complete(final):
            with replaced(self._folder / _INDEX) as file:
                file.write(json.dumps(self._rows).encode())
            shutil.rmtree(final, ignore_errors=True)
            self._folder.rename(final)
        return _read(final)


def find_pictures(work_dir: Path, key: str) -> PictureListing | None:
    """The pictures that an earlier run wrote for the same source, when they are all there."""
    folder = _folder(work_dir, key)
    return _read(folder) if _complete(folder) else None


def _folder(work_dir: Path, key: str) -> Path:
    name = hashlib.sha256(f"{_FORMAT}:{key}".encode()).hexdigest()[:16]
    return work_dir / f"pictures-{name}"


def _rows(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    return rows


def _complete(folder: Path) -> bool:
    if not (folder / _INDEX).is_file():
        return False
    return all((folder / row["file"]).is_file() for row in _rows(folder))


def _read(folder: Path) -> PictureListing:
    return PictureListing(
        tuple(
            Entry(folder / row["file"], row["label"], row["split"], origin=f"example {number}")
            for number, row in enumerate(_rows(folder))
        )
    )


def _png(pixels: np.ndarray) -> bytes:
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
