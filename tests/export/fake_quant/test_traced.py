"""A graph that is run operation by operation says and learns what the network does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.export.fake_quant.traced import TracedNetwork, _summed
from tests.export.fake_quant.conftest import LENGTH, TOKENS


def gradients(run: Any, model: keras.Model, inputs: np.ndarray) -> list[Any]:
    values = [each.value for each in model.trainable_variables]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(run(inputs) ** 2)
    return [tf.convert_to_tensor(each) for each in tape.gradient(loss, values)]


@pytest.mark.parametrize("name", ["convolutions", "attention"])
def test_it_answers_and_learns_as_the_network(
    name: str, request: pytest.FixtureRequest, pictures: np.ndarray
) -> None:
    model = request.getfixturevalue(name)
    ids = np.random.default_rng(0).integers(0, TOKENS, (3, LENGTH))
    inputs = pictures[:3].astype(np.float32) if name == "convolutions" else ids
    traced = TracedNetwork(model)

    np.testing.assert_allclose(traced.run(inputs), model(inputs), rtol=1e-5, atol=1e-5)
    expected = gradients(lambda x: model(x, training=False), model, inputs)
    for mine, theirs in zip(gradients(traced.run, model, inputs), expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("equation", "place", "axes"),
    [
        ("abc,cde->abde", 1, [-3]),
        ("abcd,cde->abe", 1, [-3, -2]),
        ("abcd,cde->abe", 0, [-2, -1]),
        ("...x,xy->...y", 1, [-2]),
    ],
)
def test_an_einsum_sums_over_what_it_does_not_give(
    equation: str, place: int, axes: list[int]
) -> None:
    assert _summed(equation, place) == axes


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        # The logits; queries, keys, values and what comes of them, for both heads at once.
        ("attention", [((16, 4), (-2,)), *[((16, 16), (-2,))] * 4]),
        ("convolutions", [((3, 3, 3, 8), (0, 1, 2)), ((3, 3, 8, 1), (0, 1)), ((8, 4), (-2,))]),
    ],
)
def test_weights_are_found_with_the_axes_that_a_product_sums_over(
    name: str, weights: Any, request: pytest.FixtureRequest, pictures: np.ndarray
) -> None:
    model = request.getfixturevalue(name)
    inputs = pictures[:1].astype(np.float32) if name == "convolutions" else np.zeros((1, LENGTH))
    found: list[tuple[Sequence[int], Sequence[int]]] = []

    def look(name: str, weights: Any, summed: Sequence[int]) -> Any:
        found.append((tuple(weights.shape), tuple(summed)))
        return weights

    TracedNetwork(model).run(inputs, on_weight=look)

    assert sorted(found) == sorted(weights)


def test_a_loop_is_refused_in_a_sentence() -> None:
    taken = keras.Input((5, 3))
    model = keras.Model(taken, keras.layers.LSTM(4)(taken), name="memory")
    with pytest.raises(ConfigError, match="memory computes in a loop"):
        TracedNetwork(model)
