"""Copies of networks of the user's, by their configuration."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import keras

from kerasapps.errors import ConfigError
from kerasapps.weights import give_weights

# What training, files and pretrained networks call layers of their own.
_TAKEN: Final = frozenset({"as_float32", "backbone", "ensemble", "number", "scores", "temperature"})
_IDLE: Final = frozenset({"build_config", "compile_config", "dtype"})
_ADVICE: Final = (
    "Layers of your own need @keras.saving.register_keras_serializable() and a get_config(); a "
    "Lambda, whose code goes in no file, must become such a layer"
)


def fresh_copy(network: keras.Model, *, title: str) -> keras.Model:
    """The same network, with the same weights, made of its configuration.

    What was built under mixed precision takes the precision of the day. Names that training needs
    for itself get another.

    Args:
        network: any; it stays as it is.
        title: for messages.

    Raises:
        ConfigError: if a layer cannot be made of its configuration, so that no bundle could be.
    """
    names = set(_names(_config(network, title))) & _TAKEN
    policy = keras.config.dtype_policy().name

    def changed(key: str, value: Any) -> Any:
        if isinstance(value, str):
            if value in names:
                return f"own_{value}"
            if value.startswith("mixed_") and key in ("dtype", "name"):
                return policy
        return value

    return _copied(network, changed, title=title)


def unrolled(network: keras.Model) -> keras.Model:
    """The network with its recurrences written out, which converters take; as it is without such.

    Args:
        network: whose inputs have a known length.
    """
    if not any(hasattr(layer, "unroll") for layer in network._flatten_layers()):
        return network
    return _copied(
        network,
        lambda key, value: True if key == "unroll" else value,
        title=network.name,
    )


def configuration_digest(network: keras.Model) -> str:
    """SHA-256 of what a network computes: of its layers and how they are connected.

    Weights, precision and the names of layers, which Keras numbers through, do not count.

    Raises:
        ConfigError: if a layer has no configuration.
    """
    config = _config(network, network.name)
    names = {name: f"#{number}" for number, name in enumerate(dict.fromkeys(_names(config)))}

    def renamed(key: str, value: Any) -> Any:
        return names.get(value, value) if isinstance(value, str) else value

    plain = _mapped(config, renamed, without=_IDLE)
    text = json.dumps(plain, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _copied(network: keras.Model, change: Callable[[str, Any], Any], *, title: str) -> keras.Model:
    config = _mapped(_config(network, title), change, without=frozenset({"compile_config"}))
    try:
        copy: keras.Model = keras.saving.deserialize_keras_object(config)
        if copy.weights or not network.weights:
            give_weights(copy, network.get_weights())
    except Exception as error:
        # Whatever Keras raises, the layer cannot be loaded again.
        raise ConfigError(
            f"{title} cannot be saved and loaded again: {_why(error)}. {_ADVICE}."
        ) from error
    return copy


def _config(network: keras.Model, title: str) -> Any:
    try:
        return keras.saving.serialize_keras_object(network)
    except Exception as error:
        raise ConfigError(f"{title} has no configuration: {_why(error)}. {_ADVICE}.") from error


def _why(error: BaseException) -> str:
    """What Keras says first of the innermost reason, without the configuration that it repeats."""
    text = str(error)
    if "Could not locate" in text:
        return missing_class(error)
    inner = text.rpartition("Exception encountered: ")[2]
    words = inner.strip().splitlines()[0] if inner.strip() else type(error).__name__
    return words.partition(" Make sure")[0].partition("Full ")[0].strip().rstrip(".")[:300]


def missing_class(error: BaseException) -> str:
    """Which class Keras did not find, in its words; what it says otherwise first."""
    found = re.search(r"Could not locate (?:class|function) '[^']*'", str(error))
    return found[0] if found else _why(error)


def _mapped(
    value: Any, change: Callable[[str, Any], Any], *, without: frozenset[str], key: str = ""
) -> Any:
    """A configuration with every plain value changed, and some keys left out."""
    if isinstance(value, dict):
        return {
            name: _mapped(each, change, without=without, key=str(name))
            for name, each in value.items()
            if name not in without
        }
    if isinstance(value, list | tuple):
        return type(value)(_mapped(each, change, without=without, key=key) for each in value)
    return change(key, value)


def _names(value: Any) -> Iterator[str]:
    """Names of layers and networks, in their order."""
    if isinstance(value, dict):
        config = value.get("config")
        name = config.get("name") if isinstance(config, dict) else None
        if isinstance(name, str) and value.get("class_name") != "DTypePolicy":
            yield name
        for each in value.values():
            yield from _names(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _names(each)
