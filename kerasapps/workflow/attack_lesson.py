"""What a training against attacks has taught, measured on the validation split."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf

from kerasapps.evaluation.attack_lesson import AttackLesson
from kerasapps.training.adversarial import JUDGING_STEPS, Attack
from kerasapps.training.criterion import Criterion
from kerasapps.training.step import Tally, unpack
from kerasapps.workflow.experiment import Experiment

_MOST: Final = 1000  # examples that are attacked
_SURE: Final = 1e-6  # of a share, whose logit must be finite


def lesson_of(network: keras.Model, experiment: Experiment) -> AttackLesson | None:
    """How a network bears the attacks of its training, and stronger ones; None without any.

    Args:
        network: as it ships.
        experiment: what it was trained on.
    """
    attack = experiment.attack
    if attack is None:
        return None
    criterion = experiment.judging.fit_options(network)["criterion"]
    batches = _some_of(experiment.batches.validation)
    known = dataclasses.replace(attack, steps=attack.taught)
    stronger = dataclasses.replace(attack, steps=max(JUDGING_STEPS, attack.taught))
    return AttackLesson(
        examples=sum(len(targets) for _, targets in batches),
        steps=attack.taught,
        known=_borne(network, criterion, known, batches),
        stronger=stronger.steps,
        borne=_borne(network, criterion, stronger, batches),
        constant=_constant(criterion, np.concatenate([targets for _, targets in batches])),
    )


def _some_of(batches: tf.data.Dataset) -> list[tuple[Any, np.ndarray]]:
    """Inputs and targets of as many batches as are enough."""
    some: list[tuple[Any, np.ndarray]] = []
    for batch in batches:
        inputs, targets, _ = unpack(batch)
        some.append((inputs, targets.numpy()))
        if sum(len(targets) for _, targets in some) >= _MOST:
            break
    return some


def _borne(
    network: keras.Model, criterion: Criterion, attack: Attack, batches: list[tuple[Any, Any]]
) -> float:
    """The figure under an attack."""
    tally = Tally(criterion.figure)

    @tf.function(reduce_retracing=True, autograph=False)
    def count(x: Any, y: Any, moment: Any) -> None:
        outputs = attack.trial(
            network, x, lambda outputs: criterion.score(outputs, y).loss, moment=moment
        )
        tally.add(criterion.score(outputs, y).sums)

    for number, (inputs, targets) in enumerate(batches):
        count(inputs, tf.constant(targets), tf.constant(number))
    return tally.read()[1]


def _constant(criterion: Criterion, targets: np.ndarray) -> float:
    """The figure of who gives each example the answer that is usual, by logits of its shares."""
    usual = np.clip(targets.mean(axis=0), _SURE, 1 - _SURE)
    logits = np.broadcast_to(np.log(usual / (1 - usual)), targets.shape).astype(np.float32)
    tally = Tally(criterion.figure)
    tally.add(criterion.score(tf.constant(logits), tf.constant(targets)).sums)
    return tally.read()[1]
