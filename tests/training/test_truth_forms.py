"""Losses and metrics of Keras get class numbers or one-hot rows, whichever they read."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.training.truth_forms import form_of, truth_for

ROWS = tf.one_hot([0, 2, 1], 3)
NUMBERS = tf.constant([0, 2, 1])


class Derived(keras.metrics.SparseTopKCategoricalAccuracy):
    """Of one's own, and yet known."""


def sparse_by_name_only(truth, answers):
    return truth


@pytest.mark.parametrize(
    ("reader", "form"),
    [
        (keras.metrics.sparse_categorical_accuracy, "numbers"),
        (keras.metrics.MeanMetricWrapper(keras.metrics.sparse_categorical_accuracy), "numbers"),
        (Derived(), "numbers"),
        (keras.losses.CategoricalHinge(), "rows"),
        (keras.metrics.TopKCategoricalAccuracy(), "rows"),
        (keras.metrics.F1Score(), None),
        (sparse_by_name_only, None),
    ],
)
def test_the_name_in_keras_says_what_is_read(reader, form):
    assert form_of(reader) == form
    wanted = {"numbers": (NUMBERS, NUMBERS), "rows": (ROWS, ROWS), None: (ROWS, NUMBERS)}[form]
    for given, expected in zip((ROWS, NUMBERS), wanted, strict=True):
        np.testing.assert_array_equal(truth_for(reader, given, ROWS), expected)


def test_numbers_in_a_column_become_rows_and_a_single_output_changes_nothing():
    loss = keras.losses.CategoricalHinge()
    np.testing.assert_array_equal(truth_for(loss, NUMBERS[:, None], ROWS), ROWS)
    assert truth_for(loss, NUMBERS[:, None], ROWS[:, :1]).shape == (3, 1)
