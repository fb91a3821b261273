"""What identifies a run: the data's name and every option."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.config import (
    CompressConfig,
    ExportConfig,
    ModelConfig,
    RobustConfig,
    TrustConfig,
    TuneConfig,
    UnlabelledConfig,
)
from kerasapps.config.checks import identifying_values
from kerasapps.config.own import own_title
from kerasapps.data.sources.forms import data_path, describe_source, two_files
from kerasapps.data.sources.given_splits import describe_parts, given_splits
from kerasapps.data.sources.shard_files import LIST_MARK, is_listed, is_pattern
from kerasapps.errors import ConfigError
from kerasapps.files.named import read_regular
from kerasapps.files.paths import is_named, user_path
from kerasapps.tuning.space import SPACE_LIMIT
from kerasapps.workflow.options import describe_options
from kerasapps.workflow.steps import Options

NETWORK = "network"
"""Of a network of the user's: the SHA-256 of its configuration, once it is built."""
TEACHER = "teacher"
"""Of a training with a teacher: what tells it from others, once it is opened."""
LABELS = "labels"
"""Of a training that learns from labels of other networks: their digest, once they are given."""
CHOSEN = "chosen"
"""Of a run whose model the data decided: which, and why."""
SIZED = "sized"
"""Of a run with a budget for its file: the width that was found, and what its file weighs."""
OBJECTS = "objects"
"""Of a run with objects of the user's: what they are called, with a hash of their configs."""
REPEAT = "repeat"
"""Of a run that trains several times: what is repeated, and how often."""
ASKED = "asked"
"""Of a search's winner, or a model or width that was chosen: the settings of the run itself, beside
those of its own training."""


def describe_run(data: Any, options: Options, *, tune: TuneConfig | None = None) -> dict[str, Any]:
    """JSON-able values that are equal for equal runs.

    Args:
        data: as it was given; a path is made absolute.
        options: all of the task's, what the model suggests filled in.
        tune: the search, if there is one.
    """
    values = {
        "run": run_name(data, options["model"]),
        "data": source_of(data),
        **describe_options(options),
    }
    return values if tune is None else {**values, "tune": describe_tuning(tune)}


# How a search is carried out; on which machines and how patiently changes nothing of it.
_OF_THE_CREW = (
    "workers",
    "worker_cores",
    "role",
    "chief",
    "secret_file",
    "tls_certificate",
    "tls_key",
    "tls_ca",
    "patience_minutes",
    "trial_minutes",
    "trial_memory_mb",
)


# How long a search goes on: with another length it is still the same, with more trials or fewer.
_OF_THE_LENGTH = ("trials", "search_minutes")


def describe_tuning(tune: TuneConfig) -> dict[str, Any]:
    """What of a search's options decides its trials, as plain values.

    A space that a YAML file describes is described by what the file says, one that a function
    makes by the function's name (its hyperparameters are compared when it has been called).

    Raises:
        ConfigError: if the YAML file cannot be read.
    """
    values = dataclasses.asdict(tune)
    decides = {name: value for name, value in values.items() if name not in _OF_THE_CREW}
    return {**decides, "models": list(tune.models), "space": _describe_space(tune.space)}


def length_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The search's length in a run's settings; empty without a search."""
    tune = settings.get("tune") or {}
    return {name: tune.get(name) for name in _OF_THE_LENGTH if name in tune}


def without_length(tune: Mapping[str, Any]) -> dict[str, Any]:
    """What `describe_tuning` says but for the search's length."""
    return {name: value for name, value in tune.items() if name not in _OF_THE_LENGTH}


def _describe_space(space: Any) -> str | None:
    if not isinstance(space, str):
        return None if space is None else getattr(space, "__name__", type(space).__name__)
    file = user_path(space, what="TuneConfig.space")
    try:
        return read_regular(file, limit=SPACE_LIMIT).decode("utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"{space} cannot be read as a YAML file: {reason} (TuneConfig.space)."
        ) from error


def identity_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What of stored settings tells the run from others: what was asked, not what won a search.

    A search is the same whatever its length, as it can go on, and a training whoever hears of it.
    """
    asked = settings.get(ASKED, settings)
    # What is in the data is compared when the data has been read, a network when it is built, and
    # what teaches it when the training goes on.
    later = ("fingerprint", NETWORK, TEACHER, LABELS)
    identity = {name: value for name, value in asked.items() if name not in later}
    if identity.get("tune"):
        identity["tune"] = without_length(identity["tune"])
    objects = {
        name: each for name, each in identity.pop(OBJECTS, {}).items() if name != "callbacks"
    }
    if objects:
        identity[OBJECTS] = objects
    if "export" in identity:
        # How files are made changes no training: what an older version did not ask is as usual.
        identity["export"] = dataclasses.asdict(ExportConfig()) | identity["export"]
        # Nor does what is decided of scores, which a task without scores has no use for.
        identity["trust"] = dataclasses.asdict(TrustConfig()) | identity.get("trust", {})
        # An older version learnt from no examples without labels.
        alone = identifying_values(UnlabelledConfig())
        identity["unlabelled"] = alone | identity.get("unlabelled", {})
        # An older version knew no way to make a network small, and no attacks, and so took none.
        usual = dataclasses.asdict(CompressConfig())
        identity["compress"] = usual | identity.get("compress", {})
        identity["robust"] = dataclasses.asdict(RobustConfig()) | identity.get("robust", {})
    return identity


def source_of(data: Any) -> str | list[str]:
    """The data's name, by which a later command finds it again where that is possible.

    Two aligned files are a list of two names.
    """
    splits = given_splits(data)
    if splits is not None:
        return describe_parts(splits, _one_name)
    if two_files(data):
        return [absolute(each) for each in data]
    if isinstance(data, os.PathLike) or (isinstance(data, str) and not is_named(data)):
        return absolute(data)
    return describe_source(data)


def _one_name(data: Any) -> str:
    source = source_of(data)
    return source if isinstance(source, str) else " + ".join(source)


def data_of(source: str | list[str]) -> str | tuple[str, ...]:
    """The data that `source_of` named, as a task takes it."""
    return source if isinstance(source, str) else tuple(source)


def absolute(path: str | os.PathLike[str]) -> str:
    """The path of data, so that it holds wherever a later command is called."""
    text = os.fsdecode(path)
    if is_listed(text):
        return f"{LIST_MARK}{absolute(text.removeprefix(LIST_MARK))}"
    return str(data_path(path).absolute())


def run_name(data: Any, model: ModelConfig) -> str:
    """A short name such as `flowers-mobile_cnn`."""
    splits = given_splits(data)
    source = source_of(data if splits is None else next(iter(splits.values())))
    source = source if isinstance(source, str) else source[0]
    left = source.split(":", 1)[1] if is_named(source) else _stem(source)
    right = Path(own_title(model.model).removeprefix("preset:")).stem
    return f"{left}-{right}"


def _stem(source: str) -> str:
    """What a path is called; of a pattern the folder that it begins with."""
    if not is_pattern(source):
        return Path(source).stem
    return next((part for part in reversed(Path(source).parts) if not is_pattern(part)), "shards")
