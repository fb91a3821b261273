"""Every picture of a split is decoded and resized once, into memory or into a file on disk."""

from __future__ import annotations

import hashlib
import math
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kerasapps.data.images.decode import open_picture
from kerasapps.data.sources.places import Places
from kerasapps.files.npy import reserve_array
from kerasapps.machine import usable_cores
from kerasapps.preprocess.aligned import aligned_array
from kerasapps.preprocess.image import ImageSpec, fit_image
from kerasapps.preprocess.picture_rows import stream_pictures
from kerasapps.preprocess.resampling import Resample, antialiased
from kerasapps.preprocess.variation import Variation
from kerasapps.streamed import as_array

if TYPE_CHECKING:
    # Who only runs a bundle reads no data.
    from kerasapps.data.images.examples import PictureExamples
    from kerasapps.data.sources.places import Place

_BLOCK = 32  # pictures a thread decodes before it reports


def decode_all(
    examples: PictureExamples,
    spec: ImageSpec,
    *,
    budget_bytes: int,
    folder: Path,
    name: str,
    on_disk: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """All pictures of a split, uint8 `(n, height, width, channels)`, in the order of `examples`.

    Up to `budget_bytes` they are held in memory. Above, they are written to a `.npy` file, so that
    memory stays flat, and a later call with the same files and the same spec uses it again; or
    they are streamed, see `picture_rows`.

    Args:
        examples: the pictures.
        spec: what the model takes.
        budget_bytes: the largest array to hold in memory.
        folder: where the file goes; made only if needed.
        name: of the split; other files of this name in `folder` are stale and removed.
        on_disk: whether a file may be written; else what has no room is decoded when it is asked
            for.
        progress: called with (pictures decoded, pictures in all).

    Raises:
        DataError: naming a picture that cannot be decoded.
    """
    if not on_disk and len(examples) * math.prod(spec.shape) > budget_bytes:
        return as_array(stream_pictures(examples.paths, spec, kept_bytes=budget_bytes))

    def fill(pixels: np.ndarray) -> None:
        def decode(place: int) -> None:
            pixels[place] = _fitted(examples.paths[place], spec)

        in_threads(decode, len(examples), progress)

    return cached_array(
        (len(examples), *spec.shape),
        np.uint8,
        fill=fill,
        key=lambda: _key(examples, spec),
        budget_bytes=budget_bytes,
        folder=folder,
        name=name,
    )


def decode_some(
    paths: Sequence[Place], spec: ImageSpec, *, resample: Resample = antialiased
) -> np.ndarray:
    """A few pictures in memory, uint8 `(n, height, width, channels)`.

    Args:
        paths: of the encoded pictures.
        spec: what the model takes.
        resample: brings them to their size.

    Raises:
        DataError: naming a picture that cannot be decoded.
    """
    pixels = np.empty((len(paths), *spec.shape), np.uint8)

    def decode(place: int) -> None:
        pixels[place] = _fitted(paths[place], spec, resample)

    in_threads(decode, len(paths), None)
    return pixels


def decode_variants(
    examples: PictureExamples,
    spec: ImageSpec,
    *,
    variation: Variation,
    count: int,
    budget_bytes: int,
    folder: Path,
    name: str,
) -> np.ndarray:
    """All pictures of a split several times, uint8 `(count, n, height, width, channels)`.

    Each file is read once. The first variant of a picture is the one that `decode_all` gives; with
    a `count` of 1 the only one is another for half of the pictures.

    Args:
        examples: the pictures.
        spec: what the model takes.
        variation: how variants differ.
        count: variants of a picture.
        budget_bytes: see `decode_all`, as `folder` and `name`.
        folder: likewise.
        name: likewise.

    Raises:
        DataError: naming a picture that cannot be decoded.
    """

    def fill(pixels: np.ndarray) -> None:
        def decode(place: int) -> None:
            picture = open_picture(examples.paths[place], spec.channels)
            for number in range(count):
                pixels[number, place] = variation.fit(
                    picture, spec, place=place, variant=number, of=count
                )

        in_threads(decode, len(examples), None)

    return cached_array(
        (count, len(examples), *spec.shape),
        np.uint8,
        fill=fill,
        key=lambda: _key(examples, spec, (variation, count)),
        budget_bytes=budget_bytes,
        folder=folder,
        name=name,
    )


def _fitted(place: Place, spec: ImageSpec, resample: Resample = antialiased) -> np.ndarray:
    """What `load_image` gives, of a place that a listing has and nobody wrote by hand."""
    return fit_image(open_picture(place, spec.channels), spec, resample=resample)


def cached_array(
    shape: tuple[int, ...],
    dtype: type[np.generic],
    *,
    fill: Callable[[np.ndarray], None],
    key: Callable[[], str],
    budget_bytes: int,
    folder: Path,
    name: str,
) -> np.ndarray:
    """An array that `fill` writes: in memory, or beyond `budget_bytes` in a file mapped read-only.

    The file is made under another name and renamed when whole, and used again by a later call with
    the same name and key.

    Args:
        shape: of the array.
        dtype: of its values.
        fill: writes every value of the array it is given.
        key: names the content; called only where there is a file.
        budget_bytes: the largest array to hold in memory.
        folder: where the file goes; made only if needed.
        name: of the array; other files of this name in `folder` are stale and removed.

    Raises:
        OSError: if the disk has no room for the file, before anything is filled in.
    """
    if math.prod(shape) * np.dtype(dtype).itemsize <= budget_bytes:
        array = aligned_array(shape, dtype)
        fill(array)
        return array

    def write(partial: Path) -> None:
        mapped = reserve_array(partial, shape, np.dtype(dtype))
        fill(mapped)
        mapped.flush()

    file = cached_file(write, key=key, folder=folder, name=name, suffix=".npy")
    stored: np.ndarray = np.load(file, mmap_mode="r", allow_pickle=False)
    return stored


def cached_file(
    write: Callable[[Path], None],
    *,
    key: Callable[[], str],
    folder: Path,
    name: str,
    suffix: str,
) -> Path:
    """A file that `write` makes, or that an earlier call with the same name and key has made.

    It is made under another name and renamed when whole.

    Args:
        write: fills the empty file at the path it is given.
        key: names the content.
        folder: where the file goes; made only if needed.
        name: of the content; other files of this name and suffix in `folder` are stale and removed.
        suffix: of the file, such as ".npy".
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-{key()}{suffix}"
    if not file.exists():
        _write(file, name, write)
    for stale in folder.glob(f"{name}-*{suffix}"):
        if stale != file:
            stale.unlink()
    return file


def _write(file: Path, name: str, write: Callable[[Path], None]) -> None:
    for leftover in file.parent.glob(f".{name}-*.partial"):  # of a run that was killed
        leftover.unlink()
    handle, partial = tempfile.mkstemp(prefix=f".{name}-", suffix=".partial", dir=file.parent)
    os.close(handle)
    try:
        write(Path(partial))
        Path(partial).replace(file)
    finally:
        Path(partial).unlink(missing_ok=True)


def in_threads(
    decode: Callable[[int], None], count: int, progress: Callable[[int, int], None] | None
) -> None:
    """Every place from 0 to `count` - 1; Pillow and numpy release the interpreter lock."""

    def block(start: int) -> int:
        places = range(start, min(start + _BLOCK, count))
        for place in places:
            decode(place)
        return len(places)

    with ThreadPoolExecutor(max_workers=len(usable_cores())) as pool:
        done = 0
        for size in pool.map(block, range(0, count, _BLOCK)):
            done += size
            if progress is not None:
                progress(done, count)


def _key(examples: PictureExamples, spec: ImageSpec, more: object = None) -> str:
    """Changes whenever a file, its content, the spec or what else decides the pixels does."""
    digest = hashlib.sha256(repr(sorted(spec.to_dict().items())).encode())
    if more is not None:
        digest.update(repr(more).encode())
    for stamp in Places.of(examples.paths).stamps():
        digest.update(stamp)
    return digest.hexdigest()[:16]
