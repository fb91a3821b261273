"""How several answers stand side by side in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from kerasapps.outputs.several.predicting import column_names

CLASS, NUMBER = ("label", "score"), ("prediction",)


@pytest.mark.parametrize(
    ("parts", "columns"),
    [
        ({"mood": CLASS, "size": NUMBER}, ("mood", "mood score", "size")),
        (
            {"mood": CLASS, "mood score": NUMBER},
            ("mood", "mood score of mood", "mood score"),
        ),
        ({"error": CLASS}, ("error of error", "error score")),  # why there is no answer
    ],
)
def test_no_two_columns_have_one_name(
    parts: Mapping[str, Sequence[str]], columns: tuple[str, ...]
) -> None:
    assert column_names(parts) == columns
