"""How the options say that sounds are changed in training."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.examples import SoundExamples
from kerasapps.preprocess.sounds.augmentation import (
    SOUND_PRESETS,
    SoundAugmentation,
    noise_bank,
)
from kerasapps.preprocess.sounds.load import open_sound
from kerasapps.preprocess.sounds.spec import SoundSpec

STRIPES = {"none": 0, "light": 0, "strong": 2}
"""Preset → stripes of frames, and as many of bands, that are hidden."""

MOST_NOISE = 600.0
"""Seconds of the data's noise that are in memory: a graph holds 2 GB of it at most."""


def resolve_augmentation(audio: AudioConfig) -> SoundAugmentation:
    """The preset with the fields that are set put over it."""
    names = [field.name for field in fields(SoundAugmentation)]
    asked = {name: getattr(audio, name) for name in names if getattr(audio, name) is not None}
    return replace(SOUND_PRESETS[audio.augment], **asked)


def hidden_stripes(audio: AudioConfig) -> int:
    """Stripes of frames, and as many of bands, that are hidden in training."""
    return STRIPES[audio.augment] if audio.specaugment is None else audio.specaugment


def noise_for(
    change: SoundAugmentation, examples: SoundExamples, spec: SoundSpec
) -> np.ndarray | None:
    """Noise to be mixed in, float32 `(n,)`: of the data, or made; None where none is mixed in."""
    if not change.noise:
        return None
    recordings: list[np.ndarray] = []
    left = round(MOST_NOISE * spec.rate)
    for clip in examples.noise:  # pieces of every recording, in an order that the seed drew
        if left <= 0:
            break
        recordings.append(open_sound(clip, spec.rate)[:left])
        left -= len(recordings[-1])
    return noise_bank(recordings, rate=spec.rate, samples=spec.samples)
