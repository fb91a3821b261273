"""What identifies a run: the data's name and every option."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

from kerasapps.config import ModelConfig
from kerasapps.data.sources import describe_source


def describe_run(data: Any, *, model: ModelConfig, **configs: Any) -> dict[str, Any]:
    """JSON-able values that are equal for equal runs.

    Args:
        data: as given to the recipe; a path is made absolute.
        model: the architecture.
        configs: the other options, by the name of the recipe's parameter.
    """
    options = {"model": dataclasses.asdict(model)}
    options |= {name: dataclasses.asdict(config) for name, config in configs.items()}
    values = {"run": run_name(data, model), "data": source_of(data), **options}
    plain: dict[str, Any] = json.loads(json.dumps(values, default=dict))
    return plain


def source_of(data: Any) -> str | list[str]:
    """The data's name, by which a later command finds it again where that is possible.

    Two aligned files are a list of two names.
    """
    if are_paths(data):
        return [absolute(each) for each in data]
    if isinstance(data, os.PathLike) or (isinstance(data, str) and not is_named(data)):
        return absolute(data)
    return describe_source(data)


def data_of(source: str | list[str]) -> str | tuple[str, ...]:
    """The data that `source_of` named, as a recipe takes it."""
    return source if isinstance(source, str) else tuple(source)


def are_paths(data: Any) -> bool:
    """Whether the data is two aligned files, as sentence pairs may be."""
    return (
        isinstance(data, tuple)
        and len(data) == 2
        and all(isinstance(each, str | os.PathLike) for each in data)
    )


def absolute(path: str | os.PathLike[str]) -> str:
    """A path that holds wherever a later command is called."""
    return str(Path(path).expanduser().absolute())


def is_named(data: str) -> bool:
    """Whether the text names data that is no path."""
    return data.startswith(("builtin:", "tfds:"))


def run_name(data: Any, model: ModelConfig) -> str:
    """A short name such as `flowers-mobile_cnn`."""
    source = source_of(data)
    source = source if isinstance(source, str) else source[0]
    left = source.split(":", 1)[1] if is_named(source) else Path(source).stem
    right = Path(model.model.removeprefix("preset:")).stem
    return f"{left}-{right}"
