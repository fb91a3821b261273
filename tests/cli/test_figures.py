"""How figures are printed for people."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from kerasapps.recipes.tasks import ACCURACY

from kerasapps.cli.figures import print_artifacts, print_figures
from kerasapps.evaluation.metrics import classification_metrics
from kerasapps.export.artifact import Artifact
from kerasapps.terminal import flush_lines


def printed(classes: int, capsys: pytest.CaptureFixture[str]) -> str:
    """What is printed of a classifier that is wrong on the last five classes."""
    truth = np.repeat(np.arange(classes), 2)
    predicted = np.where(truth < classes - 5, truth, 0)
    names = [f"c{number:03d}" for number in range(classes)]
    print_figures(classification_metrics(truth, np.eye(classes)[predicted], names=names))
    flush_lines()
    return capsys.readouterr().out


def test_up_to_30_classes_are_all_printed(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(30, capsys)
    assert all(f"c{number:03d}" in text for number in range(30)) and "lowest F1" not in text


def test_of_more_classes_the_worst_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(77, capsys)
    assert "of 77 classes the 30 with the lowest F1" in " ".join(text.split())
    shown = [number for number in range(77) if f"c{number:03d}" in text]
    assert len(shown) == 30 and set(range(72, 77)) <= set(shown) and 0 in shown
    assert text.index("c076") < text.index("c000") < text.index("c001")


@pytest.mark.parametrize(
    ("name", "scores", "line"),
    [
        ("int8", "uint8", "int8: its scores are uint8, in steps of 1/256"),
        ("int8", "float32", "int8: its scores are float32"),
        ("int8", None, None),
        ("dynamic", "float32", None),
    ],
)
def test_what_an_int8_files_scores_are_is_said(
    name: str, scores: str | None, line: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = dataclasses.replace(Artifact.failed(name, "why"), scores=scores)
    print_artifacts([artifact], metric=ACCURACY)
    flush_lines()
    said = capsys.readouterr().out.splitlines()
    assert f"{name}: why" in said
    assert [each for each in said if "scores are" in each] == ([line] if line else [])
