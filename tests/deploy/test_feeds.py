"""What each input of a TFLite file is given for one example."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.deploy.feeds import as_channels, feeds
from kerasapps.errors import BundleError

IDS = np.array([101, 7592, 102, 0, 0], np.int32)


def test_a_single_input_gets_the_example_itself() -> None:
    assert feeds(("input",), IDS)["input"] is IDS
    picture = np.zeros((4, 4, 3), np.uint8)
    assert feeds(("image",), picture)["image"] is picture


def test_bert_gets_ids_mask_and_segments_whatever_their_order() -> None:
    found = feeds(("input_mask", "input_type_ids", "input_word_ids"), IDS)
    np.testing.assert_array_equal(found["input_word_ids"], IDS)
    np.testing.assert_array_equal(found["input_mask"], [1, 1, 1, 0, 0])
    np.testing.assert_array_equal(found["input_type_ids"], [0, 0, 0, 0, 0])
    assert {values.dtype for values in found.values()} == {np.dtype(np.int32)}


def test_unknown_inputs_are_named() -> None:
    with pytest.raises(BundleError, match="left, right"):
        feeds(("right", "left"), IDS)
    with pytest.raises(BundleError, match="input_type_ids"):
        feeds(("input_word_ids", "input_mask"), IDS)


def test_named_arrays_are_given_by_name_whatever_their_order() -> None:
    example = {"numbers": np.ones(3, np.float32), "categories": IDS}
    given = feeds(("categories", "numbers"), example)
    assert given["numbers"] is example["numbers"] and given["categories"] is IDS
    assert feeds(("numbers",), {"numbers": IDS})["numbers"] is IDS


def test_other_names_than_the_files_are_refused() -> None:
    for names in (("numbers",), ("numbers", "categories", "dates"), ("a", "b")):
        with pytest.raises(BundleError, match="is given categories, numbers"):
            feeds(names, {"numbers": IDS, "categories": IDS})


def test_a_grey_picture_fills_all_channels_that_a_file_takes() -> None:
    grey = np.arange(4, dtype=np.uint8).reshape(2, 2, 1)
    assert as_channels(grey, (2, 2, 1)) is grey
    taken = as_channels(grey, np.array([2, 2, 3]))
    assert taken.shape == (2, 2, 3) and (taken == grey).all() and taken.dtype == np.uint8
    assert as_channels(grey[None], (2, 2, 3)).shape == (1, 2, 2, 3)
    for other in (taken, np.ones((7, 1), np.float32), IDS):
        assert as_channels(other, (2, 2, 3)) is other
