"""Spaces: what may be searched, what a trial's values mean, and how a space is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from kerasapps.errors import ConfigError
from kerasapps.tuning.space_checks import checked_space
from kerasapps.tuning.space_file import add_file

if TYPE_CHECKING:
    import keras_tuner

Space: TypeAlias = "keras_tuner.HyperParameters"
"""A hyperparameter's name is an option's; in a search among several models also `MODEL/option`."""


def space_from(
    given: str | Callable[[Any], object],
    *,
    defaults: Mapping[str, Any],
    known: Mapping[str, object],
    models: Sequence[str] = (),
) -> Space:
    """The space that a user's function or YAML file describes.

    The defaults of the space, and so the first trial, are the options as they are. Where these lie
    outside of a range, the first trial alone leaves it; where a list of numbers lacks them, they
    are added to it. A single value is set in every trial, the first included.

    Args:
        given: a function that calls `hp.Float("learning_rate", …)` and so on, whose options under
            `hp.conditional_scope("model", [NAME])` are called `NAME/option`; or the path of a YAML
            file, see `kerasapps.tuning.space_file`.
        defaults: option → what the model is trained with where the search changes nothing.
        known: what may be searched, from `searchable_options`.
        models: architectures to choose among, where there are several, the first trial's first:
            they become the option `model`.

    Raises:
        ConfigError: naming the file, the option, and what to write instead.
    """
    import keras_tuner

    draft: Space = keras_tuner.HyperParameters()
    # A user's function is answered the options as they are.
    draft.values = {name: value for name, value in defaults.items() if value is not None}
    if len(models) > 1:
        draft.Choice("model", list(models))
    if isinstance(given, str):
        add_file(draft, given, known=known)
    else:
        _call(given, draft)
    where = given if isinstance(given, str) else "The space function"
    return checked_space(draft, where=where, defaults=defaults, known=known)


def _call(function: Callable[[Any], object], draft: Space) -> None:
    try:
        function(draft)
    except ConfigError:
        raise
    except Exception as error:  # it is the user's code: it may raise anything
        raise ConfigError(
            f"The space function failed: {type(error).__name__}: {error}. It is called with "
            "keras-tuner's hp, as space=lambda hp: hp.Float('learning_rate', 1e-4, 1e-2)."
        ) from error


def option_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """A trial's values as option → value: of `MODEL/option` the option, of `tuner/…` nothing."""
    return {
        name.rpartition("/")[2]: value
        for name, value in values.items()
        if not name.startswith("tuner/")
    }


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
    """`space_rows` as lines of plain text, in columns, below a heading."""
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
