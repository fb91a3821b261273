from __future__ import annotations

import numpy as np

from kerasapps.outputs.numbers.agreement import same_numbers

NUMBERS = np.arange(100.0)


def test_near_is_a_fifth_of_the_spread() -> None:
    spread = NUMBERS.std()
    assert same_numbers(NUMBERS + 0.19 * spread, NUMBERS).all()
    assert not same_numbers(NUMBERS - 0.21 * spread, NUMBERS).any()
    mixed = NUMBERS + np.where(np.arange(100) < 30, spread, 0)
    assert same_numbers(mixed, NUMBERS).sum() == 70
    assert not same_numbers(np.full(100, np.nan), NUMBERS).any()


def test_equal_numbers_need_equal_numbers() -> None:
    equal = np.full(5, 1000.0)
    assert same_numbers(equal + 0.05, equal).all() and not same_numbers(equal + 1, equal).any()
