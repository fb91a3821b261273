from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.errors import ConfigError
from kerasapps.models.ft_transformer import ft_transformer
from kerasapps.models.tabular_common import TabularShape
from kerasapps.models.tabular_linear import tabular_linear
from kerasapps.models.tabular_mlp import tabular_mlp
from kerasapps.models.tabular_resnet import tabular_resnet
from tests.models.check_tabular_model import (
    SHAPE,
    Builder,
    check_export,
    check_inputs,
    check_learning,
    check_options,
    check_saving,
)

BUILDERS = [ft_transformer, tabular_linear, tabular_mlp, tabular_resnet]


@pytest.mark.parametrize("build", BUILDERS)
def test_every_column_counts_and_no_other_row(build: Builder) -> None:
    check_inputs(build)


@pytest.mark.parametrize("build", BUILDERS)
def test_options_change_the_model(build: Builder) -> None:
    plain = build is tabular_linear
    check_options(build, depth=not plain, bins=not plain)


@pytest.mark.parametrize("build", BUILDERS)
def test_is_saved_and_computes_in_mixed_precision(build: Builder, tmp_path: Path) -> None:
    check_saving(build, tmp_path)


@pytest.mark.parametrize("build", BUILDERS)
def test_learns_what_it_can(build: Builder) -> None:
    check_learning(build, together=build is not tabular_linear)


@pytest.mark.parametrize("build", BUILDERS)
def test_files_of_builtin_operations_agree(build: Builder, tmp_path: Path) -> None:
    check_export(build, tmp_path)


def test_sizes_are_as_documented() -> None:
    shape = TabularShape(numbers=3, categories=(4, 7), outputs=2)
    assert tabular_mlp(shape).get_layer("hidden2").units == 256
    assert tabular_resnet(shape).get_layer("block2_wide").units == 256
    assert ft_transformer(shape).get_layer("pool").output.shape == (None, 64)
    assert tabular_linear(shape).count_params() == 3 * 2 + 2 + 11 * 2


def test_refuses_nothing_to_look_at() -> None:
    with pytest.raises(ConfigError, match="got 0 numbers, 0 categories and 2 outputs"):
        TabularShape(numbers=0, categories=(), outputs=2)
    assert SHAPE.dropout is None
