from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.data.rows.dates import ORDERS, date_parts
from kerasapps.preprocess.date_graph import date_parts_in_graph
from kerasapps.preprocess.row_graph import RowGraph, cleaned
from kerasapps.preprocess.row_spec import RowSpec
from kerasapps.preprocess.rows import encode_rows
from tests.preprocess.test_rows import TABLE, columns_of, fitted

STRANGE = {
    "age": [-5, 1e9, None, 33.5],
    "gain": [0, 1005, 1200.5, None],
    "score": [None, 2, 1.5, 99],
    "job": [" cook ", "NULL", "king", "Cook"],
    "member": ["TRUE", "off", "?", "perhaps"],
    "since": ["2014-01-05 10:00", "soon", "", "1999-12-31"],
}  # fmt: skip


def tensors(spec: RowSpec, table: Mapping[str, list[Any]]) -> list[Any]:
    return [
        tf.constant([np.nan if cell is None else cell for cell in table[column.name]], tf.float64)
        if column.kind == "number"
        else tf.constant(["" if cell is None else cell for cell in table[column.name]])
        for column in spec.columns
    ]


@pytest.mark.parametrize("table", [TABLE, STRANGE], ids=["training", "strange"])
def test_the_graph_gives_what_numpy_gives(table: Mapping[str, list[Any]]) -> None:
    spec = fitted()
    inputs, expected = RowGraph(spec)(*tensors(spec, table)), encode_rows(columns_of(table), spec)
    np.testing.assert_allclose(inputs["numbers"], expected.numbers, atol=1e-4)
    np.testing.assert_array_equal(inputs["categories"], expected.categories)
    assert inputs["categories"].dtype == tf.int32 and inputs["numbers"].dtype == tf.float32


def test_the_graph_is_saved_with_an_input_a_column(tmp_path: Path) -> None:
    spec, module = fitted(), tf.Module()
    module.graph = RowGraph(spec)
    takes = [tf.TensorSpec((None,), kind) for kind in module.graph.takes]
    assert [each.dtype for each in takes] == [tf.float64] * 3 + [tf.string] * 3
    module.serve = tf.function(module.graph, input_signature=takes)
    tf.saved_model.save(module, str(tmp_path), signatures=module.serve.get_concrete_function())
    loaded = tf.saved_model.load(str(tmp_path)).serve
    inputs = loaded(*tensors(spec, STRANGE))
    expected = encode_rows(columns_of(STRANGE), spec)
    np.testing.assert_allclose(inputs["numbers"], expected.numbers, atol=1e-4)


def test_a_row_of_numbers_or_of_categories_alone_has_one_input() -> None:
    for name in ("age", "job"):
        spec = fitted({name: TABLE[name]})
        inputs = RowGraph(spec)(*tensors(spec, STRANGE))
        assert set(inputs) == set(encode_rows(columns_of(STRANGE), spec).arrays)


@pytest.mark.parametrize("step", [7.0, 1e300, 1e-300])
def test_numbers_that_float32_cannot_tell_apart_are_told_apart(step: float) -> None:
    table: Mapping[str, list[Any]] = {"time": [1.7e9 * (step == 7) + step * n for n in range(50)]}
    spec = fitted({"time": table["time"][::-1]})
    beyond = {"time": [*table["time"], 1e301, -1e301, float("inf")]}
    inputs, expected = RowGraph(spec)(*tensors(spec, beyond)), encode_rows(columns_of(beyond), spec)
    np.testing.assert_allclose(inputs["numbers"], expected.numbers, atol=1e-6)
    assert len(np.unique(expected.numbers[:50])) == 50


def test_strings_are_cleaned_as_cells_are() -> None:
    texts = [
        "\u00a0a b\t",
        "1.0",
        "-2.00",
        "1.50",
        "N/A",
        "nan",
        "<na>",
        "none",
        "",
        "\x1cc\x85\u2028",
    ]
    expected = [b"a b", b"1", b"-2", b"1.50", b"", b"", b"", b"none", b"", b"c"]
    assert cleaned(tf.constant(texts)).numpy().tolist() == expected


@pytest.mark.parametrize("order", ORDERS)
def test_dates_are_taken_apart_as_in_python(order: str) -> None:
    days = [(2024, 2, 29), (1900, 2, 28), (2000, 12, 31), (1, 1, 1), (9999, 12, 31), (1970, 1, 1)]
    days += [(2023, 2, 29), (2023, 4, 31), (2023, 0, 5), (2023, 13, 5), (2023, 5, 32), (0, 1, 1)]
    texts = []
    for year, month, day in days:
        parts = {"year": f"{year:04}", "month": f"{month:02}", "day": f"{day}"}
        text = "-".join(parts[name] for name in order.split("-") if name in parts)
        texts += [text, f"{text} 7:05", f"{text}T23:59:59.5+01:00", f"{text}T24:00", f"{text}x"]
    texts += ["", "7:05", "23:59:59Z", "24:00", "1:60", "soon"]
    found = date_parts_in_graph(tf.constant(texts), order)
    np.testing.assert_array_equal(found, date_parts(texts, order))
