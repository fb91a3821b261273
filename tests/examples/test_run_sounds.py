"""Sounds in other people's hands: the script has the samples and the answers of `load_bundle`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

import kerasapps
from kerasapps.preprocess.sounds.load import windows_of
from kerasapps.preprocess.sounds.spec import SoundSpec
from tests.examples.scripts import (
    check_agrees,
    check_labels,
    functions_of,
    plain_bundle,
    run_script,
)
from tests.recipes.audio_classification.tones import tone


def test_sounds_are_answered_as_by_the_bundle(
    heard: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("high.wav", "low.flac", "long.wav")]
    sounds = (("high", 0.2, 4000), ("low", 0.7, 11025), ("middle", 2.9, 16000))
    for file, (label, seconds, rate) in zip(files, sounds, strict=True):
        soundfile.write(file, tone(label, 7, seconds=seconds, rate=rate), rate)
    answers = kerasapps.load_bundle(heard.bundle_dir).predict(files)
    lines = run_script("run_sounds", heard.bundle_dir, *files)
    check_labels(lines, [(each.label, each.score) for each in answers])
    assert check_agrees("run_sounds", heard.bundle_dir)


@pytest.mark.parametrize("fit", ["centre", "start"])
def test_odd_sounds_have_the_same_samples(fit: str, tmp_path: Path) -> None:
    spec = SoundSpec.from_dict({"rate": 8000, "samples": 4001, "fit": fit})
    bundle = plain_bundle(tmp_path / "bundle", spec.explained())
    prepare = functions_of("run_sounds", bundle)["prepare"]
    draw = np.random.default_rng(0)
    for rate in (8000, 11025, 44100):
        for seconds in (0.01, 0.5, 0.6, 1.0, 1.1, 1.26, 2.0, 2.77):
            for channels in (1, 2):
                file = tmp_path / "odd.wav"
                soundfile.write(file, draw.normal(0, 0.6, (int(seconds * rate), channels)), rate)
                expected = np.stack([each.samples for each in windows_of(file, spec)])
                said = f"{rate} {seconds} {channels}"
                np.testing.assert_allclose(prepare(file), expected, atol=1e-6, err_msg=said)
