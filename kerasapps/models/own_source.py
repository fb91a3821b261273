"""Sources of users' networks: what is called, and with which facts about the data."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import keras

from kerasapps.config.own import OwnNetwork, own_title
from kerasapps.errors import ConfigError
from kerasapps.models.own_copies import fresh_copy
from kerasapps.process.user_code import StoredSource

_SHAPES: Final = ("input_shape", "num_classes", "shape")
_NO_FACTS: Final[Mapping[str, Any]] = MappingProxyType({})


def live(source: Any) -> Any:
    """A `keras.Model`, a function or an object with `build(hp)`, wherever it is kept."""
    if not isinstance(source, StoredSource):
        return source
    found = source.load()
    if source.kind == "model":
        return keras.saving.load_model(found, compile=False)
    is_class = isinstance(found, type) and not issubclass(found, keras.Model)
    return found() if is_class and hasattr(found, "build") else found


def own_picture_shape(name: str) -> tuple[int, int, int] | None:
    """Height, width and channels that a finished `keras.Model` takes; None where the data decide.

    Raises:
        ConfigError: if it takes no pictures.
    """
    shape = _finished_shape(name)
    if shape is None:
        return None
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise ConfigError(
            f"{own_title(name)} takes {shape}, and a picture is (height, width, 1 or 3)."
        )
    return None if None in shape[:2] else shape


def own_text_limits(name: str) -> tuple[int | None, int | None]:
    """Ids of a text that a finished `keras.Model` takes, and how many different ones it knows.

    Each is None where the data decide.

    Raises:
        ConfigError: if it takes no texts.
    """
    shape = _finished_shape(name)
    if shape is None:
        return None, None
    if len(shape) != 1:
        raise ConfigError(f"{own_title(name)} takes {shape}, and a text is (length,) of ids.")
    assert isinstance(name, OwnNetwork)
    first = first_embedding(live(name.source))
    return shape[0], None if first is None else int(first.input_dim)


def _finished_shape(name: str) -> Any:
    """Of the input of a `keras.Model`, which was made before the data were seen."""
    if not isinstance(name, OwnNetwork) or getattr(name.source, "made", False):
        return None
    source = live(name.source)
    if not isinstance(source, keras.Model):
        return None
    tensors = getattr(source, "inputs", None) if source.built else None
    return tuple(tensors[0].shape[1:]) if tensors and len(tensors) == 1 else None


def first_embedding(network: keras.Model) -> keras.layers.Embedding | None:
    """What reads the ids; None if that is no Keras embedding."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.Embedding):
            return layer
        if not isinstance(layer, keras.layers.InputLayer):
            return None  # later ones may be of something else
    return None


def takes_hp(source: Any, facts: Mapping[str, Any] = {}) -> bool:
    """Whether something live is asked with hyperparameters: `build(hp)`, here or as a method."""
    if isinstance(source, keras.Model):
        return False
    if hasattr(source, "build"):
        return True
    names = [name for name, each in _parameters(source).items() if each.default is each.empty]
    known = {*_SHAPES, *facts}
    return names[:1] == ["hp"] or (len(names) == 1 and names[0] not in known)


def made_network(own: OwnNetwork, facts: Mapping[str, Any]) -> keras.Model:
    """The network, which shares nothing with what it was made from."""
    source = live(own.source)
    title = own_title(own)
    if isinstance(source, keras.Model):
        return fresh_copy(source, title=title)
    ask = _asked if takes_hp(source, facts) else _called
    network = ask(own, source, facts)
    if not isinstance(network, keras.Model):
        raise ConfigError(f"{title} gave a {type(network).__name__}, not a keras.Model.")
    return fresh_copy(network, title=title)


def _asked(own: OwnNetwork, source: Any, facts: Mapping[str, Any]) -> Any:
    """What `build(hp)` gives."""
    import keras_tuner

    hp = own.hp
    if hp is None:
        hp = keras_tuner.HyperParameters()
        hp.values = dict(own.values)
    if hasattr(source, "declare_hyperparameters"):
        source.declare_hyperparameters(hp)
    function = getattr(source, "build", source)
    # keras-tuner wraps the method of an instance, which hides its parameters.
    plain = getattr(type(source), "build", None) if hasattr(source, "build") else None
    skipped = 1 if plain is None else 2
    parameters = list(_parameters(plain or source).items())[skipped:]
    return _run(own, function, (hp,), _by_name(own, dict(parameters), facts), facts)


def _called(own: OwnNetwork, source: Any, facts: Mapping[str, Any]) -> Any:
    """What a function of the data's shape gives."""
    parameters = _parameters(source)
    needed = [name for name, each in parameters.items() if each.default is each.empty]
    positional: tuple[Any, ...] = ()
    if len(needed) >= 2 and not set(needed[:2]) & set(facts):
        positional = tuple(facts.values())[:2]
        parameters = {n: each for n, each in parameters.items() if n not in needed[:2]}
    return _run(own, source, positional, _by_name(own, parameters, facts), facts)


def _run(
    own: OwnNetwork,
    function: Callable[..., Any],
    positional: tuple[Any, ...],
    named: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> Any:
    try:
        return function(*positional, **named)
    except ConfigError:
        raise
    except (Exception, SystemExit) as error:  # it is the user's code: it may raise anything
        told = ", ".join(f"{name}={value}" for name, value in facts.items())
        why = f"{type(error).__name__}: {error}"
        raise ConfigError(f"{own_title(own)} failed with {told}: {why}") from error


def _parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    wild = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    found = inspect.signature(function).parameters
    return {name: each for name, each in found.items() if each.kind not in wild}


def _by_name(
    own: OwnNetwork, parameters: Mapping[str, inspect.Parameter], facts: Mapping[str, Any]
) -> dict[str, Any]:
    foreign = [n for n, each in parameters.items() if each.default is each.empty and n not in facts]
    if foreign:
        raise ConfigError(
            f"{own_title(own)} asks for {', '.join(foreign)}; what it can be told is "
            f"{', '.join(facts)}, and hp."
        )
    return {name: facts[name] for name in parameters if name in facts}
