"""Sounds as the parts of a training that judge and export see them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.recipes.audio_classification.train import SoundReading


def test_samples_on_disk_stay_there() -> None:
    splits: Any = SimpleNamespace(train=object(), validation=object(), test=object())
    inputs: Any = SimpleNamespace(test=np.zeros((4, 10), np.float32))
    build: Any = None
    reading = SoundReading(SoundSpec(rate=10, samples=10), splits, inputs, build)
    assert reading.raw(splits.test) is inputs.test
