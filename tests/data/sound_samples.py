"""Tiny sounds for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.examine import examine
from kerasapps.data.sounds import steps
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.encode import wav_bytes
from kerasapps.data.sounds.examples import SoundSplits

RATE = 8000


def sound(number: int, *, seconds: float = 0.05, level: float = 0.3) -> np.ndarray:
    """Noise of its own for each number, float32 `(samples,)`."""
    noise = np.random.default_rng(number).uniform(-level, level, round(seconds * RATE))
    return (noise - noise.mean()).astype(np.float32)


def write_sound(path: Path, samples: np.ndarray | int, *, rate: int = RATE) -> Path:
    """A WAV file of 16 bits; of a number its own noise."""
    values = sound(samples) if isinstance(samples, int) else samples
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_bytes(np.rint(values * 32767).astype(np.int16), rate=rate))
    return path


def write_folder(root: Path, labels: tuple[str, ...] = ("no", "yes"), *, each: int = 8) -> Path:
    """A folder per class with files of their own, each named after one of four speakers."""
    for place, label in enumerate(labels):
        for number in range(each):
            name = f"{'abcd'[number % 4]}_{number}.wav"
            write_sound(root / label / name, 100 * place + number)
    return root


def examine_sounds(
    data: Any, work: Path, *, load: LoadConfig = LoadConfig(), **options: Any
) -> tuple[Audit, SoundSplits | None]:
    """The audit and splits of some data."""
    audio = AudioConfig(**options)
    return examine(steps, data, options=audio, config=load, seed=0, work_dir=work)


def split_sounds(data: Any, work: Path, **options: Any) -> SoundSplits:
    """The splits of data that can be used."""
    audit, splits = examine_sounds(data, work, **options)
    assert splits is not None, audit.errors
    return splits
