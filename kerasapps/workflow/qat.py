"""Fine-tuning for the int8 file: a trained network learns to bear what rounding does to it."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.export.fake_quant.network import FakeQuantized, fingerprints, start_ranges
from kerasapps.export.fake_quant.places import FloatFile, Learnt
from kerasapps.export.fake_quant.traced import TracedNetwork
from kerasapps.export.network import (
    float32_rebuilt,
    temperatures_of,
    with_temperature,
    without_temperature,
)
from kerasapps.preprocess.pipeline import told_by_readers
from kerasapps.start import Start
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.training.optimizer_choice import peak_learning_rate
from kerasapps.wording.counted import counted
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import fit_options_of
from kerasapps.workflow.judging import Judged, Judging
from kerasapps.workflow.train_on import epochs_of_about, train_on

FOLDER = "qat"
"""Of its checkpoints, in the work folder."""
_RATE = 0.1  # of the training's learning rate
_STEPS = 300
_EPOCHS = (2, 10)
_START_BATCHES = 8
_COMPARED = 3  # examples by which the network and its file are compared


class Roundable(Protocol):
    """A `Judging` of a network whose int8 file can have ranges that were learnt."""

    learnt: Learnt | None

    def float_file(self, network: keras.Model, *, examples: int, folder: Path) -> FloatFile:
        """The float TFLite file, and some examples."""


@dataclass(frozen=True)
class FineTuned:
    """A network after its fine-tuning, of which nothing but an int8 file is made.

    Attributes:
        network: as the file is made of it, float32; what it computes in is not rounded.
        rounded: the same with everything rounded, as the file will be.
        judging: makes the int8 file with the ranges that were learnt.
        epochs: passes that it took.
    """

    network: keras.Model
    rounded: keras.Model
    judging: Judging
    epochs: int

    def as_source(self, judged: Judged, judging: Judging) -> Judged:
        """The trained network's answers, by which files of this one are judged.

        Args:
            judged: the trained network, and its answers on the test split.
            judging: the data.
        """
        source = judging.judge(self.rounded)
        return dataclasses.replace(judged, network=self.network, source=source)


def usual_epochs(steps_per_epoch: int) -> int:
    """Epochs where nobody says how many: about 300 steps, in 2 to 10 epochs.

    Args:
        steps_per_epoch: of the training.
    """
    return epochs_of_about(_STEPS, steps_per_epoch=steps_per_epoch, within=_EPOCHS)


def fine_tune(
    network: keras.Model,
    experiment: Experiment,
    *,
    epochs: int,
    minutes: float | None,
    settings: Mapping[str, object],
    work: Path,
    log_dir: Path,
) -> FineTuned:
    """Trains a copy of a network on, with every weight and activation rounded as int8 does it.

    It goes on where it was cut. The epoch kept is the best of the rounded network on validation.

    Args:
        network: trained; it stays as it is.
        experiment: the data, and how it was trained.
        epochs: how many.
        minutes: that it may take; None: any.
        settings: what identifies the training.
        work: scratch space, with its checkpoints.
        log_dir: for TensorBoard logs.

    Raises:
        ConfigError: if the network computes in a loop, or nothing of it would be rounded.
        ExportError: if it does not convert.
        TrainingError: if what is minimised stops being a number.
    """
    plain, plan = float32_rebuilt(network, experiment.build), experiment.plan
    judging: Any = experiment.judging
    roundable: Roundable = judging
    with doing("Finding what int8 rounds"):
        traced = TracedNetwork(plain)
        file = roundable.float_file(plain, examples=_COMPARED, folder=work / f"{FOLDER}_float")
        values = fingerprints(traced, file.inputs)
        names = file.rounded(values, traced.values)
        floats = traced.leading_to(file.on_float32(values))
        if not names:
            raise ConfigError(f"nothing of {plan.model.model} is rounded in its int8 file")
        start = start_ranges(traced, names, _first_inputs(experiment))
    options = fit_options_of(experiment, plain)
    config = tuning_config(
        plan.train,
        epochs=epochs,
        minutes=minutes,
        pretrained=options.get("backbone") is not None,
    )
    tell(
        f"Fine-tuning for int8: {counted(epochs, 'epoch')} at a rate of "
        f"{config.learning_rate:g}, all weights and {len(names)} activations rounded"
    )
    learner = FakeQuantized(traced, names, start, floats=floats)
    rounded = keras.Model(plain.input, learner(plain.input), name=plain.name)
    history = train_on(
        learner,
        experiment,
        config=config,
        name=FOLDER,
        settings={**settings, FOLDER: config.epochs},
        work=work,
        log_dir=log_dir,
        criterion=options["criterion"],
        judge=judging.epoch_judge(rounded) if options.get("judge") is not None else None,
    )
    rounded = experiment.ship(rounded)  # before anything of it learns from validation
    shipped = with_temperature(
        without_temperature(experiment.ship(plain)), temperatures_of(rounded)
    )
    values = fingerprints(traced, file.inputs)
    learnt = Learnt(file.examples, [values[name] for name in names], np.array(learner.ranges))
    tuned = dataclasses.replace(judging, learnt=learnt)
    return FineTuned(shipped, rounded, tuned, len(history.rows))  # a time budget may have cut it


def tuning_config(
    train: TrainConfig, *, epochs: int, minutes: float | None, pretrained: bool
) -> TrainConfig:
    """How it is trained on: as before, but slowly, to the end, and without what averages.

    Args:
        train: how it was trained.
        epochs: how many.
        minutes: that they may take; None: any.
        pretrained: whether it has a backbone, which learnt at a rate of its own.
    """
    rate = peak_learning_rate(train) * _RATE * (train.fine_tune_rate if pretrained else 1.0)
    return dataclasses.replace(
        train,
        epochs=epochs,
        time_budget=minutes,
        learning_rate=rate or peak_learning_rate(train) * _RATE**2,
        schedule="cosine",
        early_stopping=0,
        ema=None,
        average_checkpoints=1,
        head_epochs=None,
        precision="float32",
    )


@told_by_readers()
def _first_inputs(experiment: Experiment) -> list[Any]:
    """The inputs of the first training batches."""
    batches = itertools.islice(experiment.batches.training(Start()), _START_BATCHES)
    return [inputs for inputs, *_ in batches]
