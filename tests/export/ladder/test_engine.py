"""What the quantizer makes of a file, and that the file answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.export.integer import operations
from kerasapps.export.ladder.engine import Call, Form, Recipe, quantized, ranges_of
from kerasapps.export.ladder.graph import layers, tagged, untagged
from kerasapps.export.metadata.attach import attach

# Of the form: how much smaller the file is at least, and how far its logits may be off.
FORMS: list[tuple[Form, float, float]] = [
    ("int4", 0.35, 0.3),
    ("int4_weights", 0.35, 0.3),
    ("int8_weights", 0.45, 0.03),
    ("int8", 0.6, 0.1),
    ("int16", 0.6, 0.05),
]


def names_of(content: bytes) -> list[str]:
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    return [each.name.decode() for graph in model.subgraphs for each in graph.tensors]


def answers(content: bytes, calls: list[Call]) -> dict[str, np.ndarray]:
    runner: Any = Interpreter(model_content=content).get_signature_runner("serving_default")
    given = [runner(**values) for _, values in calls]
    return {name: np.stack([each[name][0] for each in given]) for name in given[0]}


def test_a_tagged_file_answers_as_before_and_gets_its_names_back(
    small: bytes, calls: list[Call]
) -> None:
    changed = tagged(small)
    assert "EMBEDDING_LOOKUP" in operations(changed)
    names = names_of(changed)
    assert len(set(names)) == len(names)
    assert set(names_of(small)) <= set(names_of(untagged(changed)))
    expected, found = answers(small, calls), answers(changed, calls)
    assert set(found) == set(expected) and len(expected) == 2
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], atol=1e-6)


@pytest.mark.parametrize(("form", "share", "off"), FORMS)
def test_every_form_is_smaller_and_answers(
    small: bytes, calls: list[Call], form: Form, share: float, off: float
) -> None:
    changed = tagged(small)
    content = quantized(changed, Recipe(form), ranges_of(changed, calls))
    assert len(content) < share * len(small)
    expected, found = answers(small, calls), answers(content, calls)
    for name in expected:
        assert found[name].dtype == np.float32
        np.testing.assert_allclose(found[name], expected[name], atol=off)
    assert attach(content, b"more", {})  # metadata can be added


def test_layers_are_left_out_by_name(small: bytes, calls: list[Call]) -> None:
    changed = tagged(small)
    ranges, found = ranges_of(changed, calls), layers(changed)
    (second,) = (name for name in found if "second" in name)
    whole = quantized(changed, Recipe("int8"), ranges)
    without = quantized(changed, Recipe("int8", found[second]), ranges)
    # 64 x 64 weights stay float32: four bytes each in place of one.
    assert len(without) - len(whole) == pytest.approx(3 * 64 * 64, abs=1200)


def test_ranges_are_of_what_is_computed(small: bytes, calls: list[Call]) -> None:
    changed = tagged(small)
    found, expected = ranges_of(changed, calls), answers(small, calls)["state"]
    lows = [float(each["min"][0]) for name, each in found.items() if name.endswith("/inner")]
    assert any(low == pytest.approx(expected.min()) for low in lows)
    assert all(each["min"][0] <= each["max"][0] for each in found.values())
