"""Every sound of a split is read and resampled once, into memory or into a file on disk."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kerasapps.preprocess.cache import cached_array, in_threads
from kerasapps.preprocess.sounds.load import load_sound
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.streamed import StreamedArray, as_array

if TYPE_CHECKING:
    from kerasapps.data.sounds.examples import Clip, SoundExamples


def read_all(
    examples: SoundExamples,
    spec: SoundSpec,
    *,
    budget_bytes: int,
    folder: Path,
    name: str,
    on_disk: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """All clips of a split, float32 `(n, samples)`, in the order of `examples`.

    Args:
        examples: the clips.
        spec: what the network takes.
        budget_bytes: the largest array to hold in memory; a larger one is a file that a later call
            with the same clips and the same spec uses again.
        folder: where the file goes; made only if needed.
        name: of the split; other files of this name in `folder` are stale and removed.
        on_disk: whether a file may be written; else what has no room is made when it is asked for.
        progress: called with (clips read, clips in all).

    Raises:
        DataError: naming a file that cannot be read.
    """

    shape = (len(examples), *spec.shape)
    if not on_disk and math.prod(shape) * np.dtype(np.float32).itemsize > budget_bytes:
        maker = SoundRows(examples.clips, spec)
        return as_array(StreamedArray(maker, shape, np.float32, kept_bytes=budget_bytes))

    def fill(sounds: np.ndarray) -> None:
        def read(place: int) -> None:
            sounds[place] = load_sound(examples.clips[place], spec)

        in_threads(read, len(examples), progress)

    return cached_array(
        shape,
        np.float32,
        fill=fill,
        key=lambda: _key(examples, spec),
        budget_bytes=budget_bytes,
        folder=folder,
        name=name,
    )


@dataclass(frozen=True)
class SoundRows:
    """Makes the samples of sounds, see `streamed.RowMaker`.

    Attributes:
        clips: of a split.
        spec: what the network takes.
    """

    clips: Sequence[Clip]
    spec: SoundSpec
    releases: ClassVar[bool] = True

    def read(self, row: int) -> Clip:
        """Where the sound is."""
        return self.clips[row]

    def make(self, row: int, stored: Clip) -> np.ndarray:
        """Its samples, float32 `(samples,)`.

        Raises:
            DataError: naming a file that cannot be read.
        """
        return load_sound(stored, self.spec)

    def stored(self) -> None:
        """Each is a file, or a part of one."""


def _key(examples: SoundExamples, spec: SoundSpec) -> str:
    """Changes whenever a clip, its file or the spec does."""
    digest = hashlib.sha256(repr(sorted(spec.to_dict().items())).encode())
    for clip in examples.clips:
        status = clip.path.stat()
        digest.update(os.fsencode(clip.path.absolute()))
        part = f"{clip.start} {clip.end} {clip.gain}"
        digest.update(f"\0{part} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
