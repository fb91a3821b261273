"""The data that a command line names, and what the tasks ask for beside the training's options."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, get_args

import typer

from kerasapps.cli.arguments import data_argument
from kerasapps.cli.options import Config, option_name, parameter_of
from kerasapps.errors import ConfigError
from kerasapps.workflow.task import Task

_COUNTS = {2: "two", 3: "three", 4: "four"}
_NOTHING: Mapping[str, Config] = MappingProxyType({})

Data = Annotated[str | None, typer.Argument(parser=data_argument, metavar="[DATA]")]


def with_data(
    tasks: Iterable[Task],
    *,
    asks: Mapping[str, Config] = _NOTHING,
    help: str = "",
    needed: bool = True,
    alone: Mapping[str, str] = MappingProxyType({}),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a command the parts that data may be given in, and an option for all that is asked for.

    The command is then called with what is named by its parameter `data` or by the parts, and as
    `options` with what was given of the options that are asked for.

    Args:
        tasks: whose data it may be.
        asks: option → the config that has the field.
        help: of the argument for the data, which may be left out where there are parts; "" leaves
            the command's own parameter as it is.
        needed: whether it is an error that no data is named.
        alone: part → what it means where no other part is given; it is then among the options.
    """
    parts = [task.parts for task in tasks if task.parts]

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        declared = inspect.signature(command, eval_str=True).parameters
        places = {
            "data": [_data(declared["data"], help, parts), *_parts(parts, asks, alone)],
            "options": _options(asks, but=[name for each in parts for name in each]),
        }
        parameters = [each for name in declared for each in places.get(name, [declared[name]])]
        names = [each.name for place in places.values() for each in place if each.name != "data"]

        @functools.wraps(command)
        def run(**values: Any) -> Any:
            options = {name: value for name in names if (value := values.pop(name)) is not None}
            data, options = named_data(values.pop("data"), options, parts, fields=asks, alone=alone)
            if data is None and needed:
                raise ConfigError(f"There is no data: give DATA{_or_parts(parts)}.")
            more = {"options": options} if "options" in declared else {}
            return command(data=data, **more, **values)

        parameters = [
            each if each.kind is inspect.Parameter.VAR_KEYWORD else _by_name(each)
            for each in parameters
        ]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return run

    return decorate


def _by_name(parameter: inspect.Parameter) -> inspect.Parameter:
    return parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)


def with_options(asks: Mapping[str, Config]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a command an option for all that is asked for.

    The command is then called with those that were given as `options`.

    Args:
        asks: option → the config that has the field.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        declared = inspect.signature(command, eval_str=True).parameters
        asked = _options(asks, but=())
        parameters = [
            each for name in declared for each in (asked if name == "options" else [declared[name]])
        ]

        @functools.wraps(command)
        def run(**values: Any) -> Any:
            options = {name: values.pop(name) for name in asks}
            return command(options={k: v for k, v in options.items() if v is not None}, **values)

        run.__signature__ = inspect.Signature([*map(_by_name, parameters)])  # type: ignore[attr-defined]
        return run

    return decorate


def named_data(
    data: str | None,
    options: Mapping[str, Any],
    parts: Sequence[Mapping[str, str]],
    *,
    fields: Collection[str],
    alone: Collection[str] = (),
) -> tuple[Any, dict[str, Any]]:
    """The data that a command line names: one place, or a file for each part.

    Args:
        data: the one place.
        options: what was given of the parts, and of what is asked for.
        parts: of each task that has any.
        fields: what is asked for, which a part may be called after.
        alone: parts that mean something else where no other part is given.

    Returns:
        The place, or a tuple of files in the order of their parts, or None; and the other options.

    Raises:
        ConfigError: unless it is exactly one of the two, with all its parts.
    """
    named = [name for each in parts for name in each if name in options]
    if len(named) == 1 and named[0] in alone:
        return data, dict(options)
    if data is not None:
        for name in named:
            if name not in fields:
                raise ConfigError(
                    f"DATA ({data}) and {option_name(name)} exclude each other: give one of them."
                )
        return data, dict(options)
    for each in parts:
        if all(name in options for name in each):
            others = {name: value for name, value in options.items() if name not in each}
            return tuple(options[name] for name in each), others
    for each in parts:
        for name in named:
            if name in each:
                missing = next(other for other in each if other not in options)
                both = "both" if len(each) == 2 else "all"
                raise ConfigError(
                    f"{option_name(name)} goes with {option_name(missing)}: give {both} files."
                )
    return None, dict(options)


def _or_parts(parts: Sequence[Mapping[str, str]]) -> str:
    """What else may be given, for the help and a message."""
    return "".join(
        f", or {_COUNTS[len(each)]} files with {' and '.join(map(option_name, each))}"
        for each in parts
    )


def _data(
    parameter: inspect.Parameter, help: str, parts: Sequence[Mapping[str, str]]
) -> inspect.Parameter:
    if not help:
        return parameter
    others = "".join(f"; or give {' and '.join(map(option_name, each))}" for each in parts)
    metavar, kind = ("[DATA]", str | None) if parts else ("DATA", str)
    info = typer.Argument(parser=data_argument, metavar=metavar, help=help + others)
    default = None if parts else inspect.Parameter.empty
    return parameter.replace(default=default, annotation=Annotated[kind, info])


def _parts(
    parts: Sequence[Mapping[str, str]], asks: Mapping[str, Config], alone: Mapping[str, str]
) -> list[inspect.Parameter]:
    """The options of the parts; one that means something else too says both."""
    texts = {name: text for each in parts for name, text in each.items()}
    texts |= {name: f"{text}; as data: {texts[name]}" for name, text in alone.items()}
    for parameter in _options(asks, but=asks.keys() - texts.keys()):
        texts[parameter.name] += f"; with DATA: {get_args(parameter.annotation)[1].help}"
    return [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                str | None,
                typer.Option(option_name(name), parser=data_argument, metavar="FILE", help=text),
            ],
        )
        for name, text in texts.items()
    ]


def _options(asks: Mapping[str, Config], *, but: Collection[str]) -> list[inspect.Parameter]:
    return [
        parameter_of(config, field, default=None, help=field.metadata["asked"])
        for name, config in asks.items()
        for field in dataclasses.fields(config)
        if field.name == name and name not in but
    ]
