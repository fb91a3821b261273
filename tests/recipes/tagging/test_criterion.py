"""The loss of sentences' tags and the figure beside it."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.models import cnn_crf
from kerasapps.models.tagger_common import TaggerShape, crf_of
from kerasapps.recipes.tagging.criterion import tag_criterion

TAGS = ("O", "B-PER", "I-PER")
TARGETS = np.array([[0, 1, 2], [1, -1, -1]], np.int32)


def network_of() -> keras.Model:
    shape = TaggerShape(words=9, characters=9, word_length=4, tags=TAGS, width=0.1)
    return cnn_crf(shape)


def test_loss_and_figure_are_of_words_that_are_none_of_the_padding() -> None:
    network, emissions = network_of(), np.zeros((2, 3, 3), np.float32)
    emissions[:, 2] = 1e4  # what stands behind the second sentence must not count
    emissions[0, 2] = [0, 0, 3]
    criterion, chain = tag_criterion(network), crf_of(network)
    assert chain is not None
    mask = TARGETS >= 0
    likelihood = np.asarray(chain.log_likelihood(emissions, np.maximum(TARGETS, 0), mask))
    score = criterion.score(emissions, TARGETS)
    assert float(score.loss) == pytest.approx(-likelihood.mean(), abs=1e-5)
    chances, _ = criterion.answers(emissions, TARGETS)
    right = (np.asarray(chances).argmax(-1) == TARGETS)[mask].sum()
    np.testing.assert_allclose(score.sums, [-likelihood.sum(), right, 4], atol=1e-4)
    np.testing.assert_array_equal(criterion.counted(TARGETS), mask)
    # Zeros leave two tags for the lone word, as no sentence starts within a name.
    assert likelihood[1] == pytest.approx(np.log(1 / 2), abs=1e-5)


def test_weights_and_smoothing_change_the_loss() -> None:
    network, emissions = network_of(), np.random.default_rng(0).normal(size=(2, 3, 3)) * 3
    criterion = tag_criterion(network)
    plain = criterion.score(emissions, TARGETS)
    first = criterion.score(emissions[:1], TARGETS[:1])
    weighed = criterion.score(emissions, TARGETS, np.array([2, 0], np.float32))
    assert float(weighed.loss) == pytest.approx(float(first.loss), abs=1e-5)
    smooth = criterion.score(emissions, TARGETS, smoothing=0.2)
    assert float(smooth.loss) != pytest.approx(float(plain.loss), abs=1e-3)
