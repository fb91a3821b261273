"""Which mistakes are the worst, and how they are shown."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.outputs.classes import mistakes as mistakes_module
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
from tests.values import kinds_of, left_open_in


def test_worst_mistakes_are_the_surest_first():
    labels = np.array([0, 1, 1, 0])
    probabilities = np.array([[0.9, 0.1], [0.7, 0.3], [0.95, 0.05], [0.4, 0.6]])
    mistakes = worst_mistakes(labels, probabilities, limit=2)
    assert [(each.index, each.true, each.predicted) for each in mistakes] == [(2, 1, 0), (1, 1, 0)]
    assert mistakes[0].confidence == pytest.approx(0.95)
    assert worst_mistakes(np.array([0]), probabilities[:1], limit=5) == ()
    assert worst_mistakes(labels, probabilities, limit=0) == ()
    assert worst_mistakes(labels, probabilities, limit=-1) == ()
    same = worst_mistakes(np.zeros(20, int), np.tile([0.1, 0.9], (20, 1)))
    assert [each.index for each in same] == [*range(20)], "among equals the first"
    assert len(worst_mistakes(np.zeros(30, int), np.tile([0.1, 0.9], (30, 1)))) == 24


def test_a_text_without_words_that_weigh_is_whole():
    mistake = ShownMistake(true="a", predicted="b", confidence=0.9, text="so it is")
    assert [(each.text, each.strength) for each in mistake.pieces] == [("so it is", 0)]
    assert ShownMistake(true="a", predicted="b", confidence=0.9).pieces == []


def test_kinds_of_values():
    assert kinds_of(mistakes_module) == {
        "Mistake": "frozen",
        "ShownMistake": "frozen, by name",
    }


def test_what_need_not_be_given():
    assert left_open_in(mistakes_module) == {
        "ShownMistake": {
            **dict.fromkeys(("picture", "map", "sound", "text")),
            "words": (),
            "source": "",
        }
    }
