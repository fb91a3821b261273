"""How likely each next piece is, and what is drawn from that, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.decoding.chances import draw, log_probabilities
from kerasapps.deploy.hypotheses import FLOOR, Sampling

SHARES = [0.25, 0.1, 0.05, 0.05, 0.5, 0.05]


def test_padding_unknown_and_start_never_follow() -> None:
    logits = tf.constant([np.log(SHARES)], tf.float32) + 3
    found = log_probabilities(logits, only_end=False).numpy()[0]
    assert np.isneginf(found[:3]).all()
    np.testing.assert_allclose(found[3:], np.log(SHARES[3:]), atol=1e-5)
    found = log_probabilities(logits, only_end=tf.constant(True)).numpy()[0]
    assert np.isneginf(found[[0, 1, 2, 4, 5]]).all()
    assert found[3] == pytest.approx(np.log(0.05), abs=1e-5)


def test_what_is_impossible_or_no_number_is_on_the_floor() -> None:
    logits = tf.constant([[0, 0, 0, -1e6, 0, 0], [np.nan] * 6], tf.float32)
    found = log_probabilities(logits, only_end=False).numpy()
    assert found[0, 3] == FLOOR and (found[1, 3:] == FLOOR).all()
    assert found[0, 4] == pytest.approx(-np.log(5))


def drawn(points: list[float], **options) -> list[int]:
    chances = tf.constant([np.log([0.1, 0.4, 0.2, 0.3])] * len(points), tf.float32)
    return draw(chances, tf.constant(points, tf.float32), Sampling(**options)).numpy().tolist()


@pytest.mark.parametrize(
    ("options", "points", "expected"),
    [
        # The likeliest first: 1 up to 0.4, 3 up to 0.7, 2 up to 0.9, then 0.
        ({}, [0.0, 0.39, 0.41, 0.69, 0.71, 0.89, 0.91, 0.999], [1, 1, 3, 3, 2, 2, 0, 0]),
        ({"top_k": 1}, [0.0, 0.999], [1, 1]),
        # Of the two likeliest 4 of 7 and 3 of 7.
        ({"top_k": 2}, [0.56, 0.58, 0.999], [1, 3, 3]),
        ({"top_k": 9}, [0.91], [0]),
        # Those that reach the probability take part, and no more.
        ({"top_p": 0.39}, [0.999], [1]),
        ({"top_p": 0.5}, [0.56, 0.58, 0.999], [1, 3, 3]),
        ({"top_p": 0.75}, [0.43, 0.45, 0.77, 0.79], [1, 3, 3, 2]),
        ({"top_k": 3, "top_p": 1.0}, [0.999], [2]),
        # The roots, 0.632, 0.548, 0.447, 0.316 of 1.943; the squares, 0.16, 0.09, 0.04 of 0.3.
        ({"temperature": 2.0}, [0.31, 0.34, 0.60, 0.63, 0.82, 0.85], [1, 3, 3, 2, 2, 0]),
        ({"temperature": 0.5}, [0.52, 0.55, 0.82, 0.85, 0.95, 0.98], [1, 3, 3, 2, 2, 0]),
    ],
)
def test_points_of_the_cumulated_distribution(options, points, expected) -> None:
    assert drawn(points, **options) == expected


def test_a_point_on_an_edge_is_of_the_piece_behind_it() -> None:
    even = tf.math.log(tf.constant([[0.25] * 4] * 4))
    found = draw(even, tf.constant([0.0, 0.25, 0.5, 0.75]), Sampling()).numpy().tolist()
    assert found == [0, 1, 2, 3]


def test_pieces_without_a_chance_are_never_drawn() -> None:
    chances = tf.constant([[-np.inf, 0.0, -np.inf]])
    assert draw(chances, tf.constant([0.9999999]), Sampling()).numpy().tolist() == [1]
