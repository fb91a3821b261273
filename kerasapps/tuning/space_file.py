"""Spaces as YAML files.

```yaml
learning_rate: {min: 1e-4, max: 1e-2, sampling: log}   # a range; sampling is linear by default
batch_size: {min: 16, max: 128, step: 2, sampling: log}  # a range with steps: 16, 32, 64, 128
width: [0.5, 1, 2]                                     # one of these
epochs: 10                                             # the same in every trial
model: [cnn, vit]                                      # one of these architectures …
cnn:                                                   # … and what is searched with one of them
  kernel: [3, 5]
```
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import yaml

from kerasapps.config import choose
from kerasapps.errors import ConfigError
from kerasapps.files.named import read_regular
from kerasapps.files.paths import user_path
from kerasapps.tuning.space import SPACE_LIMIT
from kerasapps.tuning.space_checks import Kind, choose_option, kind_of

if TYPE_CHECKING:
    from kerasapps.tuning.space import Space

_RANGE = ("min", "max", "step", "sampling")
_WORDS = {
    "boolean": "true or false",
    "float": "a number",
    "int": "a whole number",
    "text": "a word",
}
_SAMPLING = ("linear", "log", "reverse_log")


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain scalars, as JSON has them; keys that stand twice are an error.

    Of version 1.1, PyYAML's, 1e-4 is a text and `on`, the value of an option, is true.
    """

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} stands there twice", node.value[place][0].start_mark
                )
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", "-+0123456789."),
    ("null", r"~|null|", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})$"), list(_first)
    )


def read_space_file(path: str) -> dict[str, Any]:
    """The entries of a YAML file, by option.

    Raises:
        ConfigError: if there is no such file, it is no YAML, or holds anything but options.
    """
    file = user_path(path, what="TuneConfig.space")
    try:
        text = read_regular(file, limit=SPACE_LIMIT).decode("utf-8")
        document = yaml.load(text, _Loader)  # a SafeLoader
    except FileNotFoundError:
        raise ConfigError(f"There is no file {path!r} to read a search space from.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read as a search space: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} cannot be read as a search space: {error}.") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}{line} is not YAML: {error.problem or error.context}.") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not YAML: {error}") from None
    if not isinstance(document, dict) or not all(isinstance(key, str) for key in document):
        raise ConfigError(
            f"{path} must hold an option a line, such as 'width: [0.5, 1, 2]' or "
            "'learning_rate: {min: 1e-4, max: 1e-2, sampling: log}'."
        )
    return document


def check_names(path: str, *, known: Mapping[str, object], models: Sequence[str]) -> None:
    """Refuses a file that names what cannot be searched; its values are looked at later.

    Args:
        path: of the file.
        known: what may be searched, from `searchable_options`.
        models: architectures that the search chooses among, beside those that the file lists.

    Raises:
        ConfigError: naming the file, the option, and what to write instead.
    """
    entries = read_space_file(path)
    listed = entries.get("model")
    models = [*models, *(map(str, listed) if isinstance(listed, list) else ())]
    for option in entries:
        choose_option(option, [*known, *models], what=f"{path}: the option")


def add_file(space: Space, path: str, *, known: Mapping[str, object]) -> None:
    """Adds what a YAML file describes.

    Args:
        space: gets the hyperparameters; may have the option `model` already.
        path: of the file.
        known: what may be searched, from `searchable_options`.

    Raises:
        ConfigError: naming the file, the option, and what to write instead.
    """
    entries = read_space_file(path)
    if "model" in entries:
        if space.space:
            raise ConfigError(
                f"{path}: model: the architectures are named twice, here and in TuneConfig.models; "
                "leave one out."
            )
        _add(space, path, "model", entries.pop("model"), known)
    models = [name for hp in space.space if type(hp).__name__ == "Choice" for name in hp.values]
    groups = {name: entries.pop(name) for name in models if name in entries and name not in known}
    for option, entry in entries.items():
        choose_option(option, [*known, *models], what=f"{path}: the option")
        _add(space, path, option, entry, known)
    for model, group in groups.items():
        if not isinstance(group, Mapping):
            raise ConfigError(
                f"{path}: {model}: write below it what is searched with it, got {group!r}."
            )
        for option, entry in group.items():
            choose_option(option, known, what=f"{path}: {model}: the option")
            with space.conditional_scope("model", [model]), space.name_scope(model):
                _add(space, path, option, entry, known)


def _add(space: Space, path: str, option: str, entry: Any, known: Mapping[str, object]) -> None:
    """One hyperparameter, of a list, a range or a single value."""
    choose_option(option, known, what=f"{path}: the option")
    place = f"{path}: {option}"
    kind = kind_of(known[option], option) or "text"
    try:
        if isinstance(entry, Mapping):
            _add_range(space, place, option, entry, kind)
        elif not isinstance(entry, list):
            space.Fixed(option, _typed(entry, kind, place))
        elif kind == "boolean" and sorted(entry) == [False, True]:
            space.Boolean(option)
        else:
            values = list(dict.fromkeys(_typed(value, kind, place) for value in entry))
            if len(values) < 2:
                raise ConfigError(
                    f"{place}: a list has two different values or more; one value for every trial "
                    "stands without brackets."
                )
            space.Choice(option, values)
    except (TypeError, ValueError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{place}: {error}") from None


def _add_range(space: Space, place: str, option: str, entry: Mapping[str, Any], kind: Kind) -> None:
    for key in entry:
        choose(key, _RANGE, what=f"{place}: the key")
    if kind not in ("float", "int") or not {"min", "max"} <= set(entry):
        raise ConfigError(
            f"{place}: a range is {{min: …, max: …}} of a number, with step and sampling if need "
            f"be; {option} takes {_WORDS[kind]}, and given is {dict(entry)!r}."
        )
    sampling = choose(entry.get("sampling", "linear"), _SAMPLING, what=f"{place}: sampling")
    low, high = (_typed(entry[key], kind, place) for key in ("min", "max"))
    if low >= high or (low <= 0 and sampling != "linear"):
        least = (
            "" if sampling == "linear" else ", and above 0 where small steps are as many as large"
        )
        raise ConfigError(f"{place}: min must be below max{least}, got {low} and {high}.")
    step = entry.get("step")
    if step is not None:
        step = _typed(step, "float" if sampling != "linear" else kind, place)
    make = space.Int if kind == "int" else space.Float
    make(option, low, high, step=step, sampling=sampling)


def _typed(value: Any, kind: Kind, place: str) -> Any:
    """`value` if it is of the option's kind; a whole number will do for any number."""
    fitting = {"boolean": (bool,), "float": (float, int), "int": (int,), "text": (str,)}[kind]
    if type(value) not in fitting:  # not isinstance: true is no number
        raise ConfigError(f"{place}: takes {_WORDS[kind]}, got {value!r}.")
    return float(value) if kind == "float" else value
