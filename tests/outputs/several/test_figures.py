"""Figures of several answers, and whether an int8 file keeps them."""

from __future__ import annotations

import numpy as np

from kerasapps.outputs.numbers.answer import RMSE
from kerasapps.outputs.numbers.figures import number_metrics
from kerasapps.outputs.several.figures import AnswerFigures, SeveralMetrics
from kerasapps.outputs.several.integer import keeps_answers

TRUTH = np.array([1.0, 2.0, 3.0])


def test_the_mean_of_the_scores_stands_above_all_figures_of_each() -> None:
    figures = number_metrics(TRUTH, np.array([1.5, 2.0, 3.0]))
    parts = [AnswerFigures(name, RMSE, score, figures) for name, score in (("a", 0.5), ("b", 1.0))]
    several = SeveralMetrics.of(parts, examples=3)
    values = several.to_dict()
    assert (values["examples"], values["mean_score"]) == (3, 0.75)
    assert values["scores"] == {"a": 0.5, "b": 1.0}
    assert values["answers"]["b"] == figures.to_dict()
    shown = several.shown()
    assert shown.rows[0] == ["a", "RMSE", f"{figures.rmse:.4g}", "50.00 %"]
    assert shown.rows[-1] == ["all", "mean score", "", "75.00 %"]
    assert "a: Guessing the mean, 2, has an RMSE of 0.8165" in shown.lines


def test_an_int8_file_must_keep_every_answer_not_their_mean() -> None:
    rng = np.random.default_rng(0)
    expected = np.column_stack([rng.random((50, 3)), 1000 * rng.normal(size=50)])
    assert keeps_answers(expected + 0.001, expected, widths=[3, 1])
    off = expected.copy()
    off[:, :3] += 0.1 * rng.normal(size=(50, 3))
    assert not keeps_answers(off, expected, widths=[3, 1])  # as one it is nothing beside 1,000
    assert keeps_answers(off, expected, widths=[4])
