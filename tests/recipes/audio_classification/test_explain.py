"""Which moments and pitches of a sound are shown."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.recipes.audio_classification.explain import WEIGHTIEST, SoundExplanation


def explained(weights: np.ndarray, *, label: str = "yes") -> SoundExplanation:
    bands, pieces = weights.shape
    return SoundExplanation(
        "a.wav",
        label,
        0.75,
        tuple(float(each) for each in np.arange(pieces + 1) / 4),
        tuple(float(each) for each in 100 * np.arange(bands + 1)),
        tuple(map(tuple, weights.tolist())),
        b"",
    )


def test_the_weightiest_parts_come_first_with_their_moment_and_pitch() -> None:
    weights = np.zeros((3, 4))
    weights[2, 1], weights[0, 3] = -0.5, 0.25
    shown = explained(weights).shown()
    assert shown.rows == [
        ["0.25 to 0.50 s", "200 to 300 Hz", "-50.0"],
        ["0.75 to 1.00 s", "0 to 100 Hz", "+25.0"],
    ]
    assert len(shown.lead) == 4 and shown.lead[-1] == "yes 75.0%"
    # High pitches stand above: the strongest is against the label, and full.
    assert shown.lead[0][1] == ("██", "red") and shown.lead[2][3] == ("▒▒", "green")
    assert not shown.lines


def test_no_more_are_listed_than_people_read() -> None:
    rows = explained(np.arange(1.0, 13).reshape(3, 4)).shown().rows
    assert len(rows) == WEIGHTIEST and rows[0][-1] == "+1200.0"


@pytest.mark.parametrize(("label", "score"), [("yes", "yes 75.0%"), ("", "0.75")])
def test_where_nothing_counts_it_says_what_may_help(label: str, score: str) -> None:
    shown = explained(np.zeros((3, 4)), label=label).shown()
    assert not shown.rows and shown.lead == [score]
    (line,) = shown.lines
    assert line.startswith("No single part changes the answer.")
