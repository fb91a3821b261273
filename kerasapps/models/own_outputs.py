"""Outputs of networks of the user's: logits, or a number, whatever they end in."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kerasapps.errors import ConfigError

_SHARES = ("softmax", "sigmoid")


def checked_outputs(
    title: str, output: Any, last: keras.Operation | None, *, outputs: int, classes: bool
) -> Any:
    """What the network answers with, as training wants it.

    A softmax or sigmoid at the end is left out: the loss is of logits, and files get a softmax of
    their own. One value for two classes becomes two logits whose softmax is its sigmoid.

    Args:
        title: of the network, for messages.
        output: its symbolic output.
        last: the operation that gives it, whose network is a copy; None where nothing is known.
        outputs: values that are wanted.
        classes: whether these are logits; else it is one number.

    Returns:
        Symbolic, float32 `(batch, outputs)`.

    Raises:
        ConfigError: if the output is something else.
    """
    if len(output.shape) != 2:
        raise ConfigError(
            f"{title} answers with the shape {tuple(output.shape[1:])}, not with {outputs} values: "
            "end it with a pooling and a Dense layer."
        )
    kind = _activation(last)
    width = output.shape[1]
    _check_width(title, width, kind, outputs=outputs, classes=classes)
    if kind in _SHARES:
        output = _without(title, output, last, kind)
    if classes and width == 1:
        output = keras.ops.concatenate([-output / 2, output / 2], axis=-1)
    if output.dtype != "float32":
        output = keras.layers.Activation("linear", dtype="float32", name="as_float32")(output)
    return output


def _check_width(title: str, width: int, kind: str, *, outputs: int, classes: bool) -> None:
    if not classes:
        if width != 1:
            raise ConfigError(f"{title} answers with {width} values, and the target is one number.")
        if kind not in ("linear", ""):
            raise ConfigError(
                f"{title} ends in {kind}, and numbers are learnt with mean 0 and deviation 1, "
                "whatever they are: leave the activation of the last layer out."
            )
        return
    if width == outputs and not (kind == "sigmoid" and outputs > 1):
        return
    if outputs == 2 and width == 1 and kind != "softmax":
        return
    if width == outputs:
        raise ConfigError(
            f"{title} ends in a sigmoid for each of {outputs} classes, of which each example has "
            "one: take a softmax, or no activation."
        )
    raise ConfigError(f"{title} answers with {width} values, and the data have {outputs} classes.")


def _activation(last: keras.Operation | None) -> str:
    """What the network ends in, such as `softmax`; `linear` for nothing, empty if unknown."""
    if last is None:
        return ""
    kind = type(last).__name__.lower()
    if kind in _SHARES:
        return kind
    function = getattr(last, "activation", keras.activations.linear)
    return str(getattr(function, "__name__", ""))


def _without(title: str, output: Any, last: Any, kind: str) -> Any:
    """The output before the last operation's softmax or sigmoid."""
    if hasattr(last, "activation"):
        last.activation = keras.activations.linear
        return output
    if last.output is output:
        return last.input
    raise ConfigError(
        f"{title} ends in the {kind} {last.name!r} of a network within it: leave it out, as "
        "training wants logits."
    )


def refuse_probabilities(title: str, network: keras.Model) -> None:
    """What cannot be looked into is asked: logits need not sum to 1.

    Raises:
        ConfigError: if its answers are probabilities.
    """
    examples = {
        each.name: np.stack([np.full(each.shape[1:], number, each.dtype) for number in (0, 1)])
        for each in network.inputs
    }
    given = examples if isinstance(network.input, dict) else next(iter(examples.values()))
    answers = keras.ops.convert_to_numpy(network(given, training=False))
    if (answers >= 0).all() and np.allclose(answers.sum(axis=1), 1, atol=1e-3):
        raise ConfigError(
            f"{title} answers with probabilities, and training wants logits: leave the softmax at "
            "its end out."
        )
