"""Noise of the data that is mixed into training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kerasapps.data.sounds.examples import Clip, SoundExamples
from kerasapps.preprocess import SoundAugmentation
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.recipes.audio_classification import augmentation
from kerasapps.recipes.audio_classification.augmentation import noise_for
from tests.data.sound_samples import RATE, sound, write_sound


def test_so_much_noise_is_held_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [write_sound(tmp_path / f"{n}.wav", sound(n, seconds=0.5)) for n in range(3)]
    files.append(tmp_path / "never opened.wav")
    examples = SoundExamples([], np.zeros(0, np.int64), noise=[Clip(each) for each in files])
    monkeypatch.setattr(augmentation, "MOST_NOISE", 1.2)
    bank = noise_for(SoundAugmentation(noise=0.5), examples, SoundSpec(rate=RATE, samples=400))
    assert bank is not None and bank.shape == (1.2 * RATE,)
    np.testing.assert_allclose(bank[:4000], sound(0, seconds=0.5), atol=1e-4)
    np.testing.assert_allclose(bank[8000:], sound(2, seconds=0.5)[:1600], atol=1e-4)
