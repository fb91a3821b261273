from __future__ import annotations

import numpy as np

from kerasapps.layers import NgramVotes
from tests.layers.check_id_layer import check_id_layer

IDS = np.array([[1, 5, 9, 5], [1, 4, 0, 0], [0] * 4], np.int32)


def test_ngram_votes() -> None:
    check_id_layer(NgramVotes(3, 10), IDS, output_shape=(3, 3))


def test_votes_are_summed_but_for_padding() -> None:
    layer = NgramVotes(2, 10)
    layer.build((None, None))
    table = np.random.default_rng(0).normal(size=(10, 2)).astype(np.float32)
    layer.votes.assign(table)
    expected = [table[row[row > 0]].sum(0) for row in IDS]
    np.testing.assert_allclose(layer(IDS), expected, atol=1e-6)


def test_options_that_only_training_followed_are_left_out() -> None:
    plain = NgramVotes(2, 10, name="votes")
    older = {**plain.get_config(), "dropout": 0.5, "spread": 1.0, "smoothing": 1.0}
    assert NgramVotes.from_config(older).get_config() == plain.get_config()
