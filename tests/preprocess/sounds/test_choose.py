from __future__ import annotations

import pytest

from kerasapps.preprocess import choose_rate, choose_seconds, sound_spec


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ({44_100: 9, 8000: 1}, 16_000),
        ({8000: 9, 44_100: 1}, 8000),
        ({6000: 3}, 8000),
        ({11_025: 3}, 11_025),
        ({12_000: 3}, 16_000),
        ({8000: 2, 16_000: 2}, 16_000),
    ],
)
def test_the_rate_of_most_sounds_within_bounds(rates: dict[int, int], expected: int) -> None:
    assert choose_rate(rates) == expected


def test_nearly_all_sounds_are_heard_whole() -> None:
    assert choose_seconds([0.5] * 99 + [30.0]) == 0.5
    assert choose_seconds([0.5] * 90 + [2.31] * 10) == 2.4
    assert choose_seconds([0.01]) == 0.3 and choose_seconds([60.0] * 5) == 5.0


def test_a_clip_is_a_whole_number_of_frames_and_their_halves() -> None:
    for rate in (8000, 11_025, 16_000):
        spec = sound_spec(rate=rate, seconds=1.01)
        assert 1.01 <= spec.seconds < 1.06
    assert sound_spec(rate=16_000, seconds=1.0).samples == 16_000
