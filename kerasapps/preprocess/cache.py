"""Every picture of a split is decoded and resized once, into memory or into a file on disk."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from kerasapps.data.examples import Examples
from kerasapps.preprocess.image import ImageSpec, load_image

_BLOCK = 32  # pictures a thread decodes before it reports


def decode_all(
    examples: Examples,
    spec: ImageSpec,
    *,
    budget_bytes: int,
    folder: Path,
    name: str,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """All pictures of a split, uint8 `(n, height, width, channels)`, in the order of `examples`.

    Up to `budget_bytes` they are held in memory. Above, they are written to a `.npy` file that is
    mapped read-only, so that memory stays flat; the file is made under another name and renamed
    when whole, and a later call with the same files and the same spec uses it again.

    Args:
        examples: the pictures.
        spec: what the model takes.
        budget_bytes: the largest array to hold in memory.
        folder: where the file goes; made only if needed.
        name: of the split; other files of this name in `folder` are stale and removed.
        progress: called with (pictures decoded, pictures in all).

    Raises:
        DataError: naming a picture that cannot be decoded.
    """
    shape = (len(examples), *spec.shape)
    if int(np.prod(shape, dtype=np.int64)) <= budget_bytes:
        pixels = np.empty(shape, np.uint8)
        _fill(pixels, examples.paths, spec, progress)
        return pixels
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-{_key(examples, spec)}.npy"
    if not file.exists():
        _write(file, shape, examples.paths, spec, progress)
    for stale in folder.glob(f"{name}-*.npy"):
        if stale != file:
            stale.unlink()
    mapped: np.ndarray = np.load(file, mmap_mode="r", allow_pickle=False)
    return mapped


def _write(
    file: Path,
    shape: tuple[int, ...],
    paths: Sequence[Path],
    spec: ImageSpec,
    progress: Callable[[int, int], None] | None,
) -> None:
    name = file.name.rsplit("-", 1)[0]
    for leftover in file.parent.glob(f".{name}-*.partial"):  # of a run that was killed
        leftover.unlink()
    handle, partial = tempfile.mkstemp(prefix=f".{name}-", suffix=".partial", dir=file.parent)
    os.close(handle)
    try:
        pixels = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
        _fill(pixels, paths, spec, progress)
        pixels.flush()
        del pixels
        Path(partial).replace(file)
    finally:
        Path(partial).unlink(missing_ok=True)


def _fill(
    pixels: np.ndarray,
    paths: Sequence[Path],
    spec: ImageSpec,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Decode in threads; Pillow releases the interpreter lock."""

    def decode(start: int) -> int:
        block = paths[start : start + _BLOCK]
        for offset, path in enumerate(block):
            pixels[start + offset] = load_image(path, spec)
        return len(block)

    with ThreadPoolExecutor(max_workers=min(32, os.cpu_count() or 1)) as pool:
        done = 0
        for count in pool.map(decode, range(0, len(paths), _BLOCK)):
            done += count
            if progress is not None:
                progress(done, len(paths))


def _key(examples: Examples, spec: ImageSpec) -> str:
    """Changes whenever a file, its content or the spec does."""
    digest = hashlib.sha256(repr(sorted(spec.to_dict().items())).encode())
    for path in examples.paths:
        status = path.stat()
        digest.update(os.fsencode(path.absolute()))
        digest.update(f"\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
