"""Sentences as a network takes them."""

from __future__ import annotations

import numpy as np

from kerasapps.outputs.tags.emissions import TagRows
from kerasapps.outputs.tags.sentences import rows_of_sentences


def test_a_batch_is_as_wide_as_its_longest_sentence() -> None:
    words = np.array([[1] * 3 + [0] * 29, [2] * 12 + [0] * 20, [3] * 2 + [0] * 30])
    pieces = np.array([[1] * 20 + [0] * 12, [2] * 9 + [0] * 23, [3] * 2 + [0] * 30])
    rows = TagRows(
        rows_of_sentences([["w"] * count for count in (3, 12, 2)], 32),
        {"words": words, "ids": pieces},
        targets=words - 1,
        of_words=("words",),
    )
    inputs, targets = rows.batch(np.array([0, 1]))
    np.testing.assert_array_equal(inputs["words"], words[:2, :16])
    np.testing.assert_array_equal(targets, words[:2, :16] - 1)
    np.testing.assert_array_equal(inputs["ids"], pieces[:2, :24])
    assert rows.batch(np.array([2]))[0]["words"].shape == (1, 8)
