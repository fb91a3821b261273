"""What guessing comes to."""

from __future__ import annotations

import pytest

from kerasapps.outputs.classes.chance import Chance, chance_of
from kerasapps.outputs.classes.scores import ClassScore


def score(label: str, support: int) -> ClassScore:
    return ClassScore(label, None, None, None, support)


def test_the_commonest_class_is_always_answered_and_all_at_random() -> None:
    assert chance_of([score("a", 3), score("b", 5), score("c", 0), score("d", 2)]) == Chance(
        at_random=0.25, majority="b", always=0.5
    )
    assert chance_of([score("a", 1), score("b", 1)]).majority == "a", "the first of equals"


@pytest.mark.parametrize(
    ("chance", "accuracy", "examples", "beaten"),
    [
        (Chance(0.5, "a", 0.5), 0.9, 100, True),
        (Chance(0.5, "a", 0.5), 0.9, 5, False),  # five may be luck
        (Chance(0.5, "a", 0.95), 0.9, 100, False),
        (Chance(0.1, "a", 0.2), 0.15, 100, False),
    ],
)
def test_better_is_what_luck_does_not_explain(
    chance: Chance, accuracy: float, examples: int, beaten: bool
) -> None:
    assert chance.is_beaten(accuracy, examples) is beaten
