from __future__ import annotations

import numpy as np
import pytest

from kerasapps.data.sources.stream_labels import class_names, labels_of, plain_label
from kerasapps.errors import DataError
from tests.data.batches import LABELS, Batches


def test_labels() -> None:
    assert class_names(object()) is None and class_names(Batches(LABELS, class_names=[])) is None
    assert class_names(Batches(LABELS, class_indices={"b": 1, "a": 0})) == ["a", "b"]
    assert (
        plain_label(np.array([[3]])) == 3 and plain_label("a") == "a" and plain_label(b"a") == b"a"
    )
    assert plain_label([0, 0, 1]) == 2
    for wrong in ([0, 2, 0], [1, 1], [0, 0], ["a", "b"], np.eye(2)):
        with pytest.raises(DataError, match="expected one whole number or string, or one-hot"):
            plain_label(wrong)
    label_of = labels_of(Batches(LABELS, class_names=list("abcdefg")))
    assert [label_of(0), label_of(np.float32(6)), label_of("g")] == ["a", "g", "g"]
    for wrong in (-1, 7, 0.5):
        with pytest.raises(DataError, match="is none of the 7 classes a, b, c, d, e, …"):
            label_of(wrong)
