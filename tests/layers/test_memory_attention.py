"""What a query gathers from a memory, against plain products."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers import MemoryAttention, memory_attention
from tests.layers import plain
from tests.layers.check_layer import check_config, check_policies
from tests.values import defaults_of

KINDS = ["bahdanau", "luong"]
QUERY, MEMORY = plain.random(3, 5), plain.random(3, 4, 6, seed=1)
MASK = np.array([[True] * 4, [True, True, False, False], [False] * 4])


def gathered(layer: MemoryAttention, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    keys = plain.dense(MEMORY, layer.key)
    if layer.kind == "luong":
        scores = np.einsum("bsu,bu->bs", keys, QUERY)
    else:
        hidden = np.tanh(keys + plain.dense(QUERY, layer.query)[:, None])
        scores = plain.dense(hidden, layer.score)[..., 0]
    shares = np.exp(scores) * mask
    weights = shares / np.maximum(shares.sum(-1, keepdims=True), 1e-9)
    return np.einsum("bs,bsm->bm", weights, MEMORY), weights


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("units", [None, 7])
def test_values_are_those_of_the_paper(kind: str, units: int | None) -> None:
    layer = MemoryAttention(kind, units=units if kind == "bahdanau" else None)
    layer.build(QUERY.shape, MEMORY.shape)
    plain.scatter_weights(layer)
    for mask in (None, MASK):
        average, weights = gathered(layer, np.ones_like(MASK) if mask is None else mask)
        found = layer.look(QUERY, layer.read(MEMORY), MEMORY, mask)
        np.testing.assert_allclose(found[0], average, atol=1e-5)
        np.testing.assert_allclose(found[1], weights, atol=1e-5)
        np.testing.assert_allclose(layer(QUERY, MEMORY, memory_mask=mask), average, atol=1e-5)
    assert layer.compute_output_shape(QUERY.shape, MEMORY.shape) == (3, 6)


@pytest.mark.parametrize("kind", KINDS)
def test_its_parts(kind: str) -> None:
    layer = MemoryAttention(kind, dtype="mixed_bfloat16")
    layer.build(QUERY.shape, MEMORY.shape)
    names = {weight.path.split("/", 1)[-1]: tuple(weight.shape) for weight in layer.weights}
    perceptron = {"key/bias": (5,), "query/kernel": (5, 5), "score/kernel": (5, 1)}
    assert names == {"key/kernel": (6, 5)} | (perceptron if kind == "bahdanau" else {})
    check_policies(layer)


def test_the_configuration_and_what_is_refused() -> None:
    config = MemoryAttention("bahdanau", units=3).get_config()
    assert (config["kind"], config["units"]) == ("bahdanau", 3)
    assert MemoryAttention.from_config(MemoryAttention("luong").get_config()).kind == "luong"
    check_config(MemoryAttention("bahdanau", units=3))
    with pytest.raises(ValueError, match=r"one of \('bahdanau', 'luong'\), got 'dot'"):
        MemoryAttention("dot")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="a product has none"):
        MemoryAttention("luong", units=4)
    defaults = {"MemoryAttention": {"kind": "bahdanau", "units": None}}
    assert defaults_of(memory_attention) == defaults
