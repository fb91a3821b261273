from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.models import TranslatorShape
from kerasapps.models.seq2seq_lstm import lstm_attention, lstm_luong
from kerasapps.models.seq2seq_transformer import transformer_base, transformer_tiny
from tests.models.check_translator import (
    APART,
    DEEP,
    SHAPE,
    Builder,
    check_learns,
    check_mixed_precision,
    check_options,
    check_padding,
    check_saving,
    check_steps,
    lively,
    pairs,
)

BUILDERS = [transformer_tiny, lstm_attention]


@pytest.mark.parametrize("build", [*BUILDERS, lstm_luong])
def test_step_by_step_is_the_whole_target(build: Builder) -> None:
    check_steps(build)


@pytest.mark.parametrize(
    "change",
    [
        {"norm": "post", "positions": "learned"},
        {"source_vocabulary": 40, "joint": False, "tied": False},
    ],
)
def test_transformers_of_every_kind_agree_with_their_steps(change: dict[str, object]) -> None:
    check_steps(transformer_tiny, dataclasses.replace(DEEP, **change))


@pytest.mark.parametrize("build", BUILDERS)
def test_padding_and_the_rest_of_the_batch_change_nothing(build: Builder) -> None:
    check_padding(build)


@pytest.mark.parametrize(
    "build",
    [BUILDERS[0], *(pytest.param(each, marks=pytest.mark.slow) for each in BUILDERS[1:])],
)
def test_learns_in_a_graph(build: Builder) -> None:
    check_learns(build)


@pytest.mark.parametrize("build", BUILDERS)
def test_options_change_the_network(build: Builder) -> None:
    check_options(build)


@pytest.mark.parametrize("build", BUILDERS)
def test_is_saved_and_computes_in_mixed_precision(build: Builder, tmp_path: Path) -> None:
    check_saving(build, tmp_path)
    check_mixed_precision(build)


def test_norms_and_positions_are_as_asked() -> None:
    networks = [
        transformer_tiny(dataclasses.replace(SHAPE, norm=norm, positions=positions))
        for norm, positions in (("pre", "sinusoidal"), ("post", "sinusoidal"), ("pre", "learned"))
    ]
    pre, post, learned = (len(network.weights) for network in networks)
    # Pre-norm needs one more norm behind each stack; learnt positions are two tables.
    assert (pre - post, learned - pre) == (4, 2)
    assert {block.norm for block in networks[1].encoder + networks[1].decoder} == {"post"}


def test_recurrent_networks_refuse_what_they_have_not() -> None:
    with pytest.raises(ConfigError, match="no layer norms: omit norm"):
        lstm_attention(dataclasses.replace(SHAPE, norm="pre"))
    with pytest.raises(ConfigError, match="omit positions"):
        lstm_attention(dataclasses.replace(SHAPE, positions="learned"))


def test_the_unrolled_twin_is_the_same_network() -> None:
    network = lively(lstm_attention(SHAPE))
    twin = network.for_export()
    assert [weight.path for weight in twin.weights] == [weight.path for weight in network.weights]
    np.testing.assert_allclose(twin(pairs()), network(pairs()), atol=1e-5)
    transformer = transformer_tiny(SHAPE)
    assert transformer.for_export() is transformer


def test_sizes_are_the_published_ones() -> None:
    shape = dataclasses.replace(SHAPE, width=1.0, depth=1.0)
    tiny = transformer_tiny(shape)
    assert (len(tiny.encoder), len(tiny.decoder), tiny.embedding.dimensions) == (4, 4, 128)
    assert (tiny.encoder[0].expand.units, tiny.encoder[0].num_heads) == (256, 4)
    # Attention 4 · 128² + 4 · 128, perceptron 2 · 128 · 256 + 384, norms of 256 each.
    attention, perceptron, norm = 4 * 128**2 + 4 * 128, 2 * 128 * 256 + 384, 256
    encoder = attention + perceptron + 2 * norm
    decoder = 2 * attention + perceptron + 3 * norm
    assert tiny.count_params() == 50 * 128 + 4 * (encoder + decoder) + 2 * norm
    wide = transformer_base(dataclasses.replace(shape, depth=1 / 6)).encoder[0]
    assert (wide.num_heads, wide.expand.units) == (8, 2048)


def test_impossible_shapes_are_refused() -> None:
    with pytest.raises(ConfigError, match="source_vocabulary=50 and target_vocabulary=60"):
        dataclasses.replace(APART, joint=True)
    with pytest.raises(ConfigError, match="max_target must be at least 2, got 1"):
        dataclasses.replace(SHAPE, max_target=1)
    assert TranslatorShape(**dataclasses.asdict(SHAPE)) == SHAPE
