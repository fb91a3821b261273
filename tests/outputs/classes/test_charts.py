"""Charts of a classifier as inline SVG: parsed, and looked at for what they must show."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from kerasapps.outputs.classes.calibration import CalibrationBin
from kerasapps.outputs.classes.charts import calibration_chart, confusion_chart
from tests.evaluation.describe import check_chart
from tests.evaluation.svg import texts


def test_colours_are_all_the_pages():
    svgs = (
        confusion_chart([[3, 1], [0, 2]], ["a", "b"]),
        calibration_chart(
            [CalibrationBin(0, 0.5, 0.4, 0.5, 3), CalibrationBin(0.5, 1, 0.9, 0.8, 7)]
        ),
    )
    for svg in svgs:
        assert not re.search(r"#[0-9a-fA-F]{6}", svg), "a colour that dark mode cannot change"
        assert "var(--muted)" in svg
        assert "font-family" not in svg


@pytest.mark.parametrize("classes", [2, 30, 100, 250])
def test_confusion_chart_fits_the_page_and_names_classes(classes):
    rng = np.random.default_rng(0)
    matrix = (rng.random((classes, classes)) < 0.05) * 1 + np.eye(classes, dtype=int) * 20
    svg = confusion_chart(matrix.tolist(), [f"class {number}" for number in range(classes)])
    root = ElementTree.fromstring(svg)
    assert float(root.get("width")) <= max(1021, 3 * classes + 130)
    named = texts(svg)
    assert "class 0" in named
    if classes <= 100:
        assert named.count(f"class {classes - 1}") == 2  # across and down
    assert len(svg) < 40_000 + 120 * int((matrix > 0).sum())


def test_confusion_chart_paints_right_and_wrong_cells():
    svg = confusion_chart([[4, 0], [1, 3]], ["a", "b"])
    assert svg.count("fill: var(--good)") == 2  # two shades on the diagonal: all and 3 of 4
    assert svg.count("fill: var(--bad)") == 1


def test_hostile_labels_stay_text():
    names = ["<script>alert(1)</script>", "a & $\\frac{b$", "猫" * 40]
    svg = confusion_chart(np.eye(3, dtype=int).tolist(), names)
    assert "<script" not in svg
    assert "a & $\\frac{b$" in texts(svg)
    assert "猫" * 21 + "…" in texts(svg)


@pytest.mark.parametrize(
    "title",
    [
        "calibration",
        *(f"confusion of {which}" for which in ("two", "a row", "70", "400")),
    ],
)
def test_the_chart_is_the_known_one(title):
    check_chart(title)
