"""Networks that translate: what is asked for reaches the builder."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from kerasapps.config import ModelConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.translation.architectures import ARCHITECTURES, build_translator
from tests.models.check_translator import SHAPE


def test_there_are_those_of_old_and_new() -> None:
    assert ARCHITECTURES.names == (
        "lstm_attention", "lstm_luong", "transformer", "transformer_base", "transformer_small",
    )  # fmt: skip
    assert isinstance(ARCHITECTURES.known, MappingProxyType) and ARCHITECTURES.preset is None
    for name, each in ARCHITECTURES.known.items():
        config = ModelConfig(model=name, width=0.25, depth=0.2)
        assert build_translator(config, SHAPE).name == name
        assert each.training["learning_rate"] > 0 and 0 < each.training["warmup"] < 1
        assert each.limits["batch_tokens"] >= 512


def test_width_and_depth_are_the_configs_and_rates_the_networks() -> None:
    tiny = ModelConfig(model="transformer_base", width=0.2, depth=0.1)
    network = build_translator(tiny, SHAPE)
    assert (network.shape.width, network.shape.depth) == (0.2, 0.1)
    assert network.drop.rate == 0.1 and ARCHITECTURES.find(tiny.model).defaults == {"dropout": 0.1}


def test_unknown_names_presets_and_kernels_are_refused() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'transformer_base'"):
        ARCHITECTURES.find("transformer_bas")
    with pytest.raises(ConfigError, match="'preset:any' is not known"):
        ARCHITECTURES.find("preset:any")
    with pytest.raises(ConfigError, match="transformer has no choice of kernels: leave kernel out"):
        build_translator(ModelConfig(model="transformer", kernel=5), SHAPE)
