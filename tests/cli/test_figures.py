"""How figures are printed for people."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.cli.figures import print_figures
from kerasapps.evaluation.metrics import classification_metrics
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
