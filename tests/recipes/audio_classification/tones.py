"""Tiny sounds: tones of classes, each at a pitch and a loudness of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

RATE = 4000
PITCHES = {"high": 900.0, "low": 200.0, "middle": 440.0}


def tone(label: str, number: int, *, seconds: float = 0.3, rate: int = RATE) -> np.ndarray:
    """Samples of a tone of a class, float32 `(samples,)`."""
    draw = np.random.default_rng(number)
    times = np.arange(round(seconds * rate)) / rate
    pitch = PITCHES[label] * draw.uniform(0.95, 1.05)
    loudness = draw.uniform(0.2, 0.8)
    samples = loudness * np.sin(2 * np.pi * (pitch * times + draw.uniform()))
    return (samples + draw.normal(0, 0.01, len(times))).astype(np.float32)


def write_tones(folder: Path, *, per_class: int, rate: int = RATE) -> Path:
    """A folder of WAV files for each class."""
    for place, label in enumerate(PITCHES):
        (folder / label).mkdir(parents=True)
        for number in range(per_class):
            samples = tone(label, 1000 * place + number, rate=rate)
            soundfile.write(folder / label / f"{number}.wav", samples, rate)
    return folder
