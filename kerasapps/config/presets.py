"""Which presets there are: by path, by the address of a model hub, or by a name of KerasHub's.

KerasHub's own list takes its import, which takes TensorFlow's: many seconds. Its files are Python
literals, so the names can be read from them.
"""

from __future__ import annotations

import ast
import difflib
import functools
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kerasapps.errors import ConfigError
from kerasapps.files.named import refuse_irregular
from kerasapps.files.paths import user_path

PRESET_PREFIX: Final = "preset:"

_HUBS: Final = ("kaggle://", "hf://", "modelscope://", "gs://")  # whose addresses KerasHub loads
_PATHS: Final = ("/", ".", "~", "file:")
_NEAR: Final = 3  # names that are suggested


def check_preset(name: str, *, option: str = "ModelConfig.model") -> None:
    """Make sure that a preset may be had, as far as that can be told without loading it.

    Args:
        name: as it was given, with its `preset:`.
        option: where, for the message.

    Raises:
        ConfigError: if nothing of that name is known, with the nearest ones; if a path leads
            nowhere, or to what is no file or folder.
    """
    preset = name.removeprefix(PRESET_PREFIX)
    if not preset.strip():
        raise ConfigError(f"{option}: {name!r} names no preset: give {PRESET_PREFIX}NAME_OR_PATH.")
    if preset.startswith(_HUBS):
        return
    path = Path(preset_source(name, option=option))
    if path.exists():
        _check_path(name, path, option)
    elif preset.lower().startswith(_PATHS):
        raise ConfigError(f"{option}: {name!r}: there is no file or folder {preset!r}.")
    elif (known := preset_names()) and preset not in known:
        raise ConfigError(f"{option} {name!r} is not known. {_advice(preset, known)}")


def preset_source(name: str, *, option: str = "ModelConfig.model") -> str:
    """What is loaded for a preset: a hub's address, a name of KerasHub's, or a path.

    Args:
        name: as it was given, with its `preset:`.
        option: where, for a message.

    Raises:
        ConfigError: if it is a path that cannot be meant.
    """
    preset = name.removeprefix(PRESET_PREFIX)
    if preset.startswith(_HUBS) or not preset.lower().startswith(_PATHS):
        return preset
    return str(user_path(preset, what=f"The preset of {option}"))


@functools.cache
def preset_names() -> frozenset[str]:
    """Names of all presets of the KerasHub that is installed; empty where there is none."""
    package = importlib.util.find_spec("keras_hub")
    if package is None or package.origin is None:
        return frozenset()
    files = (Path(package.origin).parent / "src" / "models").glob("*/*_presets.py")
    return frozenset(name for file in files for name in _keys(file))


def _keys(file: Path) -> Iterator[str]:
    """The keys of the dictionaries that the module assigns to names."""
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict):
            for key in statement.value.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value


def _check_path(name: str, path: Path, option: str) -> None:
    """A preset's folder, or its file, must be made of regular files."""
    try:
        for file in (path, *path.iterdir()) if path.is_dir() else [path]:
            if file.exists():
                refuse_irregular(file)
    except OSError as error:
        raise ConfigError(
            f"{option}: {name!r}: cannot read {str(path)!r}: {error.strerror}."
        ) from error


def _advice(preset: str, known: frozenset[str]) -> str:
    starting = sorted(each for each in known if each.startswith(preset))
    near = starting or difflib.get_close_matches(preset, sorted(known))
    hint = " or ".join(repr(PRESET_PREFIX + each) for each in near[:_NEAR])
    return (
        f"{f'Did you mean {hint}? ' if hint else ''}It is neither a folder or file here nor one of "
        f"KerasHub's {len(known)} presets (keras.io/keras_hub/presets)."
    )
