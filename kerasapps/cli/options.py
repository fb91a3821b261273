"""Command-line options made from the config classes, so that the two cannot drift apart."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
import types
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Annotated, Any

import typer

from kerasapps.config import ClusterConfig, ExplainConfig, RepeatConfig, TrainConfig, TuneConfig
from kerasapps.config.checks import field_types
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TASKS
from kerasapps.serve.config import ServeConfig

Config = type[Any]

_CONFIGS = tuple(
    dict.fromkeys(
        config
        for task in TASKS.values()
        for config in (
            *task.sections.values(),
            task.predicts,
            TuneConfig,
            ClusterConfig,
            RepeatConfig,
            ServeConfig,
            ExplainConfig,
        )
        if config is not None
    )
)
_TAG = re.compile(r"\[[a-z#/@]")  # what rich would take for markup, such as "[a-z]+" of a pattern
_ARGUMENT = re.compile(
    r"^(foreign|label|minutes|target)(?=: | is for | must be | '[^']*' is not known)"
)
"""What functions take beside configs, where a message begins with it."""
_FIELDS = tuple(
    dict.fromkeys(field.name for config in _CONFIGS for field in dataclasses.fields(config))
)
_NAMED = re.compile(rf"\b(?:{'|'.join(field for field in _FIELDS if '_' in field)})\b")
"""A field whose name is no word of other texts."""
_FIELD = re.compile(
    rf"\b[A-Z]\w+Config\.(?P<field>{'|'.join(_FIELDS)})\b"
    r"(?:=(?P<quote>['\"]?)(?P<value>[\w.]*\w)(?P=quote))?"
)


def with_configs(
    *configs: Config,
    helps: Mapping[str, str] = types.MappingProxyType({}),
    without: Collection[str] = (),
    **defaults: Any,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a command one option for each field of `configs`.

    The command is then called with an instance of each class under the class's parameter name
    (`TrainConfig` → `train`); those are its last, keyword-only parameters, or `**configs`.

    Args:
        configs: dataclasses whose fields carry a help text; a field that two of them have is an
            option of the first, and at its default in the other.
        helps: field → help text for this command instead of the field's own.
        without: fields that the command has no use for, which stay as they are.
        defaults: field → default for this command instead of the field's own.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        names = [_section(config) for config in configs]
        declared = [
            p
            for p in inspect.signature(command, eval_str=True).parameters.values()
            if p.name not in names and p.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        offered = _offered(configs, without)
        options = [
            parameter_of(
                config,
                field,
                default=defaults.get(field.name, field.default),
                help=helps.get(field.name, field.metadata["help"]),
                panel=f"{_section(config).capitalize()} options",
            )
            for config, fields in offered.items()
            for field in fields
        ]

        @functools.wraps(command)
        def run(**values: Any) -> Any:
            built = {
                name: _build(config, fields, values)
                for name, (config, fields) in zip(names, offered.items(), strict=True)
            }
            mine = {parameter.name: values[parameter.name] for parameter in declared}
            return command(**mine, **built)

        parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in [*declared, *options]]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        return run

    return decorate


def in_options(message: str) -> str:
    """A message of the library in the words of the command line.

    `TrainConfig.batch_size`, `train.batch_size` and `batch_size` become `--batch-size`, and
    `tokenizer='wordpiece'` becomes `--tokenizer wordpiece`. A list of known names stays: it is in
    the words of where they are to be written, such as a file. `label: …` at the beginning becomes
    `--label: …`.
    """
    sections = "|".join(map(_section, _CONFIGS))
    message, mark, known = message.partition(" Known: ")
    message = with_options(_ARGUMENT.sub(r"--\1", message))
    for field in _FIELDS:
        option = option_name(field)
        message = re.sub(rf"\b{field}=(['\"]?)([\w.]+)\1", rf"{option} \2", message)
        message = re.sub(rf"\b(?:{sections})\.{field}\b", option, message)
        if "_" in field:
            message = re.sub(rf"(?<![\w./'\"-]){field}\b(?!['\"])", option, message)
    return message + mark + known


def with_options(message: str) -> str:
    """A message with `--batch-size` in place of `TrainConfig.batch_size`, and no other change.

    `LoadConfig.disk_cache=False` becomes `--no-disk-cache`. All else may be words of the data.
    """
    return _FIELD.sub(_typed, message)


def _typed(found: re.Match[str]) -> str:
    """A field of a config, and its value if it has one, as they are typed."""
    option, value = option_name(found["field"]), found["value"]
    if value == "False":
        return option.replace("--", "--no-", 1)
    return option if value in (None, "True") else f"{option} {value}"


def option_name(field: str) -> str:
    """What the command line calls a field."""
    return f"--{field.replace('_', '-')}"


def _section(config: Config) -> str:
    return config.__name__.removesuffix("Config").lower()


def parameter_of(
    config: Config,
    field: dataclasses.Field[Any],
    *,
    default: Any,
    help: str,
    panel: str | None = None,
) -> inspect.Parameter:
    """The parameter of a command that sets a field of a config.

    Args:
        config: that has the field.
        field: which it is.
        default: where nothing is typed; None may be one of any field.
        help: what it is.
        panel: title of the box of the help that it stands in.
    """
    kind = _command_line_type(field_types(config)[field.name])
    kind = kind | None if default is None else kind
    declared = [] if kind in (bool, bool | None) else [option_name(field.name)]
    typed = _NAMED.sub(lambda found: option_name(found[0]), help)
    shown = _TAG.sub(r"\\\g<0>", typed)
    info = typer.Option(*declared, help=shown, rich_help_panel=panel)
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=list(default) if isinstance(default, tuple) else default,
        annotation=Annotated[kind, info],
    )


def _command_line_type(hint: Any) -> Any:
    """The type that an option is parsed to; the config class does the checking."""
    if typing.get_origin(hint) is tuple:
        return list[str]
    if typing.get_origin(hint) is typing.Literal:
        return str
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        members = [each for each in typing.get_args(hint) if each is not type(None)]
        plain = str if len(members) > 1 else _command_line_type(members[0])
        return plain | None
    return hint


_Fields = list[dataclasses.Field[Any]]


def _offered(configs: tuple[Config, ...], without: Collection[str]) -> dict[Config, _Fields]:
    """The fields of each config that no config before it has, but for those in `without`."""
    offered: dict[Config, _Fields] = {}
    for config in configs:
        taken = {*without, *(field.name for fields in offered.values() for field in fields)}
        offered[config] = [each for each in dataclasses.fields(config) if each.name not in taken]
    return offered


def _build(config: Config, fields: _Fields, values: Mapping[str, Any]) -> Any:
    return config(**dict(_values(config, fields, values)))


def _values(
    config: Config, fields: _Fields, values: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    for field in fields:
        value = values[field.name]
        if isinstance(field.default, tuple):
            value = tuple(value)
            if field.metadata["choices"]:  # none of which has a comma
                value = tuple(part.strip() for each in value for part in each.split(","))
        if config is TrainConfig and field.name == "class_weights":
            value = parse_class_weights(value)
        yield field.name, value


def parse_class_weights(text: str | None) -> str | dict[str, float] | None:
    """`balanced`, or weights as in `cat=2,dog=0.5`.

    Raises:
        ConfigError: for anything else.
    """
    if text is None or text == "balanced":
        return text
    pairs = [part.rpartition("=") for part in text.split(",")]
    try:
        if all(label for label, _, _ in pairs):
            return {label: float(weight) for label, _, weight in pairs}
    except ValueError:
        pass
    raise ConfigError(
        f'--class-weights takes "balanced" or weights such as "cat=2,dog=0.5", got {text!r}.'
    )
