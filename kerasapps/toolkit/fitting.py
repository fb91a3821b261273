"""Whether examples are what a network takes and answers: told before its first step."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.errors import DataError
from kerasapps.model_inputs import ModelInputs, tensors_of
from kerasapps.toolkit.answers import OwnAnswer, is_numbered
from kerasapps.toolkit.inputs import (
    arranged,
    check_input,
    named_specs,
    shape_of,
    sides_of,
    spec_of,
)
from kerasapps.toolkit.values import check_classes, check_finite, unknown_class

_SAID = re.compile(r"\[kerasapps\](.*?)\[/kerasapps\]", re.DOTALL)


@dataclass(frozen=True)
class Needs:
    """What a network takes and answers.

    Attributes:
        inputs: name of each input → its tensor, in the order of `model.inputs`.
        output: shape of the answers, `(None, …)`.
        answer: how these are read.
    """

    inputs: Mapping[str, Any]
    output: tuple[int | None, ...]
    answer: OwnAnswer

    @classmethod
    def of(cls, model: keras.Model, answer: OwnAnswer) -> Needs:
        """The needs of a functional or sequential network."""
        return cls(tensors_of(model), tuple(model.outputs[0].shape), answer)

    def arranged(self, x: Any) -> Any:
        """Inputs in a row, as Keras takes them, by name; others as they are."""
        return arranged(self.inputs, x)

    def check(self, x: Any, y: Any, *, what: str, is_set: bool = False) -> None:
        """Refuses examples of other inputs, shapes or types.

        Args:
            x: a `tf.TensorSpec` of a batch, or one for each input.
            y: likewise, of the targets.
            what: the examples are, for messages.
            is_set: whether they come from a data set, which may lack its batches.

        Raises:
            DataError: naming what differs.
        """
        if not isinstance(y, tf.TensorSpec):
            raise DataError(f"{what} has targets in several parts: the network has one answer.")
        specs = named_specs(self.inputs, x, what=what)
        for name, tensor in self.inputs.items():
            if is_set and _is_single(specs[name], y, tensor):
                raise DataError(
                    f"{what} gives single examples, {sides_of(specs[name])} for {name!r}: make "
                    "batches of them with .batch(32)."
                )
            check_input(name, specs[name], tensor, what=what)
        self._check_targets(y, what)

    def check_arrays(self, inputs: ModelInputs, targets: np.ndarray, *, what: str) -> None:
        """Refuses arrays that `check` refuses, and such with numbers that are none.

        Raises:
            DataError: naming the first example that cannot be used.
        """
        arrays = inputs if isinstance(inputs, Mapping) else {"": inputs}
        specs = {name: spec_of(array) for name, array in arrays.items()}
        self.check(specs.get("", specs), spec_of(targets), what=what)
        for name, array in arrays.items():
            check_finite(array, f"the input {name!r}" if name else "its input", what)
        check_finite(targets, "its target", what)
        if self.answer.kind == "classes":
            check_classes(targets, self.answer.classes, what=what)

    def guarded(self, batches: tf.data.Dataset, *, what: str) -> tf.data.Dataset:
        """The batches with inputs by name where there are several, and classes that there are.

        Args:
            batches: `(x, y)` or `(x, y, weight)`.
            what: they are, for messages.

        Raises:
            DataError: for batches that `check` refuses; where one has a class that the network
                lacks, by `told_plainly` as it is read.
        """
        spec = batches.element_spec
        if not isinstance(spec, tuple) or len(spec) not in (2, 3):
            raise DataError(f"{what} gives no pairs: its batches must be (x, y) or (x, y, weight).")
        self.check(self.arranged(spec[0]), spec[1], what=what, is_set=True)
        numbered = self.answer.kind == "classes" and is_numbered(spec[1].shape)
        if not numbered and self.arranged(spec[0]) is spec[0]:
            return batches

        def guard(x: Any, y: Any, *weight: Any) -> tuple[Any, ...]:
            if numbered:
                y = _of_classes(y, self.answer.classes, what)
            return self.arranged(x), y, *weight

        return batches.map(guard)

    def _check_targets(self, y: tf.TensorSpec, what: str) -> None:
        classes = self.answer.classes
        if y.dtype == tf.string:
            how = f"class numbers from 0 to {classes - 1}, as np.unique(y, return_inverse=True)[1]"
            need = how if self.answer.kind == "classes" else "numbers"
            raise DataError(f"{what} has texts as targets: give {need}.")
        if y.shape.rank is None:
            if self.answer.kind == "numbers":
                return
            raise DataError(
                f"{what} has targets of unknown shape, which may be class numbers or rows: say it "
                f"in a map, tf.ensure_shape(y, (None,)) or (None, {classes})."
            )
        if self.answer.kind == "classes":
            if not is_numbered(y.shape) and list(y.shape[1:]) not in ([classes], [None]):
                raise DataError(
                    f"{what} has targets {sides_of(y)}, and the network tells {classes} classes "
                    f"apart: give class numbers (n,) or rows (n, {classes})."
                )
            return
        given, wanted = _size(y.shape[1:]), _size(self.output[1:])
        if None not in (given, wanted) and given != wanted:
            raise DataError(
                f"{what} has targets {sides_of(y)}, and the network answers with "
                f"{shape_of(self.output)}."
            )


@contextmanager
def told_plainly() -> Iterator[None]:
    """Within it, what the graph of `Needs.guarded` objects to is a `DataError`."""
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        said = _SAID.search(str(error))
        if said is None:
            raise
        raise DataError(said.group(1)) from None


def _of_classes(y: Any, classes: int, what: str) -> Any:
    """The class numbers, or an error that `told_plainly` knows."""
    numbers = tf.reshape(tf.cast(y, tf.float64), [-1])
    right = (numbers >= 0) & (numbers < classes) & (tf.floor(numbers) == numbers)
    first = tf.boolean_mask(numbers, ~right)[:1]
    text = tf.strings.reduce_join(tf.strings.as_string(first, shortest=True))
    before, after = unknown_class(what, "|", classes).split("|")
    said = tf.strings.join([f"[kerasapps]{before}", text, f"{after}[/kerasapps]"])
    with tf.control_dependencies([tf.debugging.Assert(tf.reduce_all(right), [said])]):
        return tf.identity(y)


def _is_single(spec: Any, y: tf.TensorSpec, tensor: Any) -> bool:
    """Whether a data set gives examples and not batches of them."""
    if y.shape.rank == 0:
        return True
    shape = getattr(spec, "shape", None)
    wanted = tuple(tensor.shape)[1:]
    if shape is None or shape.rank is None or shape.rank != len(wanted):
        return False
    return bool(wanted != (1,)) and shape.is_compatible_with(wanted)


def _size(sides: Sequence[int | None] | tf.TensorShape) -> int | None:
    """How many values there are; None where a side is unknown."""
    known = [side for side in sides if side is not None]
    return math.prod(known) if len(known) == len(sides) else None
