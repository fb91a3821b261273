"""Unlabelled examples are freed of those that are known already."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kerasapps.data.audit import Audit
from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.sources.places import Places
from kerasapps.data.splits import Splits
from kerasapps.data.texts.examples import TextExamples
from kerasapps.data.unlabelled import sift, with_labels


def pictures(*contents: int) -> PictureExamples:
    places = Places.of([Path(f"/photos/{number}.png") for number in contents])
    return PictureExamples(places, (0,) * len(contents), np.array(contents, np.uint64))


def test_what_is_judged_on_is_not_learnt_from() -> None:
    splits = Splits(("a",), pictures(1, 2), pictures(3), pictures(4, 5), Audit(""), "")
    sifted = sift(pictures(9, 4, 1, 8, 9, 3, 4), splits)
    assert sifted.examples.contents.tolist() == [9, 8]
    assert [path.name for path in sifted.examples.paths] == ["9.png", "8.png"]
    assert (sifted.held_out, sifted.labelled, sifted.copies) == (3, 1, 1)


def test_nothing_known_leaves_all() -> None:
    splits = Splits(("a",), pictures(1), pictures(2), pictures(3), Audit(""), "")
    assert len(sift(pictures(4, 5), splits).examples) == 2


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_labels_have_the_form_of_the_split(dtype: type[np.signedinteger]) -> None:
    texts = TextExamples(["a", "b"], np.zeros(2, dtype), ["x", "y"], np.arange(2, dtype=np.uint64))
    given = with_labels(texts, np.array([1, 0], np.int32), like=texts)
    assert given.labels.tolist() == [1, 0]
    assert given.labels.dtype == dtype
    seen = with_labels(pictures(1, 2), np.array([2, 1], np.int32), like=pictures(3))
    assert seen.labels == (2, 1)
