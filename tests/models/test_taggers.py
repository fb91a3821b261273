"""Taggers from words and characters to scores of tags."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import keras
import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.models import bilstm_crf, cnn_crf, transformer_tagger
from kerasapps.models.tagger_common import crf_of
from tests.models.check_tagger import (
    SHAPE,
    Builder,
    check_export,
    check_mixed_precision,
    check_options,
    check_padding,
    check_saving,
    check_training,
)

BUILDERS = [bilstm_crf, cnn_crf, transformer_tagger]


@pytest.mark.parametrize("build", BUILDERS)
def test_padding_and_the_rest_of_the_batch_change_nothing(build: Builder) -> None:
    check_padding(build)


@pytest.mark.parametrize("build", BUILDERS)
def test_the_exported_twin_agrees_at_every_length(build: Builder, tmp_path: Path) -> None:
    check_export(build, tmp_path)


@pytest.mark.parametrize("build", BUILDERS)
def test_options_change_the_model(build: Builder) -> None:
    check_options(build)


@pytest.mark.parametrize("build", BUILDERS)
def test_trains_is_saved_and_computes_in_mixed_precision(build: Builder, tmp_path: Path) -> None:
    check_training(build)
    check_saving(build, tmp_path)
    check_mixed_precision(build)


def test_a_kernel_looks_at_more_words() -> None:
    sizes = [
        cnn_crf(dataclasses.replace(SHAPE, kernel=kernel)).count_params() for kernel in (None, 5)
    ]
    assert sizes[0] < sizes[1]


def test_vectors_of_words_are_taken() -> None:
    vectors = np.random.default_rng(0).normal(size=(SHAPE.words, 7)).astype(np.float32)
    network = bilstm_crf(dataclasses.replace(SHAPE, vectors=vectors))
    np.testing.assert_array_equal(network.get_layer("embedding").get_weights()[0], vectors)


def test_an_export_needs_a_length() -> None:
    with pytest.raises(ConfigError, match=r"give TaggerShape\.length"):
        dataclasses.replace(SHAPE, for_export=True)


def test_a_network_without_a_chain_has_none() -> None:
    inputs = keras.Input((3,))
    assert crf_of(keras.Model(inputs, keras.layers.Dense(2)(inputs))) is None
