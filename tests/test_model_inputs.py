"""Model inputs of one array and of several named ones, in memory and on the way to a process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from kerasapps.model_inputs import (
    ModelInputs,
    batch_of,
    count_of,
    each_of,
    load_inputs,
    rows_of,
    save_inputs,
)
from kerasapps.streamed import StreamedArray, as_array
from tests.test_streamed import WHOLE, Rows

PICTURES = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
ROWS = {
    "numbers": np.arange(8, dtype=np.float32).reshape(4, 2),
    "categories": np.arange(4, dtype=np.int32)[:, np.newaxis],
}


def assert_same(inputs: ModelInputs, expected: ModelInputs) -> None:
    if isinstance(expected, Mapping):
        assert isinstance(inputs, Mapping) and set(inputs) == set(expected)
        for name, values in expected.items():
            assert_same(inputs[name], values)
        return
    assert isinstance(inputs, np.ndarray) and inputs.dtype == expected.dtype
    np.testing.assert_array_equal(inputs, expected)


def test_examples_are_counted_and_chosen() -> None:
    assert count_of(PICTURES) == count_of(ROWS) == 4
    assert_same(rows_of(PICTURES, [2, 0]), PICTURES[[2, 0]])
    assert_same(rows_of(ROWS, [2, 0]), {name: values[[2, 0]] for name, values in ROWS.items()})
    assert_same(rows_of(ROWS, slice(1, 3)), {name: values[1:3] for name, values in ROWS.items()})


def test_one_example_after_another_and_as_a_batch() -> None:
    assert_same(np.stack([np.asarray(each) for each in each_of(PICTURES)]), PICTURES)
    examples = list(each_of(ROWS))
    assert len(examples) == 4
    assert_same(examples[3], {name: values[3] for name, values in ROWS.items()})
    assert_same(batch_of(PICTURES[1]), PICTURES[1:2])
    assert_same(batch_of(examples[3]), {name: values[3:] for name, values in ROWS.items()})


def test_another_process_reads_what_was_written(tmp_path: Path) -> None:
    file, folder = save_inputs(PICTURES, tmp_path / "one"), save_inputs(ROWS, tmp_path / "some")
    assert file == tmp_path / "one.npy" and folder == tmp_path / "some"
    assert_same(load_inputs(file), PICTURES)
    assert_same(load_inputs(folder), ROWS)
    save_inputs(ROWS, tmp_path / "some")  # again, where it stands


def test_a_chosen_example_is_no_view_of_what_is_mapped(tmp_path: Path) -> None:
    mapped = load_inputs(save_inputs(PICTURES, tmp_path / "one"))
    assert not isinstance(rows_of(mapped, 0), np.memmap)


def test_streamed_examples_are_handed_on_as_how_they_are_made(tmp_path: Path) -> None:
    streamed = as_array(StreamedArray(Rows(), WHOLE.shape, WHOLE.dtype))
    file = save_inputs(streamed, tmp_path / "inputs")
    again = load_inputs(file)
    assert count_of(again) == len(WHOLE) and file.stat().st_size < 1000
    assert_same(rows_of(again, [2, 0]), WHOLE[[2, 0]])
    assert_same(rows_of(again, 3), WHOLE[3])
