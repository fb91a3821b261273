"""Blocks are taken apart where all that is in them is known, and stay whole where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import pytest

from kerasapps.export.pruning.unfold import unfold


class Residual(keras.layers.Layer):
    """A dense layer and another kind of layer beside it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.dense = keras.layers.Dense(3, name="inner")
        self.bent = keras.layers.Activation("relu", name="bent")

    def build(self, shape: Any) -> None:
        self.dense.build(shape)
        self.built = True

    def call(self, x: Any) -> Any:
        return x + self.bent(self.dense(x))


def network() -> keras.Model:
    taken = keras.Input((3,))
    x = keras.layers.Dense(3, name="first")(taken)
    return keras.Model(taken, keras.layers.Dense(2, name="last")(Residual(name="block")(x)))


def knows(*unknown: type) -> Callable[[Any], bool]:
    return lambda operation: not isinstance(operation, (Residual, *unknown))


def test_a_block_is_the_layers_that_it_is_made_of() -> None:
    found = unfold(network(), is_known=knows())
    assert found is not None
    names = [each.name for each in found.steps]
    assert names[0] == "first" and names[-1] == "last"
    assert names[1:3] == ["block_inner", "block_bent"] and len(names) == 5
    inner, bent = found.steps[1:3]
    assert bent.inputs[0] is inner.outputs[0]
    assert inner.inputs[0] is found.steps[0].outputs[0]


@pytest.mark.parametrize("unknown", [keras.layers.Dense, keras.layers.Activation])
def test_a_block_that_holds_one_unknown_layer_stays_whole(unknown: type) -> None:
    found = unfold(network(), is_known=knows(unknown))
    assert found is not None
    assert [each.name for each in found.steps] == ["first", "block", "last"]


def test_what_is_no_graph_of_layers_has_no_steps() -> None:
    plain = keras.Sequential([keras.layers.Dense(2)])
    assert unfold(plain, is_known=knows()) is None
