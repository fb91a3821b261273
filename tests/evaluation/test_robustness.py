"""Figures under attacks and noise as people and programs read them."""

from __future__ import annotations

import dataclasses
import json

from kerasapps.evaluation.robustness import KERAS, Robustness
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.labels.answer import LABELS

ANSWER = CLASSES
PICTURES = Robustness(
    examples=500,
    plain={KERAS: 0.9, "int8": 0.88},
    radius=8 / 255,
    steps=20,
    attacked={KERAS: 0.4, "int8": 0.5},
    corrupted={
        "noise": {KERAS: (0.9, 0.8, 0.7, 0.6, 0.5), "int8": (0.8, 0.7, 0.6, 0.5, 0.4)},
        "jpeg": {KERAS: (0.85,) * 5, "int8": (0.8,) * 5},
    },
)
TEXTS = Robustness(examples=100, plain={KERAS: 0.8}, radius=0.3, steps=20, attacked={KERAS: 0.6})


def test_it_comes_back_from_json() -> None:
    for figures in (PICTURES, TEXTS):
        assert Robustness.from_dict(json.loads(json.dumps(figures.to_dict()))) == figures


def test_a_line_for_the_terminal() -> None:
    assert PICTURES.line(ANSWER) == (
        "Accuracy under attack 40.00\u202f% (PGD-20, radius 0.0314); with noise 70.00\u202f%, JPEG "
        "85.00\u202f% (as they are: 90.00\u202f%)"
    )
    assert TEXTS.line(LABELS).startswith("Micro-F1 under attack")
    assert TEXTS.line(ANSWER).startswith(
        "Accuracy under attack 60.00\u202f% (PGD-20, radius 0.3) ("
    )


def test_a_section_of_the_report_has_every_file() -> None:
    section = PICTURES.section(ANSWER, judged_on="test", noun="pictures")
    html = str(section.html)
    for text in (
        "by strength",
        "500 pictures of the test split",
        "int8",
        "50.00",
        "60.00",
        "85.00",
        "<svg",
    ):
        assert text in html
    assert "no gradients" in html and section.name == "robustness"
    alone = str(TEXTS.section(ANSWER, judged_on="validation", noun="texts").html)
    assert "no gradients" not in alone and "JPEG" not in alone and "by strength" not in alone
    assert "no file takes" in alone


def test_the_terminal_names_the_attack_that_there_was() -> None:
    metric = ANSWER.metric
    title = PICTURES.shown(metric, noun="pictures").title
    assert title.endswith("of 500 pictures under attacks and noise: PGD-20, radius 0.0314")
    noise = dataclasses.replace(PICTURES, radius=None, attacked={})
    shown = noise.shown(metric, noun="pictures")
    assert shown.title.endswith("under attacks and noise") and "attacked" not in shown.columns
    assert [row[0] for row in shown.rows] == [KERAS, "int8"]


def test_what_a_new_file_takes_the_place_of_is_left_out() -> None:
    left = PICTURES.without({"int8"})
    assert left.plain == {KERAS: 0.9} and left.attacked == {KERAS: 0.4}
    assert left.corrupted["noise"] == {KERAS: (0.9, 0.8, 0.7, 0.6, 0.5)}
    assert left.mean("noise", "int8") is None
