"""What `predict` asks of a classifier and how it shows labels."""

from __future__ import annotations

import dataclasses

import pytest

from kerasapps.outputs.classes import predicting
from kerasapps.outputs.classes.predicting import label_answers
from kerasapps.workflow.inputs import Inputs
from tests.cli.answering import PREDICTION, Labels
from tests.values import kinds_of, left_open_in


@pytest.mark.parametrize("kind", ["text", "file", "row"])
def test_labels(kind: str) -> None:
    bundle = Labels()
    inputs = Inputs(inputs=[])
    gathered: list[object] = []

    def gather(arguments: object) -> Inputs:
        gathered.append(arguments)
        return inputs

    answers = label_answers(bundle, kind=kind, gather=gather, options={"encoding": "utf-8"})
    assert (answers.kind, answers.columns) == (kind, ("label", "score"))
    assert answers.gather(["a", "b"]) is inputs and gathered == [["a", "b"]]
    assert answers.find("x") is PREDICTION and not answers.as_table
    more = label_answers(bundle, kind=kind, gather=gather, options={"top_k": 7})
    assert more.find("y") is PREDICTION
    assert bundle.asked == [("x", {"top_k": 3}), ("y", {"top_k": 7})]
    assert answers.lines("x", PREDICTION) == ["x: cat 87.7%, dog 12.3%"]
    assert answers.cells(PREDICTION) == ["cat", "0.876543", "dog", "0.123457"]
    expected = {"labels": ("cat", "dog"), "scores": (0.8765432, 0.1234568)}
    assert answers.values(PREDICTION) == (
        expected | {"truncated": True} if kind == "text" else expected
    )


def test_what_is_no_answer_is_said_so_everywhere() -> None:
    bundle = Labels()
    bundle.manifest.answer = {"thresholds": [0.9, 0.9]}
    gather = lambda arguments: Inputs(inputs=[])  # noqa: E731
    answers = label_answers(bundle, kind="file", gather=gather, options={})
    unsure = dataclasses.replace(PREDICTION, no_answer="not sure")
    assert unsure.label is None and unsure.score == PREDICTION.score
    assert answers.lines("x", unsure) == ["x: not sure (cat 87.7%, dog 12.3%)"]
    assert answers.cells(unsure) == ["", "0.876543", "dog", "0.123457"]
    said = answers.values(unsure)
    assert (said["label"], said["no_answer"], said["labels"]) == (None, "not sure", ("cat", "dog"))
    sure = answers.values(PREDICTION)
    assert (sure["label"], sure["no_answer"]) == ("cat", None)


def test_coarse_scores_are_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def note() -> str:
        gather = lambda arguments: Inputs(inputs=[])  # noqa: E731
        return label_answers(Labels(), kind="file", gather=gather, options={}).note

    assert note() == ""
    monkeypatch.setattr(Labels, "has_steps", True)
    assert "steps of 0.4 %" in note()


def test_kinds_of_values() -> None:
    assert kinds_of(predicting) == {"TopLabelsConfig": "frozen, by name"}
    assert left_open_in(predicting) == {"TopLabelsConfig": {"top_k": 3}}
