"""Pruning: a trained network is trained on while its weakest filters or weights go."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np

from kerasapps.config import CompressConfig, TrainConfig
from kerasapps.config.compress import FILTERS, WEIGHTS
from kerasapps.errors import ConfigError
from kerasapps.export.network import float32_copy
from kerasapps.export.pruning.filters import WeakestFilters
from kerasapps.export.pruning.magnitude import SmallestWeights
from kerasapps.export.pruning.masked import Masked, cubic_share, hold
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.training.criterion import Criterion
from kerasapps.wording.counted import counted
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import fit_options_of
from kerasapps.workflow.qat import tuning_config
from kerasapps.workflow.train_on import epochs_of_about, train_on

FOLDER: Final = "prune"
"""Of its checkpoints, in the work folder."""
_RATE: Final = 10.0  # times that of fine-tuning for int8, which makes it that of the training
_STEPS: Final = 600
_EPOCHS: Final = (4, 20)
_UPDATES: Final = 50  # of the masks, until all is gone
_MOST: Final = 0.5  # of the weights must lie where filters can go, that these are pruned unasked


@dataclass(frozen=True)
class Pruned:
    """A network after its pruning.

    Attributes:
        network: float32.
        experiment: the same, which builds such networks from now on.
        words: what went, for people.
    """

    network: keras.Model
    experiment: Experiment
    words: str


def usual_epochs(steps_per_epoch: int) -> int:
    """Epochs where nobody says how many: about 600 steps, in 4 to 20 epochs.

    Args:
        steps_per_epoch: of the training.
    """
    return epochs_of_about(_STEPS, steps_per_epoch=steps_per_epoch, within=_EPOCHS)


def choose_pruner(
    network: keras.Model, compress: CompressConfig, *, model: str
) -> WeakestFilters | SmallestWeights:
    """What is pruned of a network: filters, where most of its weights lie in such as can go.

    Args:
        network: as it is trained.
        compress: `prune_by` is read.
        model: its name.

    Raises:
        ConfigError: if nothing of what was asked for can go.
    """
    weights = SmallestWeights(network)
    if compress.prune_by != WEIGHTS:
        filters = WeakestFilters(network)
        every = sum(
            int(np.prod(each.shape)) for each in network.trainable_variables if len(each.shape) > 1
        )
        if filters.filters and (compress.prune_by == FILTERS or filters.weights >= _MOST * every):
            return filters
        if compress.prune_by == FILTERS:
            raise ConfigError(
                f"prune_by filters: {model} has none that could be followed to all that reads "
                "them, as attention, recurrences and layers of unknown kinds mix them: choose "
                "weights."
            )
    if not weights.variables:
        raise ConfigError(f"prune_share: {model} has no kernels that are worth it; leave it out.")
    return weights


def prune(
    network: keras.Model,
    experiment: Experiment,
    compress: CompressConfig,
    *,
    settings: Mapping[str, object],
    work: Path,
    log_dir: Path,
) -> Pruned:
    """Trains a trained network on while a share of it goes, and for as long without.

    It goes on where it was cut. The epoch kept is the best on validation of those in which all that
    is to go is gone.

    Args:
        network: trained.
        experiment: the data, and how it was trained.
        compress: how much goes, of what, and in how many epochs.
        settings: what identifies the training.
        work: scratch space, with its checkpoints.
        log_dir: for TensorBoard logs.

    Raises:
        ConfigError: if nothing of what was asked for can go.
    """
    assert compress.prune_share is not None
    plan, batches = experiment.plan, experiment.batches
    plain = float32_copy(network, experiment.build)
    with doing("Finding what can go"):
        pruner = choose_pruner(plain, compress, model=plan.model.model)
    options = fit_options_of(experiment, plain)
    config = pruning_config(
        plan.train,
        epochs=compress.prune_epochs or usual_epochs(batches.steps_per_epoch),
        pretrained=options.get("backbone") is not None,
    )
    assert config.epochs is not None
    steps = config.epochs * batches.steps_per_epoch // 2
    tell(_begun(pruner, compress, config))
    masked = Masked(plain, pruner)
    fall = Falling(
        masked, share=compress.prune_share, steps=steps, per_epoch=batches.steps_per_epoch
    )
    train_on(
        masked,
        experiment,
        config=config,
        name=FOLDER,
        settings={**settings, FOLDER: [compress.prune_share, _kind(pruner), config.epochs]},
        work=work,
        log_dir=log_dir,
        criterion=_at_full_radius(options["criterion"]),
        judge=options.get("judge"),
        callbacks=(fall,),
        kept_from=steps // batches.steps_per_epoch + 1,
    )
    if isinstance(pruner, SmallestWeights):
        build = keeping_zeros(experiment.build, plain, pruner)
        return Pruned(plain, dataclasses.replace(experiment, build=build), _zeros(pruner))
    small = pruner.shrunk(compress.prune_share)
    words = f"{pruner.filters:,} filters, {compress.prune_share:.0%} of each layer's gone: " + (
        f"{plain.count_params():,} → {small.count_params():,} parameters"
    )
    # What is built anew, for another precision say, has as few filters.
    smaller = dataclasses.replace(experiment, build=lambda: keras.models.clone_model(small))
    return Pruned(small, smaller, words)


def pruning_config(train: TrainConfig, *, epochs: int, pretrained: bool) -> TrainConfig:
    """How it is trained on: as for int8, but at the rate of the training, falling as there.

    Most has to be learnt anew: at three tenths of the rate networks came to much less.

    Reference: Renda, Frankle and Carbin 2020, "Comparing Rewinding and Fine-tuning in Neural
    Network Pruning" (arXiv 2003.02389).

    Args:
        train: how it was trained.
        epochs: how many.
        pretrained: whether it has a backbone.
    """
    config = tuning_config(train, epochs=epochs, minutes=None, pretrained=pretrained)
    assert config.learning_rate is not None
    return dataclasses.replace(config, learning_rate=_RATE * config.learning_rate)


class Falling(keras.callbacks.Callback):
    """Takes more and more of a network in the first half of its epochs.

    Args:
        masked: the network.
        share: that is gone in the end.
        steps: after how many it is.
        per_epoch: steps of an epoch.
    """

    def __init__(self, masked: Masked, *, share: float, steps: int, per_epoch: int) -> None:
        super().__init__()
        self._masked, self._share, self._steps = masked, share, steps
        self._per_epoch, self._every = per_epoch, max(1, steps // _UPDATES)
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        step = self._epoch * self._per_epoch + batch
        if step <= self._steps and (step % self._every == 0 or step == self._steps):
            self._masked.prune(cubic_share(step, steps=self._steps, share=self._share))


def keeping_zeros(
    build: Callable[[], keras.Model], network: keras.Model, pruner: SmallestWeights
) -> Callable[[], keras.Model]:
    """What builds the network anew, to learn with zeros where it has them now.

    Args:
        build: makes such a network.
        network: pruned.
        pruner: of the network.
    """
    places = {id(variable): place for place, variable in enumerate(network.trainable_variables)}
    kept = {places[id(each)]: each.numpy() != 0 for each in pruner.variables}

    def built() -> keras.Model:
        copy = build()
        for place, keep in kept.items():
            hold(copy.trainable_variables[place], keep.astype(np.float32))
        return copy

    return built


def _at_full_radius(criterion: Criterion) -> Criterion:
    """The same with its attack as strong as at the end of the training, where it has one.

    It is learnt already, and pruning may be over before a radius that grows again is there.
    """
    attack = criterion.attack
    return criterion if attack is None else dataclasses.replace(criterion, attack=attack.at_once())


def _kind(pruner: WeakestFilters | SmallestWeights) -> str:
    return FILTERS if isinstance(pruner, WeakestFilters) else WEIGHTS


def _begun(
    pruner: WeakestFilters | SmallestWeights, compress: CompressConfig, config: TrainConfig
) -> str:
    """What is going to happen; what was chosen is said."""
    assert config.epochs is not None
    epochs = counted(config.epochs, "epoch")
    share, kind = f"{compress.prune_share:.0%} of the {_kind(pruner)}", _kind(pruner)
    told = f"Pruning: {share} go in the first half of {epochs} at a rate of " + (
        f"{config.learning_rate:g}, on one device"
    )
    if compress.prune_by is not None:
        return told
    why = {
        FILTERS: "filters, as most weights lie in such as can go",
        WEIGHTS: "single weights, as most lie where no filter can go alone",
    }[kind]
    return f"{told} ({why})"


def _zeros(pruner: SmallestWeights) -> str:
    every = sum(int(np.prod(each.shape)) for each in pruner.variables)
    zeros = sum(int((each.numpy() == 0).sum()) for each in pruner.variables)
    return f"{zeros:,} of {every:,} weights in kernels and tables are 0 ({zeros / every:.1%})"
