"""What parts are worth, on a function that a hand can check."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.config import ExplainConfig
from kerasapps.evaluation.parts import Agreement, occlusion, shapley_values, weigh


def worth(there: np.ndarray) -> np.ndarray:
    """1, 2 and 2.5 alone; the first two give 4 more together."""
    assert there.dtype == bool
    together: np.ndarray = there @ np.array([1.0, 2.0, 2.5]) + 4 * (there[:, 0] & there[:, 1])
    return together


def test_occlusion_is_what_is_lost_without_a_part() -> None:
    assert occlusion(worth, 3).tolist() == [5, 6, 2.5]
    assert weigh(worth, 3, how=ExplainConfig()).agreement is None
    assert len(occlusion(worth, 0)) == len(shapley_values(worth, 0)) == 0


def test_weights_without_an_order_agree_with_nothing() -> None:
    one, other = np.array([0.1, 0.3, 0.2]), np.array([2.0, 5.0, 3.0])
    assert Agreement.of("rise", one, other) == Agreement("rise", pytest.approx(1))
    for flat in (np.zeros(3), np.full(3, 0.1)):
        assert Agreement.of("rise", one, flat) is None is Agreement.of("rise", flat, one)
    assert Agreement.of("rise", one[:1], other[:1]) is None
    assert Agreement.of("rise", one[:0], other[:0]) is None


@pytest.mark.slow  # importing shap takes seconds
def test_shap_values_share_what_parts_do_together_and_sum_to_the_whole() -> None:
    state = np.random.get_state()[1].copy()  # type: ignore[union-attr]
    weighed = weigh(worth, 3, how=ExplainConfig(method="shap"))
    np.testing.assert_allclose(weighed.weights, [3, 4, 2.5])
    assert weighed.agreement == Agreement("occlusion", pytest.approx(1))
    assert "occlusion: 1.00" in weighed.agreement.line
    np.testing.assert_array_equal(state, np.random.get_state()[1])

    def many(there: np.ndarray) -> np.ndarray:
        odd: np.ndarray = np.sin(there @ np.arange(40.0))
        return odd

    drawn = shapley_values(many, 40, samples=200)
    np.testing.assert_array_equal(drawn, shapley_values(many, 40, samples=200))
    whole = many(np.array([[True] * 40, [False] * 40]))
    assert drawn.sum() == pytest.approx(whole[0] - whole[1])
