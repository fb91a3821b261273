"""Rows that lie behind each other are shown block by block, and mixed nevertheless."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from kerasapps.preprocess.block_order import BLOCK_BYTES, BLOCK_ROWS, WINDOW, BlockOrder
from kerasapps.start import WHOLE, Share
from kerasapps.streamed import Stored

COUNT, BATCH = 1003, 8
STEPS = -(-COUNT // BATCH)
LYING = np.random.default_rng(3).permutation(COUNT)  # row → its place on the disk
STORED = Stored(np.argsort(LYING), BLOCK_BYTES / 8)


def order(seed: int = 1, share: Share = WHOLE, **options: object) -> BlockOrder:
    return BlockOrder(STORED, batch_size=BATCH, seed=seed, share=share, **options)  # type: ignore[arg-type]


def epoch(of: BlockOrder, number: int = 0) -> np.ndarray:
    return np.concatenate([of(number * STEPS + step) for step in range(STEPS)])


def test_every_epoch_shows_every_row_in_another_order() -> None:
    first, second, other = epoch(order()), epoch(order(), 1), epoch(order(seed=2))
    for rows in (first, second, other):
        assert len(rows) == STEPS * BATCH and set(rows) == set(range(COUNT))
    assert (first != second).any() and (first != other).any()


def test_a_step_is_the_same_whichever_came_before() -> None:
    whole = order()
    for step in (0, 5, STEPS - 1, STEPS, 2 * STEPS + 7, 3):
        np.testing.assert_array_equal(whole(step), order()(step))


def test_a_window_is_of_a_few_blocks_and_mixed() -> None:
    rows = LYING[epoch(order())]
    window = rows[: WINDOW * 8]
    blocks = np.unique(window // 8)
    assert len(blocks) <= WINDOW + 1  # the last block of all is shorter
    assert np.ptp(blocks) > 40 and (np.diff(blocks) != 1).sum() > 5  # from all over the disk
    steps = np.abs(np.diff(window))
    assert np.mean(steps < 8) < 0.3  # neighbours are seldom shown one after the other


@pytest.mark.parametrize("count", [2, 3])
def test_each_share_reads_blocks_of_its_own(count: int) -> None:
    shares = [epoch(order(share=Share(index, count))) for index in range(count)]
    own = [set(rows) for rows in shares]
    assert set.union(*own) == set(range(COUNT))
    assert sum(map(len, own)) == COUNT
    shared = [{int(place) // 8 for place in LYING[rows]} for rows in shares]
    assert len(shared[0] & shared[1]) <= 2  # a block that is cut


def test_windows_are_told_before_they_are_read_in_the_order_in_which_they_lie() -> None:
    told: list[np.ndarray] = []
    reading = order(read_ahead=told.append)
    shown = epoch(reading)
    size = WINDOW * 8  # a whole number of batches
    assert len(told) == 1 + -(-COUNT // size)  # with the first one of the next epoch
    np.testing.assert_array_equal(np.sort(told[0]), np.sort(shown[:size]))
    np.testing.assert_array_equal(np.sort(told[1]), np.sort(shown[size : 2 * size]))
    for block in _blocks(LYING[told[1]]):
        assert (np.diff(block) == 1).all()
    np.testing.assert_array_equal(np.sort(told[-1]), np.sort(epoch(order(), 1)[:size]))


def _blocks(places: np.ndarray) -> Iterator[np.ndarray]:
    """Runs of places in one block."""
    yield from np.split(places, np.flatnonzero(np.diff(places // 8)) + 1)


def test_rows_of_like_length_share_a_batch() -> None:
    lengths = np.random.default_rng(0).integers(1, 100, COUNT)
    reading = order(lengths=lengths)
    spans = [np.ptp(lengths[reading(step)]) for step in range(STEPS)]
    assert set(epoch(reading)) == set(range(COUNT)) and np.median(spans) < 20
    means = [lengths[reading(step)].mean() for step in range(10)]
    assert means != sorted(means)


def test_few_rows_are_mixed_too() -> None:
    stored = Stored(np.arange(7), 100.0)
    few = BlockOrder(stored, batch_size=3, seed=0, share=WHOLE)
    rows = np.concatenate([few(step) for step in range(3)])
    assert set(rows) == set(range(7)) and rows.tolist() != [*range(7), 0, 1]


def test_a_share_of_fewer_rows_than_shares_has_one_all_the_same() -> None:
    few = Stored(np.arange(1), 1.0)
    for index in range(3):
        of = BlockOrder(few, batch_size=4, seed=1, share=Share(index, 3))
        assert set(of(0)) == {0}


def test_of_tiny_rows_a_window_holds_no_more_than_some() -> None:
    told: list[np.ndarray] = []
    tiny = Stored(np.arange(400_000), row_bytes=100.0)  # all of them would fit into a window
    of = BlockOrder(tiny, batch_size=32, seed=0, share=WHOLE, read_ahead=told.append)
    of(0)
    assert told and max(map(len, told)) <= WINDOW * BLOCK_ROWS
