from __future__ import annotations

from typing import Any

import pytest

from kerasapps.data.rows.config import TabularConfig
from kerasapps.errors import ConfigError


def test_columns_are_named_once_by_one_name_or_several() -> None:
    config = TabularConfig(target="y", ignore="a", number_columns=["b", "b", "c"])
    assert (config.ignore, config.number_columns) == (("a",), ("b", "c"))
    assert TabularConfig(bins=0).bins == 0 and TabularConfig().bins == 64


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"ignore": "a", "number_columns": ("a",)}, "'a' is named by number_columns and by ignore"),
        ({"target": "a", "ignore": "a"}, "'a' is named by target and by ignore"),
        ({"target": ""}, "TabularConfig.target must be a column's name"),
        ({"ignore": ("",)}, "TabularConfig.ignore must be a column's name"),
        ({"date_columns": (3,)}, "TabularConfig.date_columns must be a column's name"),
        ({"target": "y", "target_columns": ("a", "b")}, "target is of a target in one column"),
        ({"target_columns": ("a", "b"), "ignore": "b"}, "'b' is named by target_columns and by ig"),
        (
            {"answer": "class", "target_kind": "number"},
            "answer is class, and target_kind is number",
        ),
        ({"answer": "classes"}, "Did you mean 'class'"),
        ({"bins": 1}, "TabularConfig.bins must be a whole number from 2 to 256"),
        ({"min_count": 0}, "min_count must be a whole number of at least 1"),
        ({"encoding": "utf-99"}, "TabularConfig.encoding 'utf-99' is not known"),
    ],
)
def test_refuses(options: dict[str, Any], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        TabularConfig(**options)
