"""What judges a network by its answer, and what it learns, for tasks whose answer the data decide.

Each task says how its examples are read; a class, a set of labels, numbers and several of these are
judged alike for all of them.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import keras
import numpy as np

from kerasapps.config import TrainConfig, TrustConfig
from kerasapps.config.targets import LabelLoss
from kerasapps.data.splits import Splits
from kerasapps.data.targets.several import part_labels, part_splits
from kerasapps.deploy.undecided import Undecided
from kerasapps.export.elsewhere import MakeElsewhere
from kerasapps.export.network import with_temperature
from kerasapps.model_inputs import ModelInputs
from kerasapps.outputs.classes.batches import resolve_class_weights
from kerasapps.outputs.classes.judging import ClassJudging, ClassReading
from kerasapps.outputs.labels.judging import LabelJudging
from kerasapps.outputs.numbers.judging import NumberJudging, NumberReading
from kerasapps.outputs.numbers.scaling import Scaling
from kerasapps.outputs.reading import ShowingReading
from kerasapps.outputs.several.criterion import with_uncertainty
from kerasapps.outputs.several.judging import SeveralJudging
from kerasapps.workflow.experiment import SplitInputs, as_trained

OneJudging: TypeAlias = ClassJudging | LabelJudging | NumberJudging
AnyJudging: TypeAlias = OneJudging | SeveralJudging


class AnyReading(ClassReading, NumberReading, ShowingReading, Protocol):
    """A reading that can be judged by whatever is answered."""


def judging_of(
    splits: Splits[Any],
    inputs: SplitInputs[ModelInputs],
    reading: AnyReading,
    *,
    each_epoch: bool = False,
    label_loss: LabelLoss | None = None,
    elsewhere: MakeElsewhere | None = None,
    class_weights: Sequence[float] | None = None,
    trust: TrustConfig = TrustConfig(),
) -> AnyJudging:
    """What judges a network, by the target of the splits.

    Args:
        splits: the audited examples.
        inputs: the same as model inputs.
        reading: how raw examples become model inputs, for this answer.
        each_epoch: whether a judge measures every epoch.
        label_loss: what is minimised where there are several labels; None: the usual one.
        elsewhere: makes test examples as another program prepares them.
        class_weights: see `ClassJudging`.
        trust: likewise.
    """
    if splits.target.kind == "several":
        judgings = {
            part.name: judging_of_one(
                part_splits(splits, part), inputs, reading, label_loss=label_loss, trust=trust
            )
            for part in splits.target.parts
        }
        return SeveralJudging(splits, inputs, reading, judgings, each_epoch, elsewhere=elsewhere)
    return judging_of_one(
        splits,
        inputs,
        reading,
        each_epoch=each_epoch,
        label_loss=label_loss,
        elsewhere=elsewhere,
        class_weights=class_weights,
        trust=trust,
    )


def judging_of_one(
    splits: Splits[Any],
    inputs: SplitInputs[ModelInputs],
    reading: AnyReading,
    *,
    each_epoch: bool = False,
    label_loss: LabelLoss | None = None,
    elsewhere: MakeElsewhere | None = None,
    class_weights: Sequence[float] | None = None,
    trust: TrustConfig = TrustConfig(),
) -> OneJudging:
    """The same where there is a single answer, or one of several is looked at alone."""
    if splits.target.kind == "labels":
        loss = label_loss or "cross_entropy"
        return LabelJudging(
            splits, inputs, reading, loss, each_epoch, elsewhere=elsewhere, trust=trust
        )
    if splits.target.kind == "number":
        return NumberJudging(
            splits,
            inputs,
            reading,
            Scaling.of(splits.basis.labels),
            each_epoch=each_epoch,
            elsewhere=elsewhere,
            shows=reading,
        )
    return ClassJudging(
        splits,
        inputs,
        reading,
        each_epoch=each_epoch,
        elsewhere=elsewhere,
        class_weights=class_weights,
        trust=trust,
    )


def decided_as(judging: AnyJudging, answer: Mapping[str, Any]) -> AnyJudging:
    """The same with the thresholds of a bundle, which are not chosen anew.

    They were chosen by a network before it learnt from validation, of which the bundle has only
    what learnt from it, and not all that it learnt from: not what networks said of examples
    without labels.

    Args:
        judging: of the bundle's data.
        answer: of its manifest.
    """
    if not isinstance(judging, ClassJudging) or not judging.trust.decides:
        return judging
    undecided = Undecided.of(answer, judging.splits.labels)
    return dataclasses.replace(judging, undecided=undecided)


def outputs_of(splits: Splits[Any]) -> int:
    """How many numbers a network gives for an example."""
    parts = splits.target.parts
    return sum(part.width for part in parts) if parts else len(splits.labels) or 1


def learnt_of(splits: Splits[Any]) -> Callable[[Any], np.ndarray]:
    """From a split's labels to what a network learns of them; see `batches_of`."""
    target = splits.target
    if target.kind == "several":
        parts = [(part, _learnt_beside(part_splits(splits, part))) for part in target.parts]
        return lambda labels: np.concatenate(
            [learnt(part_labels(labels, target, part)) for part, learnt in parts], axis=1
        )
    if target.kind == "number":
        return Scaling.of(splits.basis.labels).targets
    return np.asarray


def _learnt_beside(splits: Splits[Any]) -> Callable[[Any], np.ndarray]:
    """The same of one answer among several, float32 `(n, width)`: classes are one-hot."""
    if splits.target.kind == "number":
        return Scaling.of(splits.basis.labels).targets
    if splits.target.kind == "labels":
        return lambda labels: np.asarray(labels, np.float32)
    one_hot = np.eye(len(splits.labels), dtype=np.float32)
    return lambda labels: one_hot[np.asarray(labels)]


def building(splits: Splits[Any], build: Callable[[], keras.Model]) -> Callable[[], keras.Model]:
    """What builds the network that is trained, of what builds one with as many outputs.

    Of several answers it holds how much each counts, which is learnt with the rest.
    """
    count = len(splits.target.parts)
    return functools.partial(_build_weighed, build, count) if count else build


def _build_weighed(build: Callable[[], keras.Model], answers: int) -> keras.Model:
    return with_uncertainty(build(), answers)


def class_weights_of(train: TrainConfig, splits: Splits[Any]) -> list[float] | None:
    """One weight a class, where the target is one class and weights were asked for."""
    if splits.target.kind != "class":
        return None
    return resolve_class_weights(train, splits.labels, splits.train.labels)


def shipping(
    judging: AnyJudging,
    *,
    views: Callable[[keras.Model], keras.Model] = as_trained,
    finishes: bool = False,
) -> Callable[[keras.Model], keras.Model]:
    """The trained network → the one that ships; see `Experiment.ship`.

    Its temperature is fitted before anything of the network learns from validation.

    Args:
        judging: what it is judged by.
        views: makes one that answers with the mean of several views of an example.
        finishes: whether what is solved from labels learns from validation as well.
    """
    finish = judging.finish if finishes and isinstance(judging, ClassJudging) else as_trained

    def shipped(network: keras.Model) -> keras.Model:
        network = views(network)
        temperatures = judging.temperatures(network)
        return with_temperature(finish(network), temperatures)

    return shipped


def reopening(judging: AnyJudging) -> Callable[[keras.Model], keras.Model]:
    """A network that shipped → as it was trained; see `Experiment.reopen`."""
    return judging.reopen if isinstance(judging, ClassJudging) else as_trained
