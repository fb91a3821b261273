"""A network of the user's in a search: what it asks for, and how the trials get it."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.config.own import OwnNetwork
from kerasapps.data.splits import Splits
from kerasapps.process.user_code import StoredSource
from kerasapps.tuning.space import NETWORK_PREFIX, Space, network_values, option_values
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.options import with_values
from kerasapps.workflow.own import sent
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

if TYPE_CHECKING:
    from keras import Model

_MOST_BUILDS = 100  # of a network whose hyperparameters hang on each other


@dataclass(frozen=True)
class OwnSearch:
    """What a search needs beside the options, where the network is the user's.

    Attributes:
        options: as the trials get them.
        space: what `build(hp)` asks for; None if it asks for nothing.
        settings: what tells the network of the first trial from others.
    """

    options: Options
    space: Space | None = None
    settings: Mapping[str, str] = dataclasses.field(default_factory=dict)


def search_of_own(
    task: Task, splits: Splits[Any], options: Options, *, folder: Path, cache: Cache
) -> OwnSearch:
    """Builds a network of the user's for the data, and leaves it where the trials find it.

    Args:
        task: what is to be made.
        splits: the examples.
        options: of the first trial; with another network they stay as they are.
        folder: of the search.
        cache: for the prepared data.

    Raises:
        ConfigError: if it does not fit the data, or cannot be sent to the trials.
    """
    own = options["model"].model
    if not isinstance(own, OwnNetwork):
        return OwnSearch(options)
    from kerasapps.workflow.fit import network_settings

    def built(network: OwnNetwork) -> Model:
        return task.training.prepare(splits, _with(options, network), cache).build()

    def built_again() -> Model:
        return built(own)

    space, first = _asked_for(own, built)
    stored = sent(own, built_again, folder)
    return OwnSearch(_with(options, stored), space, network_settings(own, first))


def _with(options: Options, own: OwnNetwork) -> Options:
    return {**options, "model": dataclasses.replace(options["model"], model=own)}


def _asked_for(own: OwnNetwork, build: Any) -> tuple[Space | None, Model]:
    """What `build(hp)` asks for, whatever hangs on what, and the network of the first trial."""
    import keras_tuner

    whole, first = keras_tuner.HyperParameters(), None
    pending: list[dict[str, Any]] = [{}]
    seen: list[Any] = []
    for _ in range(_MOST_BUILDS):
        if not pending:
            break
        hp = keras_tuner.HyperParameters()
        hp.values = pending.pop(0)
        network = build(OwnNetwork(own.plain, own.source, hp=hp))
        first = network if first is None else first
        whole.merge(copy.deepcopy(hp), overwrite=False)
        for conditions in hp.inactive_scopes:
            if conditions not in seen:
                seen.append(copy.deepcopy(conditions))
                pending.append({each.name: each.values[0] for each in conditions})
    assert first is not None
    return (_prefixed(whole) if whole.space else None), first


def _prefixed(space: Space) -> Space:
    """The same under names that no option has."""
    import keras_tuner

    renamed: Space = keras_tuner.HyperParameters()
    for hp in space.space:
        config = hp.get_config()
        config["name"] = f"{NETWORK_PREFIX}{hp.name}"
        for condition in config["conditions"]:
            condition["config"]["name"] = f"{NETWORK_PREFIX}{condition['config']['name']}"
        renamed.merge([type(hp).from_config(config)])
    return renamed


def stored_network(model: str) -> dict[str, Any] | None:
    """A network of the user's that `sent` gave, as plain values; None of other models."""
    if not isinstance(model, OwnNetwork):
        return None
    return {"plain": model.plain, "source": dataclasses.asdict(model.source)}


def with_stored_network(
    options: Mapping[str, Any], stored: Mapping[str, Any] | None
) -> Mapping[str, Any]:
    """The options with what makes the network beside its name, as `stored_network` said it."""
    if stored is None:
        return options
    own = OwnNetwork(stored["plain"], StoredSource.from_dict(stored["source"]))
    return {**options, "model": dataclasses.replace(options["model"], model=own)}


def with_trial(options: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The options with the values of a search's trial, those of a network of the user's too."""
    changed = with_values(options, option_values(values))
    model = changed["model"]
    asked = network_values(values)
    if isinstance(model.model, OwnNetwork) and asked:
        own = model.model.with_values(asked)
        changed["model"] = dataclasses.replace(model, model=own)
    return changed
