"""Attacks in training that grow stronger once a network has learnt to mislead weaker ones."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import TrainConfig
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.training import hardening
from kerasapps.training.adversarial import Attack, PixelSpace
from kerasapps.training.hardening import after, hardened, is_outwitted, tell_hardened
from kerasapps.training.history import EpochRow
from kerasapps.training.step import Stepper
from kerasapps.training.word_space import WordSpace
from tests.training.small import train

ATTACK = Attack(PixelSpace(0.3), seed=0, taught=1, harder=5)


def rows(*losses: tuple[float, float], val_figure: float = 0.8) -> list[EpochRow]:
    """Epochs of some losses, in training and on validation, whose figures fall a little."""
    return [
        EpochRow(number, "train", 0.1, 1.0, loss, 0.9, val_loss, val_figure - 0.01 * (number - 1))
        for number, (loss, val_loss) in enumerate(losses, 1)
    ]


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([(0.66, 1.56)], False),
        ([(0.66, 1.56), (0.15, 10.6)], True),  # MNIST at 0.3 of the range
        ([(0.66, 1.56), (0.5, 1.9)], False),  # it has learnt a little by heart
        ([(0.66, 1.56), (0.9, 4.0)], False),  # worse under both: the radius has grown
        ([(0.66, 1.56), (0.6, 1.0), (0.5, 2.1)], True),
        ([(0.66, 1.56), (0.15, 10.6), (0.4, 1.4)], False),
    ],
)
def test_a_network_that_misleads_one_attack_and_fails_under_others(
    losses: list[tuple[float, float]], expected: bool
) -> None:
    assert is_outwitted(rows(*losses)) is expected


@pytest.mark.parametrize(("val_figure", "expected"), [(0.46, False), (0.44, True)])
def test_the_first_epoch_may_show_it_once_the_radius_has_grown(
    val_figure: float, expected: bool
) -> None:
    first = rows((0.8, 9.9), val_figure=val_figure)
    assert is_outwitted(first) is expected
    assert not is_outwitted(first, growing=1)


def test_the_radius_grows_for_so_many_whole_epochs() -> None:
    for steps, growing in ((918, 0), (156, 2), (40, 10)):
        assert ATTACK.over(steps_per_epoch=steps, epochs=60).growing == growing


def test_attacks_stay_stronger_from_then_on() -> None:
    assert after(ATTACK, rows((0.66, 1.56), (0.5, 1.5))) == ATTACK
    stronger = dataclasses.replace(ATTACK, taught=5, harder=None)
    misled = [(0.66, 1.56), (0.15, 10.6)]
    assert after(ATTACK, rows(*misled)) == stronger
    assert after(ATTACK, rows(*misled, (0.4, 1.4), (0.35, 1.2))) == stronger


def test_what_is_misled_from_the_first_epoch_on_is_not_gone_on_with() -> None:
    first = rows((0.5, 6.1), (0.3, 7.0), val_figure=0.1)
    assert is_outwitted(first[:1]) and after(ATTACK, first[:1]) == ATTACK
    better = [first[0], dataclasses.replace(first[1], val_figure=0.2)]
    assert is_outwitted(better) and after(ATTACK, better) == ATTACK


def test_large_radii_of_pictures_have_several_steps_from_the_beginning() -> None:
    assert [PixelSpace(radius).lesson_steps for radius in (4 / 255, 8 / 255, 0.04)] == [1, 1, 5]
    assert WordSpace(0.5).lesson_steps == 1


def test_steps_that_were_asked_for_stay() -> None:
    asked = dataclasses.replace(ATTACK, harder=None)
    assert after(asked, rows((0.66, 1.56), (0.15, 10.6))) == asked
    assert hardened(CLASS_CRITERION, rows((0.66, 1.56), (0.15, 10.6))) == CLASS_CRITERION


def test_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    misled = rows((0.66, 1.56), (0.15, 10.6))
    criterion = dataclasses.replace(CLASS_CRITERION, attack=ATTACK)
    tell_hardened(hardened(criterion, misled), misled, best=1)
    told = capsys.readouterr().err
    assert "in epoch 2 its loss is 0.15 under these, and 10.6 under attacks of 7" in told
    assert "from epoch 1 under attacks of 5 steps" in told


def trained(folder: Path, **changes: Any) -> list[np.ndarray]:
    """Weights after four epochs under attack, in the second of which it is misled."""
    attack = dataclasses.replace(ATTACK, space=PixelSpace(0.1), warm_up=1, steps=2, harder=3)
    criterion = dataclasses.replace(CLASS_CRITERION, attack=attack)
    config = TrainConfig(epochs=4, early_stopping=0, ema=0.5)
    model, history = train(folder, config, criterion=criterion, **changes)
    if history.stopped == "paused":
        return trained(folder)
    assert len(history.rows) == 4
    return model.get_weights()


def test_training_goes_on_from_the_best_epoch_and_resumes_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(hardening, "is_outwitted", lambda rows, **_: len(rows) == 2)
    monkeypatch.setattr(hardening, "_was_better", lambda rows: True)
    taught: list[int] = []
    attack_by = Stepper.attack_by

    def recorded(stepper: Stepper, attack: Attack) -> None:
        taught.append(attack.taught)
        attack_by(stepper, attack)

    monkeypatch.setattr(Stepper, "attack_by", recorded)
    whole = trained(tmp_path / "whole")
    assert taught == [3] and "It goes on from epoch" in capsys.readouterr().err
    resumed = trained(tmp_path / "resumed", pause=lambda row: row.epoch == 3)
    assert taught == [
        3,
        3,
    ]  # of the training before the pause; after it attacks are strong from the start
    for one, other in zip(whole, resumed, strict=True):
        np.testing.assert_array_equal(one, other)
