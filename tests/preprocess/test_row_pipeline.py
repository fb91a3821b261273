from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kerasapps.preprocess.row_pipeline import evaluation_rows, training_rows
from kerasapps.start import Share, Start

INPUTS = {
    "numbers": np.arange(20, dtype=np.float32).reshape(10, 2),
    "categories": np.arange(10, dtype=np.int32)[:, None],
}
TARGETS = np.arange(10, dtype=np.float32)[:, None] * 10


def rows_of(batch: tuple) -> list[int]:
    """The rows of a batch, all of whose parts are of the same rows."""
    x, y = batch[:2]
    rows = x["categories"].numpy()[:, 0]
    np.testing.assert_array_equal(x["numbers"], INPUTS["numbers"][rows])
    np.testing.assert_array_equal(y, TARGETS[rows])
    return [int(row) for row in rows]


def joined(steps: Iterable[list[int]]) -> list[int]:
    return [row for step in steps for row in step]


def test_every_epoch_shows_every_row_in_an_order_of_its_own() -> None:
    batches = training_rows(INPUTS, TARGETS, batch_size=4, seed=1)
    steps = [rows_of(batch) for batch in batches.take(6)]
    epochs = [joined(steps[:3]), joined(steps[3:])]
    assert all(set(epoch) == set(range(10)) and len(epoch) == 12 for epoch in epochs)
    assert epochs[0] != epochs[1]
    again = training_rows(INPUTS, TARGETS, batch_size=4, seed=1, start=Start(1))
    assert joined(rows_of(batch) for batch in again.take(3)) == epochs[1]
    share = training_rows(INPUTS, TARGETS, batch_size=4, seed=1, start=Start(1, 1, Share(1, 2)))
    assert rows_of(next(iter(share))) == steps[4][2:]
    other = training_rows(INPUTS, TARGETS, batch_size=4, seed=2)
    assert joined(rows_of(batch) for batch in other.take(3)) != epochs[0]


def test_weights_are_those_of_the_rows() -> None:
    weights = np.arange(10, dtype=np.float32) / 10
    batches = training_rows(INPUTS, TARGETS, batch_size=4, seed=1, weights=weights)
    for batch in batches.take(3):
        np.testing.assert_array_equal(batch[2], weights[rows_of(batch)])


def test_judging_sees_each_row_once_in_order() -> None:
    steps = [rows_of(batch) for batch in evaluation_rows(INPUTS, TARGETS, batch_size=4)]
    assert steps == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_a_single_kind_of_column_is_a_single_input() -> None:
    batches = training_rows({"numbers": INPUTS["numbers"]}, TARGETS, batch_size=4, seed=1)
    x, y = next(iter(batches))
    assert set(x) == {"numbers"} and x["numbers"].shape == (4, 2) and y.shape == (4, 1)
    assert batches.element_spec[0]["numbers"].shape == (4, 2)
