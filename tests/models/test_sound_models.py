from __future__ import annotations

import dataclasses
from pathlib import Path

import keras
import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.models import (
    audio_transformer,
    bc_resnet,
    crnn,
    ds_cnn,
    matchbox,
    sound_mlp,
)
from tests.models.check_sound_model import (
    SHAPE,
    Builder,
    check_export,
    check_logits,
    check_mixed_precision,
    check_options,
    check_saving,
    check_stream,
    sounds,
)

BUILDERS = [audio_transformer, bc_resnet, crnn, ds_cnn, matchbox, sound_mlp]
# The rest repeats at length what these show with few operations.
OFTEN = (ds_cnn,)
REPEATED = [
    build if build in OFTEN else pytest.param(build, marks=pytest.mark.slow) for build in BUILDERS
]
CHUNKS = {bc_resnet: 80, crnn: 160, ds_cnn: 160, matchbox: 160}


@pytest.mark.parametrize("build", BUILDERS)
def test_logits_are_those_of_each_sound(build: Builder) -> None:
    check_logits(build)


@pytest.mark.parametrize("build", REPEATED)
def test_the_file_for_phones_agrees(build: Builder, tmp_path: Path) -> None:
    check_export(build, tmp_path)


@pytest.mark.parametrize("build", REPEATED)
def test_sizes_and_features_change_the_network(build: Builder) -> None:
    check_options(build)


@pytest.mark.parametrize("build", REPEATED)
def test_is_saved_and_computes_in_mixed_precision(build: Builder, tmp_path: Path) -> None:
    check_saving(build, tmp_path)
    check_mixed_precision(build)


@pytest.mark.parametrize("build", REPEATED)
def test_a_stream_is_answered_as_the_whole_clip(build: Builder, tmp_path: Path) -> None:
    if build not in CHUNKS:
        pytest.skip("sees a whole clip at once")
    check_stream(build, tmp_path, chunk=CHUNKS[build])


@pytest.mark.parametrize("build", CHUNKS)
def test_chunks_that_do_not_fit_are_refused(build: Builder) -> None:
    causal = dataclasses.replace(SHAPE, causal=True)
    with pytest.raises(ConfigError, match="chunks of whole hops, which are 80 samples; got 100"):
        build(dataclasses.replace(causal, chunk=100))
    with pytest.raises(ConfigError, match="heard by a causal network"):
        build(dataclasses.replace(SHAPE, chunk=160))


def test_a_stride_of_frames_asks_for_longer_chunks() -> None:
    with pytest.raises(ConfigError, match="must have 2 times as many"):
        ds_cnn(dataclasses.replace(SHAPE, causal=True, chunk=80))


def test_a_clip_needs_a_frame_and_a_class() -> None:
    with pytest.raises(ConfigError, match="a clip of 80 samples at least, got 3 classes and 79"):
        ds_cnn(dataclasses.replace(SHAPE, samples=79))
    with pytest.raises(ConfigError, match="got 0 classes"):
        ds_cnn(dataclasses.replace(SHAPE, num_classes=0))


def test_a_causal_network_is_no_other_before_the_end_changes() -> None:
    """Of two clips that differ at their end only the frames before it are the same."""
    shape = dataclasses.replace(SHAPE, causal=True)
    keras.utils.set_random_seed(0)
    network = ds_cnn(shape)
    inner = network.get_layer("pointwise4_act").output
    frames = type(network)(network.input, inner)
    heard = sounds(2)
    changed = heard.copy()
    changed[:, 1280:] = 0.3
    one, other = (np.asarray(frames(each)) for each in (heard, changed))
    np.testing.assert_allclose(one[:, :8], other[:, :8], atol=1e-5)
    assert np.abs(one[:, 8:] - other[:, 8:]).max() > 1e-4


@pytest.mark.parametrize("build", [audio_transformer, sound_mlp])
def test_networks_that_see_a_whole_clip_hear_no_stream(build: Builder) -> None:
    with pytest.raises(ConfigError, match="choose ds_cnn, bc_resnet, matchbox or crnn"):
        build(dataclasses.replace(SHAPE, causal=True))
