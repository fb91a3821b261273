"""Judging a finished classifier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

import kerasapps
from kerasapps.deploy.undecided import Undecided
from kerasapps.outputs.classes.finished import class_figures
from kerasapps.outputs.classes.labelled import Labelled
from kerasapps.outputs.classes.metrics import classification_metrics

FIRST_BUNDLE = Path(__file__).parents[2] / "deploy" / "first_bundle"


def test_figures_are_of_the_files_own_answers() -> None:
    bundle, digits = kerasapps.load_bundle(FIRST_BUNDLE), load_digits()
    pictures = [(digits.images[row] * (255 / 16)).astype(np.uint8) for row in range(40)]
    truth = [str(number) for number in digits.target[:40]]
    truth[3] = "0" if truth[3] != "0" else "1"
    labelled = Labelled([*pictures, pictures[0]], [*truth, "eleven"], np.zeros(41, np.uint64))

    def figures(**options: Any) -> Any:
        return class_figures(labelled, bundle.scores, labels=bundle.labels, options=options)

    found = figures(unknown_classes="skip")
    answers = [bundle.predict(picture, top_k=1)[0].label for picture in pictures]
    right = sum(answer == label for answer, label in zip(answers, truth, strict=True))
    assert found.examples == 40 and found.accuracy == right / 40 < 1
    scores = np.stack([bundle.scores(picture) for picture in pictures])
    assert not np.allclose(scores.sum(1), 1, atol=1e-6)  # of 256ths, they need not sum to one
    places = np.array([bundle.labels.index(label) for label in truth])
    shares = scores / scores.sum(1, keepdims=True)
    assert found == classification_metrics(places, shares, names=bundle.labels)
    with pytest.raises(kerasapps.DataError, match="'eleven'"):
        figures()


def test_examples_of_none_of_the_classes_are_not_among_the_known_ones() -> None:
    scores = {"cat": [0.8, 0.1, 0.1], "dog": [0.2, 0.7, 0.1], "none": [0.6, 0.2, 0.2]}

    def told(labels: list[str]) -> Any:
        return class_figures(
            Labelled(labels, labels, np.arange(len(labels), dtype=np.uint64)),
            lambda name: np.array(scores[name]),
            labels=[*scores],
            options={},
            jobs=1,
            undecided=Undecided(foreign=2),
            foreign=["none"],
        ).foreign

    # The example that is called none, and looks like a cat, is told from as little as another.
    assert told(["cat", "dog", "none"]) == told(["cat", "dog"])
    assert told(["cat", "dog"]).auroc == 1
    with pytest.raises(kerasapps.DataError, match="all examples of the data are 'none'"):
        told(["none"])
