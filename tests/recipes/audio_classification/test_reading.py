"""Sounds as the parts of a training that judge and export see them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.sounds.examples import Clip, SoundExamples
from kerasapps.data.splits import Splits
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.recipes.audio_classification.train import SoundReading
from tests.data.sound_samples import RATE, sound, write_sound


def test_samples_that_were_read_are_taken_and_others_are_read(tmp_path: Path) -> None:
    clips = [Clip(write_sound(tmp_path / f"{n}.wav", sound(n, seconds=0.1))) for n in range(4)]
    train, validation, test = (
        SoundExamples(each, np.zeros(len(each), np.int64)) for each in (clips, clips[:1], clips[1:])
    )
    spec = SoundSpec(rate=RATE, samples=RATE // 10)
    inputs: Any = SoundExamples  # of training and validation nothing is asked
    inputs = type("Inputs", (), {"test": np.ones((3, spec.samples), np.float32)})
    splits: Any = Splits(("a",), train, validation, test, None, "")
    build: Any = None
    reading = SoundReading(spec, splits, inputs, build)
    assert reading.raw(test) is inputs.test
    assert reading.raw(replace(test, labels=np.ones(3))) is inputs.test  # to another question
    (other,) = reading.raw(SoundExamples(clips[2:3], np.zeros(1, np.int64)))
    np.testing.assert_allclose(other, sound(2, seconds=0.1), atol=1e-4)
