"""The gate of a file that is made of another network than the one that ships."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.export.artifact import Artifact
from kerasapps.export.verify import SCORERS, HeldOut, verify
from kerasapps.outputs.classes.agreement import same_labels
from kerasapps.outputs.classes.answer import ACCURACY

MODEL = Path(__file__).parents[1] / "deploy" / "first_bundle" / "model_int8.tflite"
COUNT = 40


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    """Digits; the network that ships answers half of them otherwise, and no more often rightly."""
    digits = load_digits()
    inputs = (digits.images[:COUNT, :, :, None] * (255 / 16)).astype(np.uint8)
    model = TFLiteModel(MODEL)
    scores = np.stack([model.scores(each) for each in inputs])
    truth = np.roll(scores.argmax(1), COUNT // 2)
    return HeldOut(
        inputs=inputs,
        raw=(),
        reference=np.roll(scores, 1, axis=0),
        metric=ACCURACY,
        share=lambda scores, rows=slice(None): float(np.mean(scores.argmax(1) == truth[rows])),
        agree=same_labels,
        runners=SCORERS,
        source=scores,
    )


def judged(held_out: HeldOut, folder: Path) -> Artifact:
    (artifact,) = verify({"int8": MODEL}, held_out=held_out, tolerance=100, folder=folder)
    return artifact


def test_it_must_answer_as_its_own_network_and_says_how_often_it_does_as_the_one_that_ships(
    held_out: HeldOut, tmp_path: Path
) -> None:
    strict = dataclasses.replace(
        held_out, agree=lambda *scores, tolerance: same_labels(*scores, tolerance=1)
    )
    found = judged(strict, tmp_path / "own")
    assert found.passed and found.agreement is not None and found.agreement < 0.5
    alone = judged(dataclasses.replace(strict, source=None), tmp_path / "alone")
    assert not alone.passed and alone.agreement == found.agreement
    other = judged(
        dataclasses.replace(strict, source=np.roll(held_out.reference, 3, axis=0)),
        tmp_path / "other",
    )
    assert other.reason.startswith("of the network it is made of: gives")


def test_it_must_be_as_good_as_the_network_that_ships(held_out: HeldOut, tmp_path: Path) -> None:
    scores = held_out.source
    assert scores is not None
    right = scores.argmax(1)
    better = dataclasses.replace(
        held_out,
        reference=scores,
        source=scores,
        share=lambda given, rows=slice(None): (
            1.0 if given is scores else float(np.mean(given.argmax(1) != right[rows]))
        ),
    )
    (found,) = verify({"int8": MODEL}, held_out=better, tolerance=1, folder=tmp_path / "gate")
    assert found.reason.startswith("loses 100.00 points against Keras")
