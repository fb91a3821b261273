from __future__ import annotations

import pytest

from kerasapps.layers import InceptionModule
from tests.layers.check_layer import check_layer


def test_inception_module() -> None:
    check_layer(InceptionModule(16), (2, 5, 6, 3), output_shape=(2, 5, 6, 16))


def test_branches_have_the_shares_of_googlenet() -> None:
    branches = InceptionModule(256).branches
    assert [branch[-1].filters for branch in branches] == [64, 128, 32, 32]


@pytest.mark.parametrize("filters", [0, 4, 12])
def test_refuses_filters(filters: int) -> None:
    with pytest.raises(ValueError, match="multiple of 8"):
        InceptionModule(filters)
