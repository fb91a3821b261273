"""The options of a run: one config a section, and how single ones are replaced."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from kerasapps.config import AUTO, ModelConfig, choose
from kerasapps.config.checks import identifying_values, with_identifying
from kerasapps.config.own import OwnNetwork, is_own
from kerasapps.deploy.manifest import FILE_NAME, Manifest
from kerasapps.errors import BundleError, ConfigError
from kerasapps.workflow.own import ModelChoice, named_network, precision_of
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

UNSEARCHED = ("load", "trust", "export")
"""Sections that change neither network nor training."""


def collect_options(task: Task, *, model: ModelChoice, **configs: object) -> Options:
    """The options of a call, each an instance of its section's class.

    Args:
        task: whose sections they are.
        model: an architecture's name, a network of the user's, or a whole `ModelConfig`; "auto" is
            the task's usual one where it leaves nothing to the data.
        configs: the other sections, by their names.

    Raises:
        ConfigError: naming the first that is not an instance of its class, or if a network of the
            user's cannot be named.
    """
    if not isinstance(model, ModelConfig):
        model = ModelConfig(model=named_network(model))
    name = named_network(model.model)
    config = model if name is model.model else dataclasses.replace(model, model=name)
    options: dict[str, Any] = {"model": config, **configs}
    for name, value in options.items():
        require_type(name, value, task.sections[name])
    if config.model == AUTO:
        options["model"] = dataclasses.replace(config, model=task.model)
    if is_own(config.model):
        task.architectures.check(config.model)
    if isinstance(config.model, OwnNetwork):
        precision = precision_of(config.model, asked=options["train"].precision)
        options["train"] = dataclasses.replace(options["train"], precision=precision)
    return options


def with_model(options: Options, name: str) -> dict[str, Any]:
    """The options with another architecture."""
    return {**options, "model": dataclasses.replace(options["model"], model=name)}


def require_type(name: str, value: object, kind: type[Any]) -> None:
    """An option that is not an instance of its config class is refused by name.

    Raises:
        ConfigError: if it is not.
    """
    if not isinstance(value, kind):
        raise ConfigError(
            f"{name} must be a {kind.__name__}, got a {type(value).__name__}: "
            f"{name}={kind.__name__}(…)."
        )


def describe_options(options: Options) -> dict[str, Any]:
    """Section → its fields, as plain values that are equal for equal options.

    Fields that do not identify a run are left out.
    """
    return _plain({name: identifying_values(config) for name, config in options.items()})


def sent_options(options: Options) -> dict[str, Any]:
    """All options as plain values, for a process that does its part of the same run."""
    return _plain({name: dataclasses.asdict(config) for name, config in options.items()})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(values, default=dict))
    return plain


def read_options(task: Task, values: Mapping[str, Any]) -> dict[str, Any]:
    """The options that `describe_options` gave; other keys of `values` are passed over."""
    return {
        name: with_identifying(kind, values[name])
        for name, kind in task.sections.items()
        if name in values
    }


def options_of(task: Task, manifest: Manifest) -> dict[str, Any]:
    """The options that a bundle was trained with.

    Raises:
        BundleError: if they are none that this version knows.
    """
    try:
        return read_options(task, manifest.settings)
    except (ConfigError, TypeError) as error:
        raise BundleError(
            f"{manifest.folder / FILE_NAME} has settings that this version does not take: {error}"
        ) from error


def option_fields(options: Options) -> dict[str, str]:
    """Option → its section, of all options of a task; no two have the same name."""
    return {
        field.name: section
        for section, config in options.items()
        for field in dataclasses.fields(config)
    }


def with_values(options: Options, values: Mapping[str, Any]) -> dict[str, Any]:
    """The options with some of them replaced.

    Args:
        options: all sections.
        values: option → its new value, by the field's name.

    Raises:
        ConfigError: if there is no such option, or it has another value than it can.
    """
    home = option_fields(options)
    changes: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        section = home[choose(name, home, what="The option")]
        changes.setdefault(section, {})[name] = value
    return {
        section: dataclasses.replace(config, **changes.get(section, {}))
        for section, config in options.items()
    }


def set_by_hand(task: Task, options: Options) -> frozenset[str]:
    """Options that are not what they are where nobody sets them."""
    defaults = task.defaults
    return frozenset(
        name
        for name, section in option_fields(options).items()
        if getattr(options[section], name) != getattr(defaults[section], name)
    )
