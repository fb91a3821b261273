from __future__ import annotations

import numpy as np

from kerasapps.data.targets.kinds import shown
from kerasapps.data.targets.repeats import merge_repeats


def test_rows_of_one_content_have_the_labels_of_all() -> None:
    digests = np.array([[1, 0], [2, 0], [1, 0], [2, 0], [1, 0], [3, 0]], np.uint64)
    codes, splits = np.array([0, 1, 2, 1, 0, 2]), np.array([0, 0, 0, 0, 2, 0], np.int8)
    keys, merged, repeats = merge_repeats(["a", "b", "c"], codes, digests, splits)
    # The second content has copies; the first has a row in another split, which is left alone.
    assert [shown(keys[code]) for code in merged] == ["a + c", "b", "a + c", "b", "a", "c"]
    assert repeats.tolist() == [False, False, True, False, False, False]
