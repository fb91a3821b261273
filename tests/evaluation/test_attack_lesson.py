"""What is said of a training that has taught nothing, or the wrong thing, about attacks."""

from __future__ import annotations

import dataclasses

import pytest

from kerasapps.evaluation.attack_lesson import AttackLesson
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.labels.answer import LABELS

LESSON = AttackLesson(examples=1000, steps=1, known=0.9, stronger=7, borne=0.8, constant=0.1)
MISLED = dataclasses.replace(LESSON, borne=0.05)
LOST = dataclasses.replace(LESSON, known=0.12, borne=0.11)


def warning(lesson: AttackLesson) -> str:
    return lesson.warning(CLASSES.fitted).replace("\u202f", " ")


def test_what_was_learnt_is_not_warned_of() -> None:
    assert not (LESSON.is_lost or LESSON.is_outwitted) and warning(LESSON) == ""


def test_attacks_that_were_misled_are_told_from_attacks_that_are_borne() -> None:
    assert warning(MISLED) == (
        "Warning: it has learnt to mislead the attacks of its training (1 step) rather than to "
        "bear attacks: 90.00 % under these, but 5.00 % accuracy on validation under attacks of 7 "
        "steps. Take --adversarial-steps 5, a smaller --adversarial, or more --epochs."
    )


@pytest.mark.parametrize(("borne", "outwitted"), [(0.64, False), (0.62, True)])
def test_a_third_may_be_lost_to_stronger_attacks(borne: float, outwitted: bool) -> None:
    # Beyond a constant answer 0.8 is borne of the weak ones, two thirds of which are 0.533.
    assert dataclasses.replace(LESSON, borne=borne).is_outwitted is outwitted


def test_a_network_that_learnt_nothing_is_told_what_to_change() -> None:
    assert not LOST.is_outwitted
    assert warning(LOST) == (
        "Warning: it has learnt next to nothing under attack: 11.00 % accuracy on validation under "
        "attacks of 7 steps, where the same answer to all has 10.00 %. Take more --epochs, "
        "--adversarial-steps 5, a larger --width, or a smaller --adversarial; --attack alone only "
        "judges."
    )
    assert "--adversarial-steps" not in warning(dataclasses.replace(LOST, steps=5))
    misled = [warning(dataclasses.replace(MISLED, steps=steps)) for steps in (5, 10)]
    assert "--adversarial-steps 10" in misled[0] and "--adversarial-steps 20" in misled[1]


def test_of_labels_most_are_absent_and_a_constant_answer_is_mostly_right() -> None:
    labels = dataclasses.replace(LESSON, known=0.93, borne=0.905, constant=0.9)
    assert labels.is_lost
    assert "90.50\u202f% right decisions" in labels.warning(LABELS.fitted)
    assert not dataclasses.replace(labels, known=0.95, borne=0.94).is_lost


def test_a_report_has_the_three_figures() -> None:
    table = LESSON.table(CLASSES.fitted)
    assert [row[1] for row in table.rows] == ["90.00\u202f%", "80.00\u202f%", "10.00\u202f%"]
    assert "1 step" in str(table.rows[0][0]) and "7 steps" in str(table.rows[1][0])
