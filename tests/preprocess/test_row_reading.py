"""Rows of a step, as each share of a batch gets them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import psutil
import pytest
import tensorflow as tf

from kerasapps.preprocess import row_reading
from kerasapps.preprocess.aligned import aligned_array
from kerasapps.preprocess.pipeline import training_batches
from kerasapps.preprocess.row_reading import Chooser, held_rows, row_reader, variant_draw
from kerasapps.start import Share, Start


def test_shares_of_a_batch_are_as_wide_as_the_whole() -> None:
    inputs = np.arange(4 * 30, dtype=np.int32).reshape(4, 30)
    lengths = np.array([1, 1, 20, 3])
    for share, rows in ((Share(0, 2), [0, 1]), (Share(1, 2), [2, 3])):
        values = np.arange(5, 9, dtype=np.int32)
        choose = Chooser(values, lambda _: np.arange(4), lengths, 30, share=share)
        x, y = row_reader(inputs, choose)(tf.constant(0), None)
        np.testing.assert_array_equal(x, inputs[rows, :24])
        assert y.numpy().tolist() == [5 + row for row in rows]


def test_every_step_draws_variants_anew_of_which_shares_have_their_part() -> None:
    rows = np.arange(60)
    whole = variant_draw(3, 60, 1)
    first = whole(rows, 0)
    assert set((first // 60).tolist()) == {0, 1, 2}
    np.testing.assert_array_equal(first % 60, rows)
    np.testing.assert_array_equal(whole(rows, 0), first)
    assert (whole(rows, 1) != first).any() and (variant_draw(3, 60, 2)(rows, 0) != first).any()
    np.testing.assert_array_equal(variant_draw(3, 60, 1, Share(1, 2))(rows, 0), first[30:])


def one_of(dataset: tf.data.Dataset | None) -> tf.Tensor:
    assert dataset is not None
    return next(iter(dataset))


def test_arrays_are_held_where_they_lie(tmp_path: Path) -> None:
    array = aligned_array((2, 5, 3), np.int32)
    array[:] = np.arange(30).reshape(2, 5, 3)
    held = one_of(held_rows(array[0], array))
    array[1, 4, 2] = 99  # the same memory
    np.testing.assert_array_equal(held, array.reshape(10, 3))
    np.save(tmp_path / "rows.npy", array)
    mapped = np.load(tmp_path / "rows.npy", mmap_mode="r")
    np.testing.assert_array_equal(one_of(held_rows(mapped)), array)


def test_batches_of_a_large_array_take_no_memory_of_its_size() -> None:
    rows = aligned_array((2000, 64, 512), np.uint8)
    rows[:] = 7
    before = memory()
    batches = training_batches(rows, [0] * 2000, num_classes=1, batch_size=4, seed=0)
    assert next(iter(batches))[0].numpy().min() == 7
    assert memory() - before < rows.nbytes / 2


def memory() -> int:
    """Bytes that this process has to itself."""
    used: int = psutil.Process().memory_info().rss
    return used


def test_a_large_array_at_an_odd_address_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = aligned_array((9, 3), np.int32)[1:]
    assert held_rows(odd) is not None
    monkeypatch.setattr(row_reading, "MOST_COPIED", 0)
    assert held_rows(odd) is None and held_rows(aligned_array((8, 3), np.int32)) is not None


@pytest.mark.parametrize("kind", ["variants", "lengths"])
def test_batches_are_the_same_whether_arrays_are_held_or_read_by_python(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    variants = np.arange(2 * 70 * 20, dtype=np.int32).reshape(2, 70, 20)
    targets = np.arange(140, dtype=np.float32).reshape(70, 2)
    start = Start(epoch=1, step=2, share=Share(1, 2))

    def batches() -> list[tuple[np.ndarray, ...]]:
        dataset = training_batches(
            variants[0],
            targets,
            batch_size=3,
            seed=4,
            start=start,
            lengths=np.arange(70) % 20 if kind == "lengths" else None,
            variants=variants if kind == "variants" else None,
        )
        return list(dataset.take(40).as_numpy_iterator())  # more than are chosen at once

    held = batches()
    monkeypatch.setattr(row_reading, "MOST_COPIED", -1)
    monkeypatch.setattr(row_reading, "is_aligned", lambda _: False)
    for one, other in zip(held, batches(), strict=True):
        for ours, theirs in zip(one, other, strict=True):
            np.testing.assert_array_equal(ours, theirs)
