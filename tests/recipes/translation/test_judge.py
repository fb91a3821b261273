"""What a translator says of itself, and the rows that exported files are calibrated with."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.recipes.translation.judge import headline_of, warnings_of
from kerasapps.recipes.translation.metrics import translation_metrics
from kerasapps.workflow.ship import draw_rows


@pytest.mark.parametrize(("greedy", "warned"), [(0.0, True), (0.99, True), (1.0, False)])
def test_figures_of_a_network_that_does_not_translate_are_called_so(greedy, warned) -> None:
    figures = translation_metrics(["ein Hund"], sources=["a dog"], references=["zwei"], beam=5)
    headline = headline_of(figures, greedy)
    assert headline.startswith(f"Test BLEU 0.00 (beam 5), {greedy:.2f} (greedy), chrF ")
    assert [("mean nothing" in each) for each in warnings_of(greedy)] == [True] * warned
    unproven = headline_of(figures, greedy, judged_on="validation")
    assert unproven == headline.replace("Test", "Validation", 1)


def test_rows_are_drawn_by_the_seed_in_order_and_once_each() -> None:
    rows = draw_rows(1000, 100, seed=3)
    assert len(set(rows.tolist())) == 100 and np.all(np.diff(rows) > 0)
    assert rows.tolist() == draw_rows(1000, 100, seed=3).tolist()
    assert rows.tolist() != draw_rows(1000, 100, seed=4).tolist()
    assert rows[0] < 100 and rows[-1] >= 900  # of the whole, not of its beginning
    assert draw_rows(5, 100, seed=3).tolist() == [0, 1, 2, 3, 4]
