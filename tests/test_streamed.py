"""Arrays whose rows are made when they are asked for."""

from __future__ import annotations

import pickle
from collections import Counter
from typing import Any

import numpy as np
import pytest

from kerasapps.streamed import Stored, StreamedArray

WHOLE = np.arange(40, dtype=np.int32).reshape(10, 4)


class Rows:
    """Makes the rows of `WHOLE`, and counts."""

    releases = True

    def __init__(self) -> None:
        self.made: Counter[int] = Counter()
        self.read_rows: list[int] = []

    def read(self, row: int) -> int:
        self.read_rows.append(row)
        return 4 * row

    def make(self, row: int, stored: int) -> np.ndarray:
        self.made[row] += 1
        return np.arange(stored, stored + 4)

    def stored(self) -> Stored | None:
        return None


def streamed(**options: Any) -> StreamedArray:
    return StreamedArray(Rows(), WHOLE.shape, WHOLE.dtype, **options)


@pytest.mark.parametrize(
    "chosen",
    [
        3,
        np.int64(-1),
        slice(2, 7),
        slice(None, None, 3),
        np.array([9, 0, 0, -2]),
        [1, 2],
        np.arange(10) % 2 == 0,
        np.array([], np.int64),
        (slice(0, 5), slice(1, None)),
        (np.array([7, 3]), slice(None, 2)),
        (2, slice(1, 3)),
    ],
)
def test_rows_are_chosen_as_from_an_array(chosen: Any) -> None:
    array = streamed()
    assert (array.shape, array.dtype, len(array), array.ndim) == ((10, 4), np.int32, 10, 2)
    assert (array.size, array.nbytes) == (40, 0)
    found = array[chosen]
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, WHOLE[chosen])


def test_what_is_no_row_is_refused_and_the_whole_can_be_had() -> None:
    for chosen in (10, [0, 10], [-11]):
        with pytest.raises(IndexError):
            streamed()[chosen]
    np.testing.assert_array_equal(np.asarray(streamed()), WHOLE)


def test_rows_that_have_room_are_made_once() -> None:
    array = streamed(kept_bytes=5 * 16 + 3)
    for _ in range(3):
        np.testing.assert_array_equal(array[[1, 4, 5, 8]], WHOLE[[1, 4, 5, 8]])
    assert array.nbytes == 5 * 16
    assert array.maker.made == {1: 1, 4: 1, 5: 3, 8: 3}  # type: ignore[attr-defined]


def test_rows_read_ahead_are_not_read_again() -> None:
    array = streamed()
    reads = array.maker.read_rows  # type: ignore[attr-defined]
    array.read_ahead(np.array([3, 5]))
    array.read_ahead(np.array([7]))
    np.testing.assert_array_equal(array[[3, 7, 5, 1]], WHOLE[[3, 7, 5, 1]])
    assert sorted(reads) == [1, 3, 5, 7]
    array.read_ahead(np.array([3]))
    for row in (8, 9):  # what nobody asked for is forgotten
        array.read_ahead(np.array([row]))
    array[[3]]
    assert reads.count(3) >= 2


def test_rows_that_are_kept_are_not_read_ahead() -> None:
    array = streamed(kept_bytes=3 * WHOLE[0].nbytes)
    array[[0, 2]]
    reads = array.maker.read_rows  # type: ignore[attr-defined]
    reads.clear()
    array.read_ahead(np.array([0, 1, 2, 3]))
    array[[1, 3]]
    assert sorted(reads) == [1, 3]


def test_pickled_it_is_how_its_rows_are_made() -> None:
    array = streamed(kept_bytes=1000)
    array[:]
    again = pickle.loads(pickle.dumps(array))
    assert again.nbytes == 0
    np.testing.assert_array_equal(again[2:4], WHOLE[2:4])
