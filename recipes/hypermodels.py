"""The tasks' networks and spaces as keras-tuner's `HyperModel`s, for searches that it runs."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import keras
import keras_tuner
import numpy as np
import tensorflow as tf

from kerasapps.config import ModelConfig, TrainConfig, choose
from kerasapps.config.architectures import Architectures
from kerasapps.errors import ConfigError
from kerasapps.models.translator import Translator
from kerasapps.recipes.registry import find_task
from kerasapps.toolkit.answers import answer_of
from kerasapps.toolkit.losses import loss_of
from kerasapps.training.optimizer_choice import OPTIMIZER_DEFAULTS, optimizer_of, peak_learning_rate
from kerasapps.training.optimizers import make_optimizer
from kerasapps.tuning.space import Space, option_values
from kerasapps.tuning.spaces import Candidate, default_space
from kerasapps.workflow.task import Task

_BATCH = 32
_TRAINED = ("learning_rate", "weight_decay", "label_smoothing")
_PICTURE_SIZES = {"input_shape", "num_classes"}
_SIZES = ("width", "depth", "kernel")


def hypermodel(
    task: str,
    *,
    models: str | Sequence[str],
    shape: Any = None,
    fixed: Collection[str] = (),
    **sizes: Any,
) -> SearchedNetwork:
    """What kerasapps searches with a task's networks, for `keras_tuner.RandomSearch` and the like.

    Searched are the options that make the network and its compiled training: width, depth,
    kernels, dropout, learning rate, weight decay, label smoothing and batch size, as far as the
    networks have them, around their usual values. What prepares data, as augmentation, is the
    user's own here.

    Args:
        task: such as "image_classification", "text_classification", "tabular" or "translation".
        models: the networks to choose among, by name.
        shape: of texts a `TextShape`, of table rows a `TabularShape`, of translations a
            `TranslatorShape`; pictures have `sizes`.
        fixed: options that stay as they are.
        sizes: of pictures `input_shape` and `num_classes`.

    Returns:
        A `HyperModel`: its `build(hp)` gives a compiled network that answers with logits or
        numbers and takes class numbers or one-hot rows as targets; its `space` is what is tried. A
        translator takes `(source, target)` of ids, the target from its start mark on, and has the
        target without that, up to its end mark, as targets: `search((source, before), after)`.

    Raises:
        ConfigError: for an unknown task, network or fixed option, a network of which a part is
            computed from labelled examples (`bag_of_ngrams`), or where shape or sizes are not its.

    Examples:
        >>> searched = kerasapps.tuning.hypermodel(
        ...     "image_classification", models="mlp", input_shape=(8, 8, 1), num_classes=3
        ... )
        >>> model = searched.build(searched.space)
        >>> model.output_shape
        (None, 3)
    """
    names = (models,) if isinstance(models, str) else tuple(models)
    return SearchedNetwork(find_task(task), names, shape=shape, fixed=fixed, sizes=sizes)


class SearchedNetwork(keras_tuner.HyperModel):
    """See `hypermodel`.

    Args:
        task: whose networks they are.
        models: their names.
        shape: see `hypermodel`, as `fixed`.
        fixed: likewise.
        sizes: likewise.

    Attributes:
        space: what is tried, with the values of the first trial.
    """

    def __init__(
        self,
        task: Task,
        models: Sequence[str],
        *,
        shape: Any,
        fixed: Collection[str],
        sizes: Mapping[str, Any],
    ) -> None:
        super().__init__(name=task.name)
        for name in models:
            _check_model(task.architectures, name)
            _check_sizes(task, name, shape, sizes)
        self._task, self._models = task, tuple(models)
        self._shape, self._sizes = shape, dict(sizes)
        candidates = [self._candidate(name) for name in models]
        fixed = (fixed,) if isinstance(fixed, str) else fixed
        _check_fixed(candidates, fixed)
        self.space: Space = default_space(candidates, fixed=fixed)

    def build(self, hp: Any) -> keras.Model:
        """A compiled network with one trial's values.

        Args:
            hp: keras-tuner's hyperparameters; those of the space that it lacks are added.
        """
        hp.merge(self.space, overwrite=False)
        chosen = option_values(hp.values)
        name = chosen.get("model", self._models[0])
        values = {**self._candidate(name).defaults, **chosen}
        network = self._network(name, values)
        config = TrainConfig(
            **{
                **self._task.architectures.find(name).training,
                **{each: values[each] for each in _TRAINED if values.get(each) is not None},
            }
        )
        loss, metric = _judged(network, smoothing=config.label_smoothing or 0.0)
        network.compile(
            optimizer=make_optimizer(config), loss=loss, metrics=[metric], jit_compile=False
        )
        return network

    def fit(self, hp: Any, model: keras.Model, *args: Any, **kwargs: Any) -> Any:
        """As Keras trains it; arrays in batches of the trial's size, where none is asked for."""
        size = option_values(hp.values).get("batch_size")
        data = args[0] if args else kwargs.get("x")
        if size is not None and isinstance(data, np.ndarray | tf.Tensor | Mapping | tuple | list):
            kwargs.setdefault("batch_size", size)
        return model.fit(*args, **kwargs)

    def _network(self, name: str, values: Mapping[str, Any]) -> keras.Model:
        architectures = self._task.architectures
        sizes = {each: values[each] for each in _SIZES if values.get(each) is not None}
        config = ModelConfig(model=name, **sizes)
        if self._shape is None:
            known = architectures.find(name).defaults
            more = {each: value for each, value in values.items() if each in known}
            return architectures.build(config, **self._sizes, **more)
        fields = {field.name for field in dataclasses.fields(self._shape)}
        changes = {each: value for each, value in values.items() if each in fields}
        return architectures.build(config, dataclasses.replace(self._shape, **changes))

    def _candidate(self, name: str) -> Candidate:
        """A network with the options as they are."""
        architecture = self._task.architectures.find(name)
        given = {} if self._shape is None else dataclasses.asdict(self._shape)
        train = TrainConfig(
            **{
                option: value
                for option, value in architecture.training.items()
                if option not in _TRAINED[2:]
            }
        )
        values = {
            "width": 1.0,
            "depth": 1.0,
            **architecture.defaults,
            **{option: value for option, value in given.items() if value is not None},
            "learning_rate": peak_learning_rate(train),
            "weight_decay": OPTIMIZER_DEFAULTS[optimizer_of(train)].weight_decay,
            "label_smoothing": architecture.training.get("label_smoothing", 0.0),
            "batch_size": _BATCH,
        }
        if self._task.architectures.is_pretrained(name):
            values = {each: value for each, value in values.items() if each not in _SIZES}
        return Candidate(name, architecture.space, values)


