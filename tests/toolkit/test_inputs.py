from __future__ import annotations

import re
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.errors import DataError
from kerasapps.toolkit.inputs import fitting_inputs

PICTURES = keras.Sequential([keras.Input((8, 8, 3), name="picture"), keras.layers.Flatten()])
A, B = keras.Input((4,), name="a"), keras.Input((1,), name="b")
ROWS = keras.Model({"a": A, "b": B}, keras.layers.Concatenate()([A, B]))


def test_what_fits_comes_back_as_arrays() -> None:
    assert fitting_inputs(np.zeros((2, 8, 8, 3)).tolist(), PICTURES, what="x").shape[0] == 2
    for rows in ({"a": np.zeros((2, 4)), "b": [1, 2]}, (np.zeros((2, 4)), [1, 2])):
        assert fitting_inputs(rows, ROWS, what="x")["b"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("model", "inputs", "said"),
    [
        (PICTURES, np.zeros((5, 8, 8)), "x has (n, 8, 8) for 'picture', and the network takes"),
        (PICTURES, np.zeros((8, 8, 3)), "takes (n, 8, 8, 3)"),
        (ROWS, np.zeros((5, 4)), "x has 1 input, and the network takes 2: a, b"),
        (ROWS, {"a": np.zeros((5, 4))}, "x lacks the input 'b'"),
        (ROWS, {"a": np.zeros((5, 3)), "b": np.zeros(5)}, "x has (n, 3) for 'a'"),
    ],
)
def test_what_does_not_fit_is_named(model: keras.Model, inputs: Any, said: str) -> None:
    with pytest.raises(DataError, match=re.escape(said)):
        fitting_inputs(inputs, model, what="x")
