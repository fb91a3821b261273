"""A loss, and the figure counted with it."""

from __future__ import annotations

from kerasapps.training import criterion
from tests.values import kinds_of, left_open_in


def test_kinds_of_values():
    assert kinds_of(criterion) == {"Score": "frozen", "Criterion": "frozen"}


def test_the_figure_is_the_mean_where_nobody_says():
    left = {
        "figure": float,
        "answers": criterion.as_they_are,
        "aims": criterion.as_told,
        "counted": criterion.all_of_them,
        "attack": None,
    }
    assert left_open_in(criterion) == {"Criterion": left, "Score": {"count": None}}
    assert criterion.as_they_are(1, 2) == (1, 2) and criterion.all_of_them(2) is None
    assert criterion.as_told(1, 2) == 2
