"""Objects of the user's on their way to the trials of a search, each of which gets its own."""

from __future__ import annotations

import copyreg
import dataclasses
import inspect
import io
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.config import TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.files.whole import replaced
from kerasapps.process.user_code import imported_file, look_in, refuse_unguarded_script
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.tuning.space import Space, option_values
from kerasapps.tuning.store import writing

if TYPE_CHECKING:
    import keras

_FILE = "objects.pickle"
_GIVEN = ("callbacks", "metrics", "loss", "optimizer")
_MAIN = "__main__"


@dataclass(frozen=True)
class SentObjects:
    """Objects of the user's as the processes of a search on this machine find them.

    Attributes:
        path: of the file that holds them.
        main: the script whose training searches; "" where there is none.
        places: where modules are looked for, beside where a process does.
    """

    path: str
    main: str = ""
    places: tuple[str, ...] = ()

    def load(self) -> Hooks:
        """A copy of them, as they were before the search."""
        look_in(self.places)
        content = Path(self.path).read_bytes()
        given = _Unpickler(io.BytesIO(content), main=self.main).load()
        return Hooks(**given)


def check_sendable(hooks: Hooks, tune: TuneConfig) -> None:
    """Refuses objects that cannot be sent to the trials; before any data is read.

    Args:
        hooks: of the user.
        tune: the search.

    Raises:
        ConfigError: naming the object, and what to do.
    """
    if hooks.is_empty:
        return
    if tune.role is not None:
        raise ConfigError(
            "callbacks=, metrics=, loss= and optimizer= are not sent to other machines: leave them "
            "out, or TuneConfig.role, so that this machine tries all configurations."
        )
    for what, each in _each(hooks):
        _pickled(each, what)


def send_objects(hooks: Hooks, folder: Path) -> SentObjects | None:
    """Leaves the objects where the trials find them; None if there are none.

    Args:
        hooks: of the user.
        folder: of the search.

    Raises:
        ConfigError: see `check_sendable`.
    """
    if hooks.is_empty:
        return None
    path = folder / _FILE
    given = {name: getattr(hooks, name) for name in _GIVEN}
    content = _pickled(given, "tune")
    if _MAIN.encode() in content:
        refuse_unguarded_script()
    with writing(path), replaced(path) as file:
        file.write(content)
    script = getattr(sys.modules[_MAIN], "__file__", None)
    main = "" if script is None else str(Path(script).absolute())
    return SentObjects(str(path.absolute()), main, tuple(sys.path))


def trial_hooks(hooks: Hooks, values: Mapping[str, Any]) -> Hooks:
    """The objects with a trial's learning rate, where the search tries some.

    Args:
        hooks: of the user.
        values: of the trial.
    """
    rate = option_values(values).get("learning_rate")
    return hooks if rate is None else hooks.with_rate(float(rate))


def check_space(space: Space, hooks: Hooks, *, where: Any) -> None:
    """Refuses a space that tries options which the objects say themselves.

    Args:
        space: as the user described it.
        hooks: of the user.
        where: the file that describes it, or the function.

    Raises:
        ConfigError: naming the option.
    """
    for hp in space.space:
        option = hp.name.rpartition("/")[2]
        if option in hooks.unsearched:
            place = "The space" if callable(where) else where
            raise ConfigError(
                f"{place}: {option} is said by the {hooks.unsearched[option]}= that you give: "
                "leave one of them out."
            )


def _each(hooks: Hooks) -> Sequence[tuple[str, Any]]:
    single = [(name, getattr(hooks, name)) for name in ("loss", "optimizer")]
    return [
        *(("callbacks", each) for each in hooks.callbacks),
        *(("metrics", each) for each in hooks.metrics),
        *((name, each) for name, each in single if each is not None),
    ]


def _pickled(value: Any, what: str) -> bytes:
    """The bytes of an object, from which it was made again.

    Raises:
        ConfigError: if it cannot be.
    """
    stream = io.BytesIO()
    try:
        _pickler(stream).dump(value)
        again = pickle.loads(stream.getvalue())
    except Exception as error:  # whatever cannot be pickled says so in its own way
        raise _refusal(value, what, f"{type(error).__name__}: {error}") from error
    for name in _lost(value, again):
        raise ConfigError(
            f"{type(value).__name__} of {what}= cannot be sent to the processes that try "
            f"configurations: its get_config() leaves out {name}. Let it tell all arguments."
        )
    if _MAIN.encode() in stream.getvalue() and not hasattr(sys.modules[_MAIN], "__file__"):
        raise _refusal(value, what, "no file holds what was typed in a notebook or a session")
    return stream.getvalue()


def _lost(value: Any, again: Any) -> Iterator[str]:
    """Arguments of an object's class that are others in what was made of its configuration."""
    if not hasattr(value, "get_config"):
        return
    for name in inspect.signature(type(value)).parameters:
        before = getattr(value, name, None)
        if isinstance(before, bool | int | float | str) and getattr(again, name, None) != before:
            yield name


def _refusal(value: Any, what: str, why: str) -> ConfigError:
    name = getattr(value, "__name__", type(value).__name__)
    return ConfigError(
        f"{name} of {what}= cannot be sent to the processes that try configurations ({why}). Put "
        "its class, and the functions that it is given, at the top level of a file and import them "
        f"from there; or leave {what}= or tune= out."
    )


def _pickler(stream: io.BytesIO) -> pickle.Pickler:
    import keras

    class Pickler(pickle.Pickler):
        """Keras' objects as plain ones, which takes no registered class.

        A loss has no variables, so all of it goes, as a `get_config` may not tell all.
        """

        def reducer_override(self, value: Any) -> Any:
            if isinstance(value, keras.losses.Loss):
                return copyreg.__newobj__, (type(value),), vars(value)  # type: ignore[attr-defined]
            if type(value) is keras.metrics.MeanMetricWrapper:
                return _mean_of, (value._fn, value.name, value.dtype, dict(value._fn_kwargs))
            if isinstance(value, keras.Metric | keras.optimizers.Optimizer):
                return _made_again, (type(value), value.get_config())
            return NotImplemented

    return Pickler(stream)


def _mean_of(
    function: Callable[..., Any], name: str, dtype: str, more: Mapping[str, Any]
) -> keras.Metric:
    import keras

    return keras.metrics.MeanMetricWrapper(function, name=name, dtype=dtype, **more)


def _made_again(kind: Callable[..., Any], config: Mapping[str, Any]) -> Any:
    return kind.from_config(dict(config))  # type: ignore[attr-defined]


class _Unpickler(pickle.Unpickler):
    """What stands in the script that searches comes from its file, as this is another process."""

    def __init__(self, stream: io.BytesIO, *, main: str) -> None:
        super().__init__(stream)
        self._main = main

    def find_class(self, module: str, name: str) -> Any:
        if module != _MAIN or not self._main:
            return super().find_class(module, name)
        found: Any = imported_file(Path(self._main))
        for part in name.split("."):
            found = getattr(found, part)
        return found


def stored_objects(sent: SentObjects | None) -> dict[str, Any] | None:
    """What `send_objects` gave, in JSON's types."""
    return None if sent is None else dataclasses.asdict(sent)


def objects_in(stored: Mapping[str, Any] | None) -> SentObjects | None:
    """What `stored_objects` gave."""
    if stored is None:
        return None
    return SentObjects(**{**stored, "places": tuple(stored["places"])})


def objects_of(sent: SentObjects | None) -> Hooks:
    """A copy of the user's objects for a trial; none where nothing was sent."""
    return NO_HOOKS if sent is None else sent.load()
