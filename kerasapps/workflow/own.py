"""Networks of the user's in a run: named by what they are, and sent to the trials of a search."""

from __future__ import annotations

import pickle
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from kerasapps.config import ModelConfig, TuneConfig
from kerasapps.config.own import OWN_PREFIX, OwnNetwork, is_own, own_title, split_reference
from kerasapps.errors import ConfigError
from kerasapps.process.quiet import import_whole_tensorflow, start_tensorflow
from kerasapps.process.user_code import StoredSource, code_digest, refuse_unguarded_script

if TYPE_CHECKING:
    import keras

_DIGITS = 12  # of a digest in a name
_OURS = ("keras", "keras_hub", "kerasapps", "tensorflow")


class Builds(Protocol):
    """Such as a keras-tuner `HyperModel`."""

    def build(self, hp: Any) -> Any:
        """A `keras.Model`; `hp` is keras-tuner's."""


OwnSource: TypeAlias = "keras.Model | Callable[..., Any] | Builds"
ModelChoice: TypeAlias = "str | ModelConfig | OwnSource"
"""What a recipe's `model` may be."""


def named_network(value: Any) -> Any:
    """A network of the user's under a name that equal networks share; anything else as it is.

    Args:
        value: `FILE.py:NAME`, a `keras.Model`, a function, an object with `build(hp)`, or what
            names another architecture.

    Raises:
        ConfigError: if a file cannot be imported, a network has no configuration, or a class of
            networks is given.
    """
    if isinstance(value, OwnNetwork):
        return value
    if isinstance(value, str):
        reference = split_reference(value)
        if reference is None:
            return value
        file, name = reference
        source = StoredSource("file", str(file.absolute()), name)
        return OwnNetwork(_name(name, _live(source)), source)
    if isinstance(value, type) and _is_model(value):
        raise ConfigError(
            f"model= is the class {value.__name__}: give a network that was made, a function "
            "(input_shape, num_classes) that makes one, or an object with build(hp)."
        )
    if isinstance(value, type) and hasattr(value, "build"):
        return named_network(value())
    if not callable(value) and not hasattr(value, "build"):
        return value
    return OwnNetwork(_name(_title(value), value), value)


def _name(title: str, value: Any) -> str:
    if _is_model(type(value)):
        from kerasapps.models.own_copies import configuration_digest

        digest = configuration_digest(value)
    else:
        digest = code_digest(value)
    return f"{OWN_PREFIX}{re.sub(r'[^A-Za-z0-9_.-]+', '_', title)}@{digest[:_DIGITS]}"


def _title(value: Any) -> str:
    if _is_model(type(value)):
        return re.sub(r"_\d+$", "", value.name)  # Keras numbers through what has no name
    name = getattr(value, "__name__", type(value).__name__)
    return "function" if name == "<lambda>" else str(name)


def _is_model(kind: type) -> bool:
    keras = sys.modules.get("keras")  # without it there is no network
    return keras is not None and issubclass(kind, keras.Model)


def _live(source: Any) -> Any:
    start_tensorflow(import_whole_tensorflow)  # a user's file imports it too, and not in silence
    from kerasapps.models.own_source import live

    return live(source)


def reference_of(own: OwnNetwork) -> str:
    """How the command line names a network; where it stands in no file, with one to be made."""
    if isinstance(own.source, StoredSource):
        return f"{own.source.path}:{own.source.name}"
    return f"FILE.py:{own_title(own)}"


def precision_of(own: OwnNetwork, *, asked: str) -> str:
    """The precision of a training: a `keras.Model` has that which it was built with.

    Args:
        own: the network.
        asked: of `TrainConfig.precision`.

    Raises:
        ConfigError: if another is asked for.
    """
    network = _live(own.source)
    if not _is_model(type(network)):
        return asked
    layers = network._flatten_layers()
    mixed = {name for each in layers if "mixed_" in (name := each.dtype_policy.name)}
    built = next(iter(mixed)).removeprefix("mixed_") if mixed else "float32"
    if asked not in ("auto", built):
        raise ConfigError(
            f"TrainConfig.precision is {asked}, and {own_title(own)} was built in {built}: give a "
            "function that builds it, or leave precision out."
        )
    return built


