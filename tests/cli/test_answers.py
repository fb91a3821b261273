"""What `predict` asks of a bundle and how it shows the answers, by the kind of bundle."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.cli import answers as answers_module
from kerasapps.cli.answers import answers_of
from kerasapps.errors import ConfigError
from tests.cli.answering import PREDICTION, TRANSLATION, Labels, Translates
from tests.values import kinds_of

NOTHING = {"top_k": None, "beam": None, "n_best": None}


@pytest.mark.parametrize(
    ("task", "kind"), [("sentiment", "text"), ("image_classification", "file")]
)
def test_labels(task: str, kind: str) -> None:
    bundle = Labels()
    bundle.task = task
    answers = answers_of(bundle, **NOTHING)
    assert (answers.kind, answers.name, answers.of_texts) == (kind, "label", kind == "text")
    assert answers.find("x") == [PREDICTION]
    assert answers_of(bundle, **NOTHING | {"top_k": 7}).find("y") == [PREDICTION]
    assert bundle.asked == [("x", {"top_k": 3}), ("y", {"top_k": 7})]
    assert answers.lines("x", PREDICTION) == ["x: cat 87.7%, dog 12.3%"]
    assert answers.cells(PREDICTION) == ["cat", "0.876543", "dog", "0.123457"]
    expected = {"labels": ("cat", "dog"), "scores": (0.8765432, 0.1234568)}
    assert answers.values(PREDICTION) == (
        expected | {"truncated": True} if kind == "text" else expected
    )


def test_translations() -> None:
    bundle = Translates()
    answers = answers_of(bundle, **NOTHING)
    assert (answers.kind, answers.name, answers.of_texts) == ("text", "translation", True)
    assert answers.find("x") == [TRANSLATION]
    answers_of(bundle, top_k=None, beam=4, n_best=2).find("y")
    assert bundle.asked == [
        ("x", {"beam": None, "n_best": 1}),
        ("y", {"beam": 4, "n_best": 2}),
    ]
    assert answers.lines("x", TRANSLATION) == ["Hallo", "Na  (-1.235)"]
    assert answers.cells(TRANSLATION) == ["Hallo", "-0.25", "Na", "-1.23457"]
    assert answers.values(TRANSLATION) == {
        "translation": "Hallo",
        "score": -0.25,
        "alternatives": [{"text": "Na", "score": -1.23456789}],
        "truncated": True,
    }


@pytest.mark.parametrize(
    ("bundle", "option", "message"),
    [
        (Labels, "beam", "--beam is not for here: it gives labels."),
        (Labels, "n_best", "--n-best is not for here: it gives labels."),
        (Translates, "top_k", "--top-k is not for here: it translates."),
    ],
)
def test_options_of_the_other_kind_are_refused(bundle: Any, option: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        answers_of(bundle(), **NOTHING | {option: 1})


def test_kinds_of_values() -> None:
    assert kinds_of(answers_module) == {"Answers": "frozen"}
