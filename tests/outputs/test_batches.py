"""Examples that a network labelled come in the same batches, each with what it counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kerasapps.config import TrainConfig
from kerasapps.config.targets import TargetKind
from kerasapps.data.audit import Audit
from kerasapps.data.pseudo import Pseudo
from kerasapps.data.splits import Splits, Target
from kerasapps.data.texts.examples import TextExamples
from kerasapps.outputs.batches import batches_of, example_weights
from kerasapps.start import Start
from kerasapps.workflow.experiment import SplitInputs

COUNT = 8
IDS = np.arange(COUNT, dtype=np.int32)[:, None] + np.zeros((1, 3), np.int32)


def texts(labels: np.ndarray) -> TextExamples:
    return TextExamples(["a"] * len(labels), labels, ["b"] * len(labels))


def splits(labels: np.ndarray, *, weight: float | None) -> Splits[TextExamples]:
    kind: TargetKind = "labels" if labels.ndim == 2 else "class"
    pseudo = None if weight is None else Pseudo(count=3, weight=weight, digest="")
    part = texts(labels)
    target = Target(kind, ("x", "y"))
    return Splits(("x", "y"), part, part, part, Audit(""), "", target, pseudo=pseudo)


CLASSES = np.array([0, 1] * 4, np.int32)
SETS = np.array([[1, 0], [1, 1]] * 4, np.uint8)


@pytest.mark.parametrize("weight", [None, 1.0])
def test_what_counts_as_much_has_no_weights(weight: float | None) -> None:
    assert example_weights(splits(CLASSES, weight=weight)) is None


def pass_of(dataset: Any, steps: int) -> list[np.ndarray]:
    parts = [part for part, _ in zip(dataset, range(steps), strict=False)]
    return [np.concatenate([np.asarray(each[place]) for each in parts]) for place in range(3)]


@pytest.mark.parametrize("weights", [None, [2.0, 1.0]])
def test_each_example_counts_what_it_shall(weights: list[float] | None) -> None:
    given = splits(CLASSES, weight=0.25)
    batches = batches_of(
        given,
        SplitInputs(IDS, IDS, IDS),
        train=TrainConfig(batch_size=4),
        class_weights=weights,
    )
    of_class = np.array(weights or [1.0, 1.0])[CLASSES]
    expected = of_class * np.array([1.0] * 5 + [0.25] * 3)
    for dataset in (batches.training(Start()), batches.unchanged):
        ids, targets, counts = pass_of(dataset, batches.steps_per_epoch)
        rows = ids[:, 0]
        assert sorted(rows) == list(range(COUNT))
        assert np.array_equal(targets, np.eye(2)[CLASSES[rows]])
        assert counts == pytest.approx(expected[rows])
    assert len(next(iter(batches.validation))) == 2


def test_sets_of_labels_keep_their_form() -> None:
    given = splits(SETS, weight=0.5)
    batches = batches_of(
        given,
        SplitInputs(IDS, IDS, IDS),
        train=TrainConfig(batch_size=4),
        targets=lambda labels: np.asarray(labels, np.float32),
    )
    ids, targets, counts = pass_of(batches.training(Start()), batches.steps_per_epoch)
    assert np.array_equal(targets, SETS[ids[:, 0]])
    assert counts == pytest.approx(np.where(ids[:, 0] >= 5, 0.5, 1.0))


def test_a_mixture_counts_as_much_as_its_parts() -> None:
    def mixed(inputs: Any, targets: Any, *, seed: Any) -> tuple[Any, Any]:
        return inputs, (targets + targets[::-1]) / 2

    given = splits(CLASSES, weight=0.5)
    batches = batches_of(
        given,
        SplitInputs(IDS, IDS, IDS),
        train=TrainConfig(batch_size=COUNT),
        transform=mixed,
    )
    ids, targets, counts = pass_of(batches.training(Start()), 1)
    each = np.where(ids[:, 0] >= 5, 0.5, 1.0)
    assert counts == pytest.approx((each + each[::-1]) / 2)
    assert targets.shape == (COUNT, 2)
