"""A loss, and the figure counted with it."""

from __future__ import annotations

from kerasapps.training import criterion
from tests.values import kinds_of, left_open_in


def test_kinds_of_values():
    assert kinds_of(criterion) == {"Score": "frozen", "Criterion": "frozen"}


def test_the_figure_is_the_mean_where_nobody_says():
    assert left_open_in(criterion) == {"Criterion": {"figure": float}}
