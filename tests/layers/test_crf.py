"""The chain over tags, held against sums over all tags that short sentences could have."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.layers.crf import ConditionalRandomField
from tests.layers.check_layer import check_config, check_saving, check_shapes, check_tflite

LENGTHS = (5, 3, 1, 2)
MASK = np.arange(5) < np.array(LENGTHS)[:, None]
TAGS = np.array([[0, 1, 2, 2, 0], [1, 2, 1, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 1, 1]])


def chain_of(**options: Any) -> ConditionalRandomField:
    """With random scores; no sentence starts with 2, and 2 never follows 0."""
    layer = ConditionalRandomField(3, no_start=[2], no_move=[(0, 2)], **options)
    layer.build((None, None, 3))
    rng = np.random.default_rng(0)
    for weight in layer.weights:
        weight.assign(rng.normal(size=weight.shape))
    return layer


def emissions_of() -> np.ndarray:
    emissions = 2 * np.random.default_rng(1).normal(size=(4, 5, 3))
    return np.where(MASK[..., None], emissions, 1e6).astype(np.float32)


def paths_of(layer: ConditionalRandomField, emissions: np.ndarray) -> dict[tuple[int, ...], float]:
    """Score of every choice of tags for one sentence `(words, tags)`, by the definition."""
    start, between, end = (np.asarray(each, np.float64) for each in layer.scores())
    scores = {}
    for path in itertools.product(range(3), repeat=len(emissions)):
        own = sum(emissions[word, tag] for word, tag in enumerate(path))
        moves = sum(between[move] for move in itertools.pairwise(path))
        scores[path] = float(start[path[0]] + own + moves + end[path[-1]])
    return scores


def test_scores_pass_through_and_convert(tmp_path: Path) -> None:
    inputs = emissions_of()
    check_shapes(ConditionalRandomField(3), inputs, (4, 5, 3))
    check_config(chain_of())
    model = keras.Sequential([keras.Input((5, 3)), ConditionalRandomField(3, no_move=[(0, 2)])])
    check_saving(model, inputs, tmp_path)
    check_tflite(model, inputs, tmp_path, 0.0)
    np.testing.assert_array_equal(model(inputs), inputs)


def test_likelihoods_and_chances_are_those_of_all_tags_summed_up() -> None:
    layer, emissions = chain_of(), emissions_of()
    likelihood, chances = map(np.asarray, layer.likelihood_and_chances(emissions, TAGS, MASK))
    np.testing.assert_array_equal(layer.log_likelihood(emissions, TAGS, MASK), likelihood)
    for row, length in enumerate(LENGTHS):
        paths = paths_of(layer, emissions[row, :length])
        total = np.logaddexp.reduce(list(paths.values()))
        expected = paths[tuple(TAGS[row, :length].tolist())] - total
        assert likelihood[row] == pytest.approx(expected, abs=1e-4)
        shares = np.zeros((5, 3))
        for path, score in paths.items():
            shares[range(length), path] += np.exp(score - total)
        np.testing.assert_allclose(chances[row], shares, atol=1e-5)
        assert shares[0, 2] == 0, "no sentence starts so"


def test_gradients_are_what_the_likelihood_changes_by() -> None:
    layer, factors = chain_of(), tf.constant([1.0, 2.0, 3.0, 4.0])
    source = tf.Variable(emissions_of())
    variables = [source, *(weight.value for weight in layer.weights)]

    def weighed() -> Any:
        return tf.reduce_sum(layer.log_likelihood(source, TAGS, MASK) * factors)

    with tf.GradientTape() as tape:
        likelihood = weighed()
    slopes = [np.asarray(each) for each in tape.gradient(likelihood, variables)]
    _, chances = layer.likelihood_and_chances(source, TAGS, MASK)
    expected = (np.eye(3)[TAGS] * MASK[..., None] - chances) * factors[:, None, None]
    np.testing.assert_allclose(slopes[0], expected, atol=1e-5)
    for variable, slope in zip(variables[1:], slopes[1:], strict=True):
        before = variable.numpy()
        direction = np.random.default_rng(2).normal(size=slope.shape).astype(np.float32)
        sides = []
        for step in (0.02, -0.02):
            variable.assign(before + step * direction)
            sides.append(float(weighed()))
        variable.assign(before)
        change = (sides[0] - sides[1]) / 0.04
        assert change == pytest.approx(float((slope * direction).sum()), abs=0.01)


def test_sentences_without_words_and_of_one_place() -> None:
    layer = chain_of()
    none, one = np.zeros((2, 1), bool), np.ones((2, 1), bool)
    emissions = emissions_of()[:2, :1]
    assert not np.asarray(layer.log_likelihood(emissions, TAGS[:2, :1], none)).any()
    likelihood = np.asarray(layer.log_likelihood(emissions, TAGS[:2, :1], one))
    paths = paths_of(layer, emissions[1])
    expected = paths[1,] - np.logaddexp.reduce(list(paths.values()))
    assert likelihood[1] == pytest.approx(expected, abs=1e-5)


def test_smoothing_takes_the_mean_of_all_tags_for_a_share_of_the_right_ones() -> None:
    layer = ConditionalRandomField(3)
    layer.build((None, None, 3))
    for weight in layer.weights:
        weight.assign(np.random.default_rng(3).normal(size=weight.shape))
    emissions = emissions_of()
    plain = np.asarray(layer.log_likelihood(emissions, TAGS, MASK))
    smooth = np.asarray(layer.likelihood_and_chances(emissions, TAGS, MASK, smoothing=0.3)[0])
    for row, length in enumerate(LENGTHS):
        paths = paths_of(layer, emissions[row, :length])
        right = paths[tuple(TAGS[row, :length].tolist())]
        expected = plain[row] + 0.3 * (np.mean(list(paths.values())) - right)
        assert smooth[row] == pytest.approx(expected, abs=1e-4)


def test_another_number_of_tags_is_refused() -> None:
    with pytest.raises(ValueError, match="has 3 tags, its inputs have 4"):
        ConditionalRandomField(3).build((None, None, 4))
