from __future__ import annotations

import numpy as np

from kerasapps.outputs.numbers.agreement import near_numbers, numbers_kept, same_numbers

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


def test_a_tenth_of_the_numbers_may_be_others() -> None:
    reference = NUMBERS[:, None]

    def with_others(count: int) -> np.ndarray:
        return reference + 100 * (np.arange(100) < count)[:, None]

    passed = near_numbers(with_others(10), reference, tolerance=1)
    assert (passed.share, passed.objection) == (0.9, "")
    refused = near_numbers(with_others(11), reference, tolerance=1)
    assert refused.objection.startswith("answers 11 of 100 examples with another number than Keras")
    assert not near_numbers(with_others(20), reference, tolerance=10).objection
    assert numbers_kept(with_others(100), reference).objection == (
        "100 of 100 examples get another number"
    )
    assert not numbers_kept(reference, reference).objection
