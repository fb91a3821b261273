"""Arrays as plain values."""

from __future__ import annotations

import hashlib

import numpy as np

from kerasapps.deploy.worked import plain_inputs, plain_numbers


def test_pixels_are_told_by_their_hash_and_their_means() -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    digest = hashlib.sha256(bytes(range(24))).hexdigest()
    assert plain_inputs(pixels) == {"pixels_sha256": digest, "mean": [10.5, 11.5, 12.5]}
    # Not as they lie in memory, but row by row.
    turned = np.asfortranarray(pixels)
    assert plain_inputs(turned)["pixels_sha256"] == digest


def test_ids_and_rows_are_lists() -> None:
    assert plain_inputs(np.array([1, 2], np.int32)) == {"ids": [1, 2]}
    row = {"numbers": np.array([0.1], np.float32), "categories": np.array([3], np.int32)}
    assert plain_inputs(row) == {"numbers": [0.1], "categories": [3]}


def test_float32_is_written_in_as_few_digits_as_give_it_again() -> None:
    numbers = np.random.default_rng(0).normal(size=100).astype(np.float32)
    again = np.array(plain_numbers(numbers), np.float32)
    np.testing.assert_array_equal(again, numbers)
    assert len(repr(plain_numbers(np.array([0.1], np.float32))[0])) == 3
