"""Inputs of networks, by name: whether examples have the same, of the same shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.errors import DataError
from kerasapps.model_inputs import ModelInputs, tensors_of


def arranged(inputs: Mapping[str, Any], x: Any) -> Any:
    """What is given in a row, as Keras takes it, by name; other inputs as they are."""
    if len(inputs) > 1 and isinstance(x, tuple | list) and len(x) == len(inputs):
        return dict(zip(inputs, x, strict=True))
    return x


def fitting_inputs(x: Any, model: keras.Model, *, what: str) -> ModelInputs:
    """Examples as arrays, of the names and shapes that a network takes.

    Args:
        x: `(n, …)`, or of several inputs by name or in their order.
        model: functional or sequential.
        what: they are, for the message.

    Raises:
        DataError: if they are something else, which is named.
    """
    inputs = tensors_of(model)
    given = arranged(inputs, x)
    if not isinstance(given, Mapping):
        array = np.asarray(given)
        specs = named_specs(inputs, spec_of(array), what=what)
        return _checked(inputs, specs, array, what)
    arrays = {name: np.asarray(values) for name, values in given.items()}
    specs = {name: spec_of(array) for name, array in arrays.items()}
    return _checked(inputs, named_specs(inputs, specs, what=what), arrays, what)


def named_specs(inputs: Mapping[str, Any], x: Any, *, what: str) -> Mapping[str, Any]:
    """The types of examples by name of each input.

    Args:
        inputs: of the network, see `tensors_of`.
        x: a `tf.TensorSpec` of a batch, or one for each input by name.
        what: the examples are, for messages.

    Raises:
        DataError: if they have other inputs.
    """
    if not isinstance(x, Mapping):
        if len(inputs) > 1 or not isinstance(x, tf.TensorSpec):
            count = len(x) if isinstance(x, tuple | list) else 1
            raise DataError(
                f"{what} has {count} input{'' if count == 1 else 's'}, and the network takes "
                f"{len(inputs)}: {', '.join(inputs)}. Give them by name, or as a tuple in this "
                "order."
            )
        return {next(iter(inputs)): x}
    _check_names(inputs, x, what)
    return x


def _check_names(inputs: Mapping[str, Any], specs: Mapping[str, Any], what: str) -> None:
    names = ", ".join(inputs)
    missing = [name for name in inputs if name not in specs]
    if missing:
        raise DataError(
            f"{what} lacks the input {missing[0]!r}: it has {', '.join(map(str, specs))}, and "
            f"the network takes {names}."
        )
    more = [name for name in specs if name not in inputs]
    if more:
        raise DataError(
            f"{what} has the input {more[0]!r}, and the network takes {names}: leave "
            f"{more[0]!r} out."
        )


def check_input(name: str, spec: Any, tensor: Any, *, what: str) -> None:
    """Refuses examples whose shape or type is not that of one input.

    Args:
        name: of the input.
        spec: of a batch of examples.
        tensor: of the input.
        what: the examples are, for the message.

    Raises:
        DataError: naming both shapes.
    """
    if not isinstance(spec, tf.TensorSpec):
        raise DataError(f"{what} has no plain tensor for {name!r}: give it as a dense one.")
    if (spec.dtype == tf.string) != (tensor.dtype == "string"):
        raise DataError(
            f"{what} has {spec.dtype.name} values for {name!r}, and the network takes "
            f"{tensor.dtype}."
        )
    wanted = tuple(tensor.shape)
    # Keras adds a last side of 1 where it is missing, and drops one too many.
    fitting = [wanted, (*wanted, 1), *([wanted[:-1]] if wanted[-1] == 1 else [])]
    if not any(spec.shape.is_compatible_with([None, *sides[1:]]) for sides in fitting):
        raise DataError(
            f"{what} has {sides_of(spec)} for {name!r}, and the network takes {shape_of(wanted)}."
        )


def spec_of(array: np.ndarray) -> tf.TensorSpec:
    """The type of batches of an array's rows."""
    kind = tf.string if array.dtype.kind in "OUS" else tf.as_dtype(array.dtype)
    return tf.TensorSpec((None, *array.shape[1:]), kind)


def sides_of(spec: tf.TensorSpec) -> str:
    """Its shape as people write it."""
    return "of unknown shape" if spec.shape.rank is None else shape_of(spec.shape)


def shape_of(sides: Sequence[int | None] | tf.TensorShape) -> str:
    """A shape as people write it: (n, 3)."""
    first, *others = sides if len(sides) else (1,)
    words = ["n" if first is None else str(first), *("…" if s is None else str(s) for s in others)]
    return f"({', '.join(words)}{',' if len(words) == 1 else ''})" if len(sides) else "()"


def _checked(
    inputs: Mapping[str, Any], specs: Mapping[str, Any], arrays: ModelInputs, what: str
) -> ModelInputs:
    for name, tensor in inputs.items():
        check_input(name, specs[name], tensor, what=what)
    return arrays
