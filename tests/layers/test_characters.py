from __future__ import annotations

import numpy as np

from kerasapps.layers.characters import character_runs


def test_runs_of_three_to_five_characters_that_tokens_share() -> None:
    held = character_runs(["", "<abc>", "<abcd>", "bcd", "<x>"]).toarray()
    # Shared are <ab, abc and <abc (by the words), bcd (by a word and a piece).
    assert held.dtype == np.float32 and held.shape == (5, 4)
    np.testing.assert_array_equal(held.sum(1), [0, 3, 4, 1, 0])
    np.testing.assert_array_equal(held[1] * held[2], held[1])


def test_a_run_counts_once_in_a_token_and_none_has_six_characters() -> None:
    held = character_runs(["aaaaaaaa", "aaaaaaaa"]).toarray()
    np.testing.assert_array_equal(held, np.ones((2, 3)))


def test_a_vocabulary_without_shared_runs_has_no_column() -> None:
    assert character_runs(["", "<ab>", "<cd>"]).shape == (3, 0)
