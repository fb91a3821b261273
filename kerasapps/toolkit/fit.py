"""Training any functional network on one's own examples, with all that the tasks' training has."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import keras

from kerasapps.cluster import take_cluster
from kerasapps.config import ClusterConfig, TrainConfig
from kerasapps.config.checks import identifying_values
from kerasapps.config.devices import parse_devices
from kerasapps.errors import ConfigError
from kerasapps.files.paths import folder_place
from kerasapps.models.adapt import backbone
from kerasapps.models.own_copies import configuration_digest
from kerasapps.toolkit.answers import Answers, answer_of
from kerasapps.toolkit.batches import Examples, finite_batches_of, training_batches_of
from kerasapps.toolkit.fitting import Needs, told_plainly
from kerasapps.toolkit.values import tell_of_classes
from kerasapps.toolkit.wording import told_in_python
from kerasapps.training.history import History
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.training.in_phases import fit_in_phases
from kerasapps.training.length import suitable_length
from kerasapps.training.progress import Reporter
from kerasapps.training.runtime import Runtime, choose_runtime

_EVALUATED = 256
"""Examples in a batch of validation arrays."""


def fit(
    model: keras.Model,
    train: Examples,
    validation: Examples,
    *,
    folder: str | os.PathLike[str],
    config: TrainConfig = TrainConfig(),
    answers: Answers | None = None,
    steps_per_epoch: int | None = None,
    hooks: Hooks = NO_HOOKS,
    reporter: Reporter | None = None,
) -> History:
    """Trains a network in place and leaves it with the weights of its best epoch.

    After every epoch the validation examples are judged and a checkpoint is written. The same call
    after a kill, with a network built anew, goes on from there; after the end it only restores the
    best weights. Without epochs or a time budget validation decides when it is enough.

    Minimised is the cross-entropy of classes or the squared error of numbers, whichever the
    network answers with (see `answers`); what it was compiled with is not looked at. A network
    with a pretrained layer `backbone` (`kerasapps.models.preset`) is trained in two phases. Layers
    that compute weights from data want `kerasapps.models.adapt` before.

    Args:
        model: functional or sequential, with one output: logits or probabilities of classes, or
            numbers.
        train: a `tf.data.Dataset` or `keras.utils.PyDataset` of batches `(x, y)` or
            `(x, y, weight)`; or arrays of these; or a function from the number of epochs done to
            an endless data set from there on. x of several inputs: by name, or a tuple in the order
            of `model.inputs`. y: class numbers or one-hot rows, or numbers. With arrays and
            functions a training that goes on gives what an uninterrupted one gives; a data set that
            is shuffled draws anew.
        validation: a finite data set, or arrays: what training is stopped on.
        folder: for the checkpoint and the best weights; made if it is missing.
        config: how to train: optimizer, schedule, averages, budget. `precision` is that which the
            network was built with. `class_weights` are to be given as weights of examples,
            `dropout` to whatever builds the network.
        answers: "classes" or "numbers"; by default one output without a sigmoid is a number, all
            else are classes. One logit of "classes" is that of the second of two.
        steps_per_epoch: batches in an epoch; a data set that does not know how many it has is
            counted.
        hooks: callbacks, metrics, a loss and an optimizer of your own. A loss reads what the
            network gives, which must be logits where it answers with classes.
        reporter: hears of progress; by default it is printed.

    Returns:
        One row for each epoch, those before a kill included.

    Raises:
        ConfigError: if the network, the data or the options cannot be trained with, or the folder
            cannot be written.
        DataError: if examples do not fit the network: other inputs or shapes, texts for targets,
            classes that it has not; if arrays hold NaN, are empty or of different lengths.
        TrainingError: if the folder holds another training, the loss stops being a number, or
            nothing can be written.

    Examples:
        >>> x = np.random.default_rng(0).normal(size=(64, 3)).astype(np.float32)
        >>> y = (x[:, 0] > 0).astype(int)
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        >>> config = kerasapps.TrainConfig(epochs=2, batch_size=16, ema=0.9)
        >>> history = kerasapps.training.fit(
        ...     model, (x, y), (x[:16], y[:16]), config=config, folder="training",
        ...     reporter=kerasapps.training.QuietReporter(),
        ... )
        >>> history.stopped, len(history.rows)
        ('epochs', 2)
    """
    _check_config(config)
    hooks.check(config)
    answer = answer_of(model, answers)
    if hooks.loss is not None and answer.kind == "classes" and answer.ending != "other":
        raise ConfigError(
            f"A loss of your own reads logits, and the network ends with {answer.ending}: leave "
            "that out, or the loss."
        )
    if answers is None:
        tell_of_classes(train, answer)
    needs = Needs.of(model, answer)
    batches = training_batches_of(train, needs=needs, config=config, steps=steps_per_epoch)
    held_out = finite_batches_of(validation, needs=needs, size=config.batch_size or _EVALUATED)
    work = folder_place(folder, what="folder")
    work.mkdir(exist_ok=True)
    pretrained = backbone(model)
    with told_plainly(), told_in_python():
        return fit_in_phases(
            model,
            batches=batches.source,
            validation=held_out,
            steps_per_epoch=batches.steps,
            config=config,
            runtime=_runtime(model, config),
            folder=work,
            settings=_settings(model, config, answer.kind, batches.steps) | hooks.describe(),
            length=suitable_length(
                config, steps_per_epoch=batches.steps, pretrained=pretrained is not None
            ),
            answer=dataclasses.replace(answer.answer, judged=answer.answer.fitted),  # no judge
            criterion=answer.criterion,
            backbone=pretrained,
            hooks=hooks,
            reporter=reporter,
        )


def _check_config(config: TrainConfig) -> None:
    """What would have no effect is an error rather than ignored."""
    for field, instead in (
        ("class_weights", "give each example its weight: (x, y, weight)"),
        ("dropout", "give it to the function that builds the network"),
    ):
        if getattr(config, field) is not None:
            raise ConfigError(
                f"TrainConfig.{field} cannot change a network or data of your own: {instead}."
            )
    if parse_devices(config.devices).kind != "auto":
        raise ConfigError(
            f"TrainConfig.devices {config.devices!r}: a network of your own is trained on the "
            "device that it was built on. Choose that before you build it, by "
            "CUDA_VISIBLE_DEVICES or tf.config.set_visible_devices."
        )
    cluster = take_cluster(ClusterConfig())
    if cluster is not None:
        raise ConfigError(
            f"{cluster.source} names {cluster.count} machines, and here one process trains: each "
            "would train alone, in the same folder. Leave it out, or give the network to a recipe "
            "(model=), which trains it on all of them."
        )


def _runtime(model: keras.Model, config: TrainConfig) -> Runtime:
    """As the network was built; whether XLA compiles it, the options say."""
    policies = {layer.dtype_policy.name for layer in model._flatten_layers()}
    mixed = next((name for name in policies if name.startswith("mixed_")), "float32")
    chosen = choose_runtime("conv", dataclasses.replace(config, precision="float32"))
    if config.precision not in ("auto", mixed.removeprefix("mixed_")):
        raise ConfigError(
            f"TrainConfig.precision is {config.precision!r}, and the network was built for "
            f"{mixed}: call keras.config.set_dtype_policy before you build it."
        )
    return dataclasses.replace(chosen, precision=mixed, reason="precision as the network's own")


def _settings(model: keras.Model, config: TrainConfig, kind: str, steps: int) -> dict[str, Any]:
    """What tells this training from others, as plain values."""
    return {
        "network": configuration_digest(model),
        "answers": kind,
        "steps_per_epoch": steps,
        "train": identifying_values(config),
    }
