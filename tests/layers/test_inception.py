from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers import InceptionModule, inception
from tests.layers import plain
from tests.layers.check_layer import check_layer
from tests.values import defaults_of


def test_inception_module() -> None:
    check_layer(InceptionModule(16), (2, 5, 6, 3), output_shape=(2, 5, 6, 16))


def test_branches_have_the_shares_of_googlenet() -> None:
    branches = InceptionModule(256).branches
    assert [branch[-1].filters for branch in branches] == [64, 128, 32, 32]


@pytest.mark.parametrize("filters", [0, 4, 12])
def test_refuses_filters(filters: int) -> None:
    with pytest.raises(ValueError, match="multiple of 8"):
        InceptionModule(filters)


def test_values_in_training_and_in_use() -> None:
    layer = InceptionModule(16, activation="tanh")

    def values(inputs: np.ndarray, training: bool) -> np.ndarray:
        outputs = []
        for branch in layer.branches[:3]:
            x = inputs
            for part in branch:
                x = plain.conv_block(x, part, training)
            outputs.append(x)
        pooled = plain.windows(inputs, 3, 1, fill=-np.inf).max((-2, -1))
        outputs.append(plain.conv_block(pooled, layer.branches[3][1], training))
        return np.concatenate(outputs, axis=-1)

    plain.check_values(layer, plain.random(3, 5, 6, 3), values)
    sizes = [[part.kernel_size for part in branch] for branch in layer.branches[:3]]
    assert sizes == [[1], [1, 3], [1, 3, 3]]
    filters = [[part.filters for part in branch] for branch in layer.branches[:3]]
    assert filters == [[4], [6, 8], [2, 2, 2]]
    assert layer.branches[3][1].kernel_size == 1


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(inception) == {"InceptionModule": {"activation": "relu"}}
