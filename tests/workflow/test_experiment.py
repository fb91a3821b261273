"""Between examples and a training: what is read, and how large batches are."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.data.splits import SPLITS, Splits
from kerasapps.training.adversarial import Attack, PixelSpace
from kerasapps.training.history import EpochRow
from kerasapps.workflow.experiment import (
    Experiment,
    as_trained,
    read_inputs,
    suitable_batch,
)
from kerasapps.workflow.plan import resolved


def attacked(steps_per_epoch: int) -> Experiment:
    """Of 60 epochs, against attacks of one step that grow over 400 of the training."""
    plan: Any = SimpleNamespace(train=SimpleNamespace(epochs=60))
    batches: Any = SimpleNamespace(steps_per_epoch=steps_per_epoch)
    attack = Attack(PixelSpace(0.3), seed=0, taught=1, harder=5)
    return Experiment(plan, lambda: None, None, batches, attack=attack)  # type: ignore[arg-type]


def test_the_attack_that_a_part_was_taught_by_is_counted_in_its_own_epochs() -> None:
    # The third epoch is far worse under stronger attacks: of four fifths the radius still grows.
    losses = [(0.9, 1.6), (0.66, 1.56), (0.15, 10.6)]
    rows = [
        EpochRow(number, "train", 0.1, 1.0, loss, 0.9, val_loss, 0.8 - 0.01 * number)
        for number, (loss, val_loss) in enumerate(losses, 1)
    ]
    whole, part = attacked(160), attacked(128)
    for experiment, taught in (
        (whole.taught_by(rows), 5),
        (part.taught_by(rows), 1),
        (whole.taught_by(rows, within=part), 1),
        (part.taught_by(rows, within=whole), 5),
    ):
        assert experiment.attack is not None and experiment.attack.taught == taught
    assert whole.taught_by(rows, within=part).batches is whole.batches


def splits_of(train: np.ndarray, validation: np.ndarray, test: np.ndarray) -> Splits[Any]:
    return Splits((), train, validation, test, None, "fingerprint")


def test_what_two_splits_share_is_read_once_and_memory_is_counted_once() -> None:
    train, held_out = np.zeros(100, np.uint8), np.zeros(40, np.uint8)
    seen: list[tuple[str, int]] = []

    def read(examples: np.ndarray, name: str, left: int) -> np.ndarray:
        seen.append((name, left))
        return examples + 1

    inputs = read_inputs(splits_of(train, held_out, held_out), read, memory_bytes=200)
    assert seen == [("train", 200), ("validation", 100)]
    assert inputs.test is inputs.validation
    seen.clear()
    read_inputs(splits_of(train, held_out, held_out.copy()), read, memory_bytes=200)
    assert seen == [("train", 200), ("validation", 100), ("test", 60)]


def test_what_lies_on_disk_takes_no_memory(tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []

    def read(examples: np.ndarray, name: str, left: int) -> tuple[str, np.ndarray]:
        seen.append((name, left))
        shape = examples.shape
        mapped = np.memmap(tmp_path / name, np.uint8, "w+", shape=shape)
        return name, mapped if name == "train" else examples

    arrays = (np.zeros(size, np.uint8) for size in (100, 40, 30))
    inputs = read_inputs(splits_of(*arrays), read, memory_bytes=200, array=lambda named: named[1])
    assert seen == [("train", 200), ("validation", 200), ("test", 160)]
    assert [each[0] for each in (inputs.train, inputs.validation, inputs.test)] == [*SPLITS]


@pytest.mark.parametrize(
    ("amount", "size"),
    [(0, 16), (1000, 16), (1130, 16), (1140, 32), (1600, 32), (5000, 128), (10**6, 128)],
)
def test_a_batch_is_a_power_of_two_for_about_fifty_steps(amount: int, size: int) -> None:
    assert suitable_batch(amount, least=16, largest=128) == size


def test_an_empty_or_tiny_epoch_has_batches_of_one() -> None:
    assert [suitable_batch(amount, least=1, largest=8) for amount in (0, 50, 110)] == [1, 1, 2]


def test_the_plan_stands_in_place_of_what_was_left_open() -> None:
    plan: Any = SimpleNamespace(model="the model", train="the training")
    options = {"model": "open", "train": "open", "image": "as it was"}
    assert resolved(options, plan) == {
        "model": "the model",
        "train": "the training",
        "image": "as it was",
    }
    nothing: Any = None
    experiment = Experiment(plan, nothing, nothing, nothing)
    assert experiment.ship is as_trained
    with pytest.raises(dataclasses.FrozenInstanceError):
        experiment.plan = nothing  # type: ignore[misc]
    assert as_trained(plan) is plan
