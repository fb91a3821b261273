"""How what is of none of the classes is told from what is."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.outputs.classes.foreign import foreign_figures


def test_figures_that_a_hand_can_check() -> None:
    known = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]])
    foreign = np.array([[0.5, 0.5], [0.65, 0.35]])
    as_sure = np.array([[0.6, 0.4]])  # as the least sure of the known ones: it gets through
    assert foreign_figures(known, as_sure, np.zeros(2, np.float32)).fpr_at_95_tpr == 1
    figures = foreign_figures(known, foreign, np.array([0.62, 0.85], np.float32))
    assert figures.examples == 2
    assert figures.auroc == pytest.approx(7 / 8)  # only 0.65 is above one, 0.6
    assert figures.fpr_at_95_tpr == 0.5  # all four known ones reach 0.6, and so does 0.65
    assert (figures.known_answered, figures.foreign_answered) == (0.5, 0.5)
    assert "AUROC 0.8750, 50.00 % get through" in figures.line


def test_a_share_of_95_leaves_a_twentieth_behind() -> None:
    high = np.linspace(0.01, 1, 100)
    known = np.stack([high, 0 * high], axis=1)
    foreign = np.array([[0.055, 0], [0.061, 0], [0.9, 0]])
    figures = foreign_figures(known, foreign, np.zeros(2, np.float32))
    assert figures.fpr_at_95_tpr == pytest.approx(2 / 3)
    assert figures.known_answered == figures.foreign_answered == 1


def test_a_class_that_is_never_an_answer_makes_nothing_look_known() -> None:
    known = np.array([[0.9, 0.05, 0.05], [0.6, 0.3, 0.1]])
    foreign = np.array([[0.01, 0.01, 0.98], [0.3, 0.65, 0.05]])
    figures = foreign_figures(known, foreign, np.array([0.0, 0.0, np.inf], np.float32))
    assert figures.auroc == pytest.approx(3 / 4)  # only 0.65 is above one, 0.6
    assert figures.fpr_at_95_tpr == figures.foreign_answered == 0.5
