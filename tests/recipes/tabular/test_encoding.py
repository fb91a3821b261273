"""Rows as numbers and ids: how that is said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from kerasapps.preprocess.row_spec import RowSpec
from kerasapps.recipes.tabular.encoding import RowEncoding


@pytest.mark.parametrize(
    ("columns", "numbers", "ids", "said"),
    [
        (5, 7, (4, 1200), "5 columns as 7 numbers and 2 categories of 1,204 values"),
        (2, 2, (), "2 columns as 2 numbers"),
        (1, 0, (1,), "1 column as 1 category of 1 value"),
    ],
)
def test_what_there_is_none_of_is_not_counted(
    columns: int, numbers: int, ids: tuple[int, ...], said: str
) -> None:
    spec = SimpleNamespace(columns=(None,) * columns, numbers=numbers, ids=ids)
    assert RowEncoding(cast(RowSpec, spec)).summary == said