def _check_model(architectures: Architectures, name: str) -> None:
    """Make sure that a network can be searched without a task's own training."""
    if not architectures.is_pretrained(name):
        known = (*architectures.names, *architectures.pretrained_choices)
        choose(name, known, what="models")
    architectures.check(name, option="models")
    if architectures.find(name).from_labels:
        raise ConfigError(
            f"{name} computes part of itself from labelled texts before it is trained, which "
            "keras-tuner does not: search another network, or this one with kerasapps tune."
        )


def _check_sizes(task: Task, name: str, shape: Any, sizes: Mapping[str, Any]) -> None:
    """Make sure that a network is told for what sizes it is made, as its builder takes them."""
    parameters = inspect.signature(task.architectures.find(name).build).parameters
    if "shape" in parameters:
        kind = parameters["shape"].annotation
        if sizes or kind not in [each.__name__ for each in type(shape).__mro__]:
            wrong = ", ".join(sizes) if sizes else f"shape={shape!r}"
            raise ConfigError(
                f"A network for {task.noun} takes shape=kerasapps.models.{kind}(…), not {wrong}."
            )
    elif shape is not None or set(sizes) != _PICTURE_SIZES:
        got = ", ".join([*(["shape"] if shape is not None else []), *sizes]) or "neither"
        raise ConfigError(
            f"A network for {task.noun} takes input_shape=(height, width, channels) and "
            f"num_classes=…, got {got}."
        )


def _check_fixed(candidates: Sequence[Candidate], fixed: Collection[str]) -> None:
    """Make sure that what stays as it is would be searched, or is an option of a network."""
    searched = option_values(default_space(candidates).values)
    silent = {option for each in candidates for option in each.defaults}
    for name in fixed:
        if name not in silent:
            choose(name, searched, what="fixed")


def _judged(network: keras.Model, *, smoothing: float) -> tuple[keras.losses.Loss, Any]:
    """The loss of targets and outputs as Keras calls it, and the metric beside it."""
    if isinstance(network, Translator):
        from kerasapps.recipes.translation.compiled import PieceAccuracy, PieceLoss

        return PieceLoss(smoothing=smoothing), PieceAccuracy()
    answer = answer_of(network)
    loss, quality = loss_of(answer, smoothing=smoothing), answer.answer.metric.quality
    if answer.kind == "numbers":
        return loss, keras.metrics.RootMeanSquaredError(name=quality)
    return loss, quality
