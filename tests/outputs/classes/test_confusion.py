"""Which classes are taken for which."""

from __future__ import annotations

import json

import numpy as np

from kerasapps.outputs.classes.confusion import (
    Confusion,
    count_confusions,
    for_json,
    largest,
    matrix,
)

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2])
PREDICTED = np.array([0, 1, 1, 1, 0, 0, 2, 2, 2])
COUNTED = (
    Confusion(0, 0, 1),
    Confusion(0, 1, 2),
    Confusion(1, 0, 1),
    Confusion(1, 1, 1),
    Confusion(2, 0, 1),
    Confusion(2, 2, 3),
)


def test_pairs_that_occur_are_counted() -> None:
    assert count_confusions(LABELS, PREDICTED) == COUNTED
    assert matrix(COUNTED, 4) == ((1, 2, 0, 0), (1, 1, 0, 0), (1, 0, 3, 0), (0, 0, 0, 0))


def test_the_commonest_and_then_the_larger_part_of_a_class_comes_first() -> None:
    # 1 of 2 of the second class before 1 of 4 of the third.
    assert largest(COUNTED) == [COUNTED[1], COUNTED[2], COUNTED[4]]
    assert largest(COUNTED[::-1]) == largest(COUNTED)


def test_the_matrix_of_100_classes_is_written_and_of_more_the_commonest() -> None:
    names = [f"class {number}" for number in range(101)]
    few, many = for_json(COUNTED, names[:100]), for_json(COUNTED, names)
    assert np.array(few["confusion"]).shape == (100, 100) and few["confusion"][2][2] == 3
    assert many["confusion"] is None and many["confusions"] == few["confusions"]
    assert json.loads(json.dumps(many))["confusions"][0] == {
        "true": "class 0",
        "predicted": "class 1",
        "examples": 2,
    }


def test_a_hundred_confusions_of_thousands_of_classes_are_written() -> None:
    everybody = np.arange(5000)
    confusions = count_confusions(everybody, np.roll(everybody, 1))
    assert len(confusions) == 5000
    written = for_json(confusions, [str(number) for number in everybody])
    assert len(written["confusions"]) == 100 and len(json.dumps(written)) < 10_000
