"""Holds a space against the options that it names, and starts it from the options as they are."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from kerasapps import config as config_module
from kerasapps.config import choose
from kerasapps.config.checks import field_types
from kerasapps.errors import ConfigError

if TYPE_CHECKING:
    from kerasapps.tuning.space import Space

Kind = Literal["boolean", "float", "int", "text"]
_KINDS: Mapping[type, Kind] = {bool: "boolean", float: "float", int: "int", str: "text"}

_EVERY_OPTION = frozenset(
    field.name
    for name, config in vars(config_module).items()
    if name.endswith("Config")
    for field in dataclasses.fields(config)
)


def searchable_options(*configs: object) -> dict[str, object]:
    """What a space may name: option → the config that has it.

    Args:
        configs: the parts of a task's options that change model or training, such as
            `ModelConfig()` and `TrainConfig()`; those of data and export are none of them.
    """
    return {
        field.name: config
        for config in configs
        for field in dataclasses.fields(config)  # type: ignore[arg-type]
        if field.metadata.get("searched", True) and kind_of(config, field.name) is not None
    }


def choose_option(option: str, known: Iterable[str], *, what: str) -> None:
    """An option that may be searched.

    Raises:
        ConfigError: for any other; one that exists is told from one that does not.
    """
    names = list(known)
    if option not in names and option in _EVERY_OPTION:
        raise ConfigError(
            f"{what} {option!r} cannot be searched: it decides what is measured or what ships, or "
            "is for another task. Set it for the whole search instead."
        )
    choose(option, names, what=what)


def kind_of(config: object, option: str) -> Kind | None:
    """What the values of a config's field are; None where no hyperparameter can hold them."""
    pending, classes = [field_types(type(config))[option]], set()
    while pending:
        hint = pending.pop()
        origin = typing.get_origin(hint)
        if origin in (typing.Union, types.UnionType):
            pending += typing.get_args(hint)
        elif origin is Literal:
            classes |= {type(value) for value in typing.get_args(hint)}
        else:
            classes.add(hint)
    return next((kind for each, kind in _KINDS.items() if each in classes), None)


def checked_space(
    draft: Space, *, where: str, defaults: Mapping[str, Any], known: Mapping[str, object]
) -> Space:
    """`draft` with the options as they are for defaults.

    Args:
        draft: hyperparameters with any defaults.
        where: they come from, for messages.
        defaults: option → value as it is.
        known: what may be searched, from `searchable_options`.

    Raises:
        ConfigError: naming `where`, the option, and what to write instead.
    """
    import keras_tuner

    space: Space = keras_tuner.HyperParameters()
    for hp in draft.space:
        option = hp.name.rpartition("/")[2]
        choose_option(option, known, what=f"{where}: the option")
        place = f"{where}: {hp.name}"
        _refuse_twins(hp, space.space, place)
        start = defaults.get(option) if space.is_active(hp) else None
        if start is None and space.is_active(hp) and not _is(hp, "Fixed"):
            raise ConfigError(
                f"{place} has no value to start from, and the first trial is the options as they "
                f"are: set {option} itself as well."
            )
        settled = _settle(hp, start, place, kind_of(known[option], option))
        _check_values(settled, known[option], option, place)
        space.merge([settled])
    if all(_is(hp, "Fixed") for hp in space.space):
        raise ConfigError(f"{where} names nothing to search: give an option a list or a range.")
    return space


def _is(hp: Any, *names: str) -> bool:
    return type(hp).__name__ in names


def _refuse_twins(hp: Any, earlier: Sequence[Any], place: str) -> None:
    """One value a trial for each option; and keras-tuner forgets values of twins by name."""
    for other in earlier:
        same_option = hp.name.rpartition("/")[2] == other.name.rpartition("/")[2]
        if hp.name == other.name or (same_option and not _exclusive(hp, other)):
            raise ConfigError(
                f"{place} stands there twice. What counts for one model only is named "
                "MODEL/option: in a YAML file below the model's name; in a function with both "
                'hp.conditional_scope("model", [MODEL]) and hp.name_scope(MODEL).'
            )


def _exclusive(first: Any, second: Any) -> bool:
    return any(
        a.name == b.name and not set(a.values) & set(b.values)
        for a in first.conditions
        for b in second.conditions
    )


def _settle(hp: Any, start: Any, place: str, kind: Kind | None) -> Any:
    """The hyperparameter of the option's kind that starts from `start`, unless that is None."""
    if _is(hp, "Fixed"):
        return hp
    _refuse_foreign(hp, place, kind)
    config = hp.get_config()
    if config.get("step") is not None and config["step"] <= 0:
        raise ConfigError(f"{place} has the step {config['step']!r}, which must be above 0.")
    if _is(hp, "Choice") and kind == "float":
        config["values"] = [float(value) for value in config["values"]]
        config["default"] = float(config["default"])
    if start is not None:
        automatic = config["values"][0] if _is(hp, "Choice") else config.get("min_value", False)
        if config["default"] not in (None, automatic, start):
            raise ConfigError(
                f"{place} has the default {config['default']!r}, but the first trial is the "
                f"options as they are: {start!r}. Leave the default out, or set the option itself."
            )
        config["default"] = start = float(start) if kind == "float" else start
        if _is(hp, "Choice"):
            config["values"] = _with(config["values"], start, place)
    settled = type(hp).from_config(config)
    try:
        settled.value_to_prob(settled.default)
    except (ArithmeticError, ValueError):  # the logarithm of nothing
        raise ConfigError(
            f"{place} has a logarithmic range, which cannot hold {start!r}, the first trial's "
            "value. Take linear sampling, or list the values to try."
        ) from None
    return settled


def _refuse_foreign(hp: Any, place: str, kind: Kind | None) -> None:
    """hp's class must suit the option's kind, or trials would get values that it cannot have."""
    fitting = {
        "boolean": ("Boolean",),
        "float": ("Float", "Choice"),
        "int": ("Int", "Choice"),
        "text": ("Choice",),
    }[kind or "text"]
    if not _is(hp, *fitting):
        asked = type(hp).__name__
        raise ConfigError(
            f"{place} is searched by hp.{' or hp.'.join(fitting)}, not hp.{asked}, its values "
            f"being {kind}."
        )


def _with(values: Sequence[Any], start: Any, place: str) -> list[Any]:
    if start in values:
        return list(values)
    if isinstance(start, str):
        raise ConfigError(
            f"{place} lacks {start!r}, which the first trial has, being the options as they are. "
            "Add it, or set the option to one of these: " + ", ".join(map(str, values)) + "."
        )
    ordered = list(values) == sorted(values)
    return sorted([*values, start]) if ordered else [start, *values]


def _check_values(hp: Any, config: object, option: str, place: str) -> None:
    """Every value of a list and both ends of a range are values that the option may have."""
    ends = (hp.min_value, hp.max_value) if _is(hp, "Int", "Float") else tuple(hp.values)
    for value in ends:
        try:
            dataclasses.replace(config, **{option: value})  # type: ignore[type-var]
        except ConfigError as error:
            why = str(error).removeprefix(f"{type(config).__name__}.{option} ")
            raise ConfigError(f"{place}: {why}") from None
