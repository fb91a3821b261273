"""What all batched searches check and do in a step."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.decoding import common, graph
from kerasapps.errors import ConfigError
from tests.decoding.table_translator import TableTranslator

NETWORK = TableTranslator(0, max_target=4)


def test_pieces_are_written_at_their_place() -> None:
    ids = tf.constant([[[5, 6, 7], [8, 9, 10]]])
    found = common.write(ids, tf.constant([[1, 2]]), tf.constant(1))
    assert found.numpy().tolist() == [[[5, 1, 7], [8, 2, 10]]]


def test_each_row_picks_its_own_places() -> None:
    values = tf.constant([[10, 11, 12], [20, 21, 22]])
    assert common.pick(values, [[2, 0], [1, 1]]).numpy().tolist() == [[12, 10], [21, 21]]


@pytest.mark.parametrize(
    ("penalty", "longest", "expected"),
    [
        (0.0, None, [1, 1, 1, 1, 1]),
        (1.0, None, [1, 1, 2, 3, 4]),
        (2.0, 3, [1, 1, 4, 9]),
        (0.5, 4, [1, 1, 2**0.5, 3**0.5, 2]),
    ],
)
def test_divisors(penalty: float, longest: int | None, expected: list[float]) -> None:
    found = common.divisors_for(NETWORK, longest, length_penalty=penalty)
    np.testing.assert_allclose(found, expected)


def test_what_cannot_be_searched() -> None:
    """By default one hypothesis is kept and one is wanted."""
    with pytest.raises(ConfigError, match="n_best 2 is more than the beam keeps"):
        common.divisors_for(NETWORK, None, length_penalty=1.0, n_best=2)
    common.divisors_for(NETWORK, 4, length_penalty=1.0, beam=2, n_best=2)
    with pytest.raises(ConfigError, match="max_length 5 is more than the network writes: 4"):
        common.divisors_for(NETWORK, 5, length_penalty=1.0)
    with pytest.raises(ConfigError, match="max_length must be at least 1"):
        common.divisors_for(NETWORK, 0, length_penalty=1.0)
    with pytest.raises(ConfigError, match="length_penalty"):
        common.divisors_for(NETWORK, 4, length_penalty=-1.0)


def test_the_loop_is_told_the_shapes_of_before() -> None:
    old = (tf.zeros([2, 3]), {"a": tf.zeros([4])})
    new = (tf.ones([2, 3]), {"a": tf.ones([4])})
    found = common.as_before(new, old)
    assert found[1]["a"].numpy().tolist() == [1, 1, 1, 1]
    with pytest.raises(tf.errors.InvalidArgumentError):
        common.as_before((tf.ones([2, 4]), new[1]), old)


@pytest.mark.parametrize(
    ("search", "defaults"),
    [
        (graph.greedy, {"max_length": None, "length_penalty": 1.0, "with_attention": False}),
        (
            graph.sample,
            {"seed": None, "max_length": None, "length_penalty": 1.0, "with_attention": False},
        ),
        (graph.beam_search, {"max_length": None, "length_penalty": 1.0, "n_best": 1}),
    ],
)
def test_what_searches_do_where_nobody_says(search, defaults) -> None:
    parameters = inspect.signature(search).parameters.values()
    given = {each.name: each.default for each in parameters if each.default is not each.empty}
    assert given == defaults
