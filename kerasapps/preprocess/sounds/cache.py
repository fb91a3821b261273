"""Every sound of a split is read and resampled once, into memory or into a file on disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kerasapps.preprocess.cache import cached_array, in_threads
from kerasapps.preprocess.sounds.load import load_sound
from kerasapps.preprocess.sounds.spec import SoundSpec

if TYPE_CHECKING:
    from kerasapps.data.sounds.examples import SoundExamples


def read_all(
    examples: SoundExamples,
    spec: SoundSpec,
    *,
    budget_bytes: int,
    folder: Path,
    name: str,
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
        progress: called with (clips read, clips in all).

    Raises:
        DataError: naming a file that cannot be read.
    """

    def fill(sounds: np.ndarray) -> None:
        def read(place: int) -> None:
            sounds[place] = load_sound(examples.clips[place], spec)

        in_threads(read, len(examples), progress)

    return cached_array(
        (len(examples), *spec.shape),
        np.float32,
        fill=fill,
        key=lambda: _key(examples, spec),
        budget_bytes=budget_bytes,
        folder=folder,
        name=name,
    )


def _key(examples: SoundExamples, spec: SoundSpec) -> str:
    """Changes whenever a clip, its file or the spec does."""
    digest = hashlib.sha256(repr(sorted(spec.to_dict().items())).encode())
    for clip in examples.clips:
        status = clip.path.stat()
        digest.update(os.fsencode(clip.path.absolute()))
        part = f"{clip.start} {clip.end} {clip.gain}"
        digest.update(f"\0{part} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
