"""What a model gives, as tensors of the Open Inference Protocol."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasapps.deploy.runner import Bundle
from kerasapps.deploy.undecided import Undecided
from kerasapps.outputs.labels.bundle import LabelBundle
from kerasapps.outputs.several.bundle import SeveralBundle
from kerasapps.serve.model import Model
from kerasapps.serve.tensors import BYTES, Tensor, of_array, of_texts


@dataclass(frozen=True)
class Output:
    """One output of a model.

    Attributes:
        name: of it.
        datatype: of its values.
        shape: of one example.
        tensor: answers → the tensor.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]
    tensor: Callable[[str, Sequence[Any]], Tensor]


@dataclass(frozen=True)
class Number:
    """An answer of a model of numbers, as its bundle gives it."""

    value: float


def outputs_of(model: Model) -> list[Output]:
    """What a model gives."""
    if model.answers == "classes":
        return _outputs_of_classes(model)
    if isinstance(model.bundle, LabelBundle):
        count, limits = len(model.labels), model.bundle.thresholds

        def chosen(name: str, answers: Sequence[Any]) -> Tensor:
            return of_array(name, np.stack(answers) >= limits)

        return [
            Output("scores", "FP32", (count,), _stacked),
            Output("chosen", "BOOL", (count,), chosen),
        ]
    if isinstance(model.bundle, SeveralBundle):
        return [
            _beside(name, model.bundle.output(name), part, each)
            for name, part in model.parts.items()
            for each in outputs_of(part)
        ]
    if model.answers == "text":

        def texts(name: str, answers: Sequence[Any]) -> Tensor:
            return of_texts(name, _of(answers, "text"))

        def costs(name: str, answers: Sequence[Any]) -> Tensor:
            return _numbers(name, _of(answers, "score"))

        return [Output(model.columns[0], BYTES, (), texts), Output("score", "FP32", (), costs)]
    if model.answers == "entities":

        def entities(name: str, answers: Sequence[Any]) -> Tensor:
            return of_texts(name, [_json_of(each.entities) for each in answers])

        return [Output("entities", BYTES, (), entities)]
    return [_numbers_of(model)]


def _outputs_of_classes(model: Model) -> list[Output]:
    """Scores and the answer; where the bundle may have none, an empty text, and whether it has."""
    count = len(model.labels)
    undecided = model.bundle.undecided if isinstance(model.bundle, Bundle) else Undecided()

    def label(name: str, answers: Sequence[Any]) -> Tensor:
        best = [
            "" if undecided.reason(each) else model.labels[int(np.argmax(each))] for each in answers
        ]
        return of_texts(name, best)

    def answered(name: str, answers: Sequence[Any]) -> Tensor:
        return of_array(name, np.array([not undecided.reason(each) for each in answers]))

    outputs = [Output("scores", "FP32", (count,), _stacked), Output("label", BYTES, (), label)]
    return outputs if undecided.is_empty else [*outputs, Output("answered", "BOOL", (), answered)]


def _numbers_of(model: Model) -> Output:
    """The number, or whatever numbers a network of the user's gives."""
    if model.answers == "number":
        return Output("value", "FP32", (), lambda name, each: _numbers(name, _of(each, "value")))
    return Output("values", "FP32", (-1,), _stacked)


def _beside(name: str, output: str, part: Model, own: Output) -> Output:
    """An output of one answer of several, behind that answer's own name."""

    def tensor(called: str, answers: Sequence[Any]) -> Tensor:
        given = [each[name] for each in answers]
        if part.answers == "number":
            given = [Number(float(each[0])) for each in given]
        return own.tensor(called, given)

    return Output(f"{output}_{own.name}", own.datatype, own.shape, tensor)


def _of(answers: Sequence[Any], name: str) -> list[Any]:
    return [getattr(each, name) for each in answers]


def _json_of(entities: Sequence[Any]) -> str:
    """The entities of one text as JSON: the protocol has no tensors of objects."""
    return json.dumps([vars(each) for each in entities], ensure_ascii=False)


def _numbers(name: str, numbers: Sequence[float]) -> Tensor:
    return of_array(name, np.array(numbers, np.float32))


def _stacked(name: str, answers: Sequence[np.ndarray]) -> Tensor:
    return of_array(name, np.stack(answers).astype(np.float32, copy=False))
