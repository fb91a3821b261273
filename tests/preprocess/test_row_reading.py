"""Rows of a step, as each share of a batch gets them."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from kerasapps.preprocess.row_reading import row_reader, variant_draw
from kerasapps.start import WHOLE, Share


def test_shares_of_a_batch_are_as_wide_as_the_whole() -> None:
    inputs = np.arange(4 * 30, dtype=np.int32).reshape(4, 30)
    lengths = np.array([1, 1, 20, 3])
    for share, rows in ((Share(0, 2), [0, 1]), (Share(1, 2), [2, 3])):
        read = row_reader(inputs, [5, 6, 7, 8], lambda _: np.arange(4), lengths, share=share)
        x, y = read(tf.constant(0), None)
        np.testing.assert_array_equal(x, inputs[rows, :24])
        assert y.numpy().tolist() == [5 + row for row in rows]


def test_every_step_draws_variants_anew_of_which_shares_have_their_part() -> None:
    variants = np.arange(3 * 60).reshape(3, 60, 1)
    rows = np.arange(60)
    whole = variant_draw(variants, 1, WHOLE)
    first = whole(rows, 0)
    assert set((first[:, 0] // 60).tolist()) == {0, 1, 2}
    np.testing.assert_array_equal(first[:, 0] % 60, rows)
    np.testing.assert_array_equal(whole(rows, 0), first)
    assert (whole(rows, 1) != first).any() and (
        variant_draw(variants, 2, WHOLE)(rows, 0) != first
    ).any()
    np.testing.assert_array_equal(variant_draw(variants, 1, Share(1, 2))(rows, 0), first[30:])
