"""Sounds that travel with a bundle: small files of what the model takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kerasapps.deploy.worked import EXAMPLES_FOLDER
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.recipes.audio_classification.player import flac_of
from kerasapps.workflow.samples import Sample

MOST_BYTES = 17_000  # of a file


def write_samples(inputs: Sequence[np.ndarray], spec: SoundSpec, folder: Path) -> list[Sample]:
    """Writes sounds into a bundle's folder; of those that are too large the first part.

    Args:
        inputs: samples as the model takes them, float32 `(samples,)` each.
        spec: what the model takes.
        folder: of the bundle.
    """
    (folder / EXAMPLES_FOLDER).mkdir(exist_ok=True)
    samples = []
    for number, sound in enumerate(inputs, start=1):
        name = f"{EXAMPLES_FOLDER}/{number}.flac"
        (folder / name).write_bytes(_small(sound, spec.rate))
        samples.append(Sample(name, folder / name))
    return samples


def _small(sound: np.ndarray, rate: int) -> bytes:
    while True:
        encoded = flac_of(sound, rate)
        if len(encoded) <= MOST_BYTES or len(sound) <= rate // 4:
            return encoded
        sound = sound[: len(sound) * 3 // 4]