def check_own(options: Mapping[str, Any], tune: TuneConfig | None) -> None:
    """What a network of the user's does not take is refused.

    Args:
        options: of the run.
        tune: a search, if there is one.

    Raises:
        ConfigError: naming the option.
    """
    tune = tune if isinstance(tune, TuneConfig) else None  # else it is refused for that
    if tune is not None and any(is_own(each) or split_reference(each) for each in tune.models):
        raise ConfigError(
            "TuneConfig.models names architectures of kerasapps; a network of your own is searched "
            "alone, as the option model."
        )
    model = options["model"]
    if not is_own(model.model):
        return
    if tune is not None and tune.models:
        raise ConfigError(
            f"TuneConfig.models chooses among architectures of kerasapps, and the model is "
            f"{own_title(model.model)}, a network of your own: leave one of them out."
        )
    if options["train"].dropout is not None:
        raise ConfigError(
            f"TrainConfig.dropout cannot change {own_title(model.model)}, a network of your own: "
            "leave it out; what build(hp) asks for is searched."
        )


def sent(own: OwnNetwork, build: Callable[[], keras.Model], folder: Path) -> OwnNetwork:
    """The network as processes of a search on this machine find it.

    A file or module by its name; a network, or what a function makes that has none, saved.

    Args:
        own: the network.
        build: makes it, for the data.
        folder: of the search.

    Raises:
        ConfigError: if it cannot be sent.
    """
    source = own.source
    if isinstance(source, StoredSource):
        return own
    folder.mkdir(parents=True, exist_ok=True)
    stored = None if _is_model(type(source)) else _by_place(source, folder)
    if stored is None:
        from kerasapps.models.own_source import takes_hp

        if takes_hp(source):
            raise ConfigError(
                f"{own_title(own)} cannot be sent to the processes that try configurations: it "
                "stands in a notebook, within a function, or is a lambda. Put it into a file, and "
                f"give model='FILE.py:{own_title(own)}'."
            )
        stored = _saved(own, build, folder)
    return OwnNetwork(own.plain, stored)


def _by_place(source: Any, folder: Path) -> StoredSource | None:
    """A file or module that another process can import; None if there is none."""
    if getattr(source, "__module__", type(source).__module__) == "__main__":
        file = getattr(sys.modules["__main__"], "__file__", None)
        name = getattr(source, "__qualname__", "<")
        refuse_unguarded_script()
        return (
            StoredSource("file", str(Path(file).absolute()), name)
            if file and name.isidentifier()
            else None
        )
    try:
        content = pickle.dumps(source)
    except Exception:  # whatever cannot be pickled says so in its own way
        return None
    if b"__main__" in content:  # which is another module there
        return None
    path = folder / "network.pickle"
    path.write_bytes(content)
    return StoredSource("pickle", str(path.absolute()), places=tuple(sys.path))


def _saved(own: OwnNetwork, build: Callable[[], keras.Model], folder: Path) -> StoredSource:
    """The network itself, as it is before training, with what registers its classes."""
    import keras

    # Layers whose precision is left open must show it: `fresh_copy` gives them that of the trial.
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = build()
    finally:
        keras.config.set_dtype_policy(policy)
    path = folder / "network.keras"
    network.save(path)
    needs = {_home(type(layer)) for layer in network._flatten_layers()}
    return StoredSource(
        "model",
        str(path.absolute()),
        needs=tuple(sorted(each for each in needs if each)),
        places=tuple(sys.path),
        made=not _is_model(type(own.source)),
    )


def _home(kind: type) -> str:
    """The module, or file, that registers a class of the user's; empty for others."""
    module = kind.__module__
    if module.partition(".")[0] in _OURS:
        return ""
    if module != "__main__":
        return module
    file = getattr(sys.modules["__main__"], "__file__", None)
    if file is None:
        raise ConfigError(
            f"The layer class {kind.__name__} stands in a notebook, where the processes that try "
            "configurations cannot import it: put it into a file, and import it from there."
        )
    return str(Path(file).absolute())
