"""The products that all attention shares, against plain ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kerasapps.layers import attention_heads
from kerasapps.layers.attention_heads import AttentionHeads
from tests.layers import plain
from tests.layers.check_layer import check_policies
from tests.values import defaults_of

TOKENS = plain.random(2, 5, 8)
MASK = np.array([[True] * 5, [True, True, True, False, False]])
BIAS = plain.random(1, 2, 5, 5, seed=2)


def built(heads: int = 2, **options: Any) -> AttentionHeads:
    layer = AttentionHeads(heads, **options)
    layer.build(TOKENS.shape)
    plain.scatter_weights(layer)
    return layer


@pytest.mark.parametrize("key_dim", [None, 3])
@pytest.mark.parametrize("mask", [None, MASK])
@pytest.mark.parametrize("bias", [None, BIAS])
def test_values(key_dim: int | None, mask: np.ndarray | None, bias: np.ndarray | None) -> None:
    layer = built(key_dim=key_dim)
    allowed = None if mask is None else mask[:, None, None, :]
    expected = plain.self_attend(TOKENS, layer, allowed=allowed, bias=bias)
    np.testing.assert_allclose(layer.attend(TOKENS, mask=mask, bias=bias), expected, atol=1e-5)
    assert layer.qkv.units == 3 * 2 * (key_dim or 4) and layer.project.units == 8


def test_heads_are_moved_to_the_front_and_back() -> None:
    layer = built()
    split = np.asarray(layer.heads(TOKENS))
    np.testing.assert_array_equal(split, TOKENS.reshape(2, 5, 2, 4).transpose(0, 2, 1, 3))
    step = np.asarray(layer.heads(TOKENS[:, :1]))
    np.testing.assert_array_equal(step, split[:, :, :1])
    for length in (1, 2, 3):
        tokens = TOKENS[:, :length]
        np.testing.assert_allclose(
            layer.attend(tokens), plain.self_attend(tokens, layer), atol=1e-5
        )
    one = layer.attend(TOKENS[:, :1])  # who looks at itself alone gathers its own value
    value = np.split(plain.dense(TOKENS[:, :1], layer.qkv), 3, axis=-1)[2]
    np.testing.assert_allclose(one, plain.dense(value, layer.project), atol=1e-5)


def test_weights_are_shares_of_what_may_be_looked_at() -> None:
    layer = built()
    query, key, value = layer.query_key_value(TOKENS)
    _, weights = layer.mix(query, key, value, allowed=MASK[:, None, None, :])
    weights = np.asarray(weights)
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-5)
    assert weights.shape == (2, 2, 5, 5) and weights[1, :, :, 3:].max() < 1e-9
    # A score that int8 has a useful step for: not minus infinity.
    assert attention_heads._MASKED_SCORE == -30


def test_dropout_is_of_the_weights_and_in_training_alone() -> None:
    layer = built(dropout=0.5)
    query, key, value = layer.query_key_value(TOKENS)
    _, calm = layer.mix(query, key, value)
    mixed, weights = layer.mix(query, key, value, training=True)
    np.testing.assert_array_equal(weights, calm)  # before dropout
    other = layer.mix(query, key, value, training=True)[0]
    assert np.abs(np.asarray(mixed) - np.asarray(other)).max() > 1e-3
    again = layer.attend(TOKENS, training=True)
    assert np.abs(np.asarray(again) - np.asarray(layer.attend(TOKENS))).max() > 1e-3
    assert layer.drop.rate == 0.5


def test_the_configuration_and_what_is_refused() -> None:
    config = AttentionHeads(2, key_dim=3, dropout=0.1).get_config()
    own = {name: config[name] for name in ("num_heads", "key_dim", "dropout")}
    assert own == {"num_heads": 2, "key_dim": 3, "dropout": 0.1}
    with pytest.raises(ValueError, match="3 heads do not divide 8 channels"):
        built(3)
    assert built(3, key_dim=2).supports_masking
    assert built().compute_output_shape((2, 5, 8)) == (2, 5, 8)
    defaults = {"key_dim": None, "dropout": 0.0}
    assert defaults_of(attention_heads) == {"MultiHead": defaults, "AttentionHeads": defaults}
    check_policies(built(dtype="mixed_bfloat16"))
