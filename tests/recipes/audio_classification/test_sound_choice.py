from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import ModelConfig, TrainConfig
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.audio_classification.network import NetworkBuilder
from kerasapps.recipes.audio_classification.sound_choice import choose_sound_spec, stream_chunk

NO_SPLITS: Any = None  # the options say all


@pytest.mark.parametrize(
    ("rate", "options", "chunk"),
    [
        (16_000, {}, 320),
        (11_025, {}, 2 * 112),  # whose hops are no whole number of samples
        (8000, {"stream_ms": 100}, 800),
        (16_000, {"hop_ms": 15.0}, 240),
    ],
)
def test_a_stream_is_heard_in_whole_hops_and_a_clip_is_whole_chunks(
    rate: int, options: dict[str, Any], chunk: int
) -> None:
    audio = AudioConfig(streaming=True, sample_rate=rate, clip_seconds=0.7, **options)
    spec = choose_sound_spec(audio, NO_SPLITS)
    assert stream_chunk(audio, rate) == chunk
    assert spec.samples % chunk == 0 and 0.7 <= spec.seconds < 0.75 + chunk / rate


def test_chunks_that_a_network_cannot_hear_are_refused_before_it_is_trained() -> None:
    audio = AudioConfig(streaming=True, sample_rate=8000, clip_seconds=0.4, mels=16)
    spec = choose_sound_spec(audio, NO_SPLITS)
    model = ModelConfig(model="ds_cnn", width=0.125, depth=0.25)
    build = NetworkBuilder.of(model, audio, spec, outputs=2, train=TrainConfig())
    build.check_streams(chunk=160)
    with pytest.raises(ConfigError, match="A chunk of 80 samples is too short"):
        build.check_streams(chunk=80)


def test_networks_that_learn_from_parts_hear_what_one_of_all_sounds_hears() -> None:
    every = SimpleNamespace(seconds=[0.5, 0.6, 1.4, 1.4])
    part: Any = SimpleNamespace(basis=every, train=SimpleNamespace(seconds=[0.5, 0.6]))
    assert choose_sound_spec(AudioConfig(sample_rate=8000), part).seconds == pytest.approx(1.4)
