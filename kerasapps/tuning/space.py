"""Spaces: what a trial's values mean, and how a space is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    import keras_tuner

Space: TypeAlias = "keras_tuner.HyperParameters"
"""A hyperparameter's name is an option's; in a search among several models also `MODEL/option`."""


NETWORK_PREFIX: Final = "network/"
"""Of hyperparameters that are no options: a network of the user's asks for them."""
SPACE_LIMIT: Final = 1 << 16
"""Bytes of a file that describes one."""


def option_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """A trial's values as option → value: of `MODEL/option` the option, of `tuner/…` nothing.

    Examples:
        >>> kerasapps.tuning.option_values({"model": "cnn", "cnn/width": 0.5, "tuner/epochs": 2})
        {'model': 'cnn', 'width': 0.5}
    """
    return {
        name.rpartition("/")[2]: value
        for name, value in values.items()
        if not name.startswith(("tuner/", NETWORK_PREFIX))
    }


def network_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Of a trial's values those that a network of the user's asks for, by its own names."""
    return {
        name.removeprefix(NETWORK_PREFIX): value
        for name, value in values.items()
        if name.startswith(NETWORK_PREFIX)
    }


def shown_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """All of a trial's values under the names by which people are told of them."""
    asked = {name: each for name, each in values.items() if name.startswith(NETWORK_PREFIX)}
    return {**option_values(values), **asked}


def chosen_models(space: Space) -> tuple[str, ...]:
    """The architectures that a space chooses among; empty where it leaves the model as it is."""
    names = [name for hp in space.space if hp.name == "model" for name in hp.values]
    return tuple(dict.fromkeys(names))


def describe_space(space: Space) -> list[dict[str, Any]]:
    """One JSON-able row for each hyperparameter; equal for equal spaces, and only then.

    Returns:
        Rows of `name`, `kind` (choice, float, int, boolean or fixed), either `values` or `min`,
        `max`, `step` and `sampling`, `default` (the first trial's), and `when`: parent → its
        values that make this one count, or empty.
    """
    return [_describe(hp) for hp in space.space]


def _describe(hp: Any) -> dict[str, Any]:
    kind = type(hp).__name__.lower()
    if kind in ("int", "float"):
        extent = {
            "min": hp.min_value,
            "max": hp.max_value,
            "step": hp.step,
            "sampling": hp.sampling,
        }
    else:
        extent = {"values": list(hp.values)}
    when = {condition.name: list(condition.values) for condition in hp.conditions}
    return {"name": hp.name, "kind": kind, **extent, "default": hp.default, "when": when}


def space_rows(space: Space) -> list[tuple[str, str, str]]:
    """A space for people: option, what is tried, the first trial's value.

    Options of one model among several show as `MODEL/option`; what the first trial has no use for,
    being of another model, has the value "–".
    """
    active = set(space.values)
    return [
        (row["name"], _extent(row), _plain(row["default"]) if row["name"] in active else "–")
        for row in describe_space(space)
    ]


def space_table(space: Space) -> str:
    """`space_rows` as lines of plain text, in columns, below a heading.

    Examples:
        >>> searched = kerasapps.tuning.hypermodel(
        ...     "image_classification", models="mlp", input_shape=(8, 8, 1), num_classes=3
        ... )
        >>> kerasapps.tuning.space_table(searched.space).splitlines()[1].split()
        ['width', '0.25,', '0.5,', '1,', '2', '1']
    """
    rows = [("option", "tried", "first trial"), *space_rows(space)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _extent(row: Mapping[str, Any]) -> str:
    if "values" in row:
        return ", ".join(_plain(value) for value in row["values"])
    text = f"{_plain(row['min'])} to {_plain(row['max'])}"
    log = row["sampling"] != "linear"
    if row["step"] is not None and (row["kind"], row["step"]) != ("int", 1):
        text += f" in {'factors' if log else 'steps'} of {_plain(row['step'])}"
    return text + (f" ({row['sampling'].replace('_', ' ')})" if log else "")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
