"""What is found and made on the way from data to splits is never changed afterwards."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import numpy as np
import pytest

from kerasapps.data.audit import Audit
from kerasapps.data.splits import Splits

MODULES = [
    *("audit", "classes", "lengths", "partition", "splits"),
    *(
        f"{kind}.{module}"
        for kind in ("images", "texts", "pairs")
        for module in ("audit", "collect", "examples", "placement")
    ),
    "sources.file_entries",
]


def values(module: str) -> list[Any]:
    """The dataclasses of a module of `data`."""
    name = f"kerasapps.data.{module}"
    classes = inspect.getmembers(importlib.import_module(name), inspect.isclass)
    return [
        each
        for _, each in classes
        if each.__module__ == name and hasattr(each, "__dataclass_params__")
    ]


@pytest.mark.parametrize("module", MODULES)
def test_values_are_frozen(module: str) -> None:
    assert values(module)
    assert all(each.__dataclass_params__.frozen for each in values(module))


@pytest.mark.parametrize("module", MODULES)
def test_values_that_hold_arrays_are_compared_by_identity(module: str) -> None:
    """Equality of arrays is an array, whose truth nobody can tell."""
    for each in values(module):
        held = {str(field.type) for field in each.__dataclass_fields__.values() if field.compare}
        assert not (each.__dataclass_params__.eq and "np.ndarray" in held), each


def test_examples_without_contents_are_empty_of_them() -> None:
    for module in ("images.examples", "texts.examples", "pairs.examples"):
        for each in values(module):
            contents = each(*[()] * (len(each.__dataclass_fields__) - 1)).contents
            assert contents.dtype == np.uint64 and contents.shape == (0,)


def test_what_is_judged_is_named() -> None:
    test, validation = object(), object()
    assert Splits((), None, validation, test, Audit("x"), "").judged_on == "test"
    assert Splits((), None, validation, validation, Audit("x"), "").judged_on == "validation"
