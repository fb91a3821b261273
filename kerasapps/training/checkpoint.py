"""Checkpoints that survive a kill at any moment and restore a training exactly."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config.dotted import dotted
from kerasapps.errors import TrainingError
from kerasapps.files.room import free_words, megabytes
from kerasapps.files.whole import replaced

CHECKPOINT = "checkpoint.npz"
_BEST = "best-{:05d}.npz"
_STATE = "state"

_DIGEST = re.compile("[0-9a-f]{64}")  # which nobody reads
_UNREADABLE = (OSError, EOFError, ValueError, zipfile.BadZipFile)

Arrays = Sequence[np.ndarray]


@dataclass(frozen=True)
class Checkpoint:
    """A training between two steps.

    Attributes:
        settings: what identifies the run; a run with others must not go on from here.
        state: JSON-able values (epoch, history, elapsed time ...).
        groups: arrays by name of the group ("model", "optimizer", "average"; within an epoch also
            "tally" and "gauges").
    """

    settings: Mapping[str, Any]
    state: Mapping[str, Any]
    groups: Mapping[str, Arrays]


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Replace the folder's checkpoint; at every moment one whole checkpoint is there.

    Raises:
        TrainingError: if the disk is full or the folder cannot be written.
    """
    _write_arrays(folder / CHECKPOINT, _arrays_of(checkpoint))


def packed(checkpoint: Checkpoint) -> bytes:
    """The checkpoint as another process can `unpacked` it."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **_arrays_of(checkpoint))
    return file.getvalue()


def unpacked(content: bytes) -> Checkpoint:
    """The checkpoint that was `packed`."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return _checkpoint_of({key: file[key] for key in file.files})


def _arrays_of(checkpoint: Checkpoint) -> dict[str, np.ndarray]:
    arrays = _to_arrays(checkpoint.groups)
    text = json.dumps({"settings": checkpoint.settings, "state": checkpoint.state})
    arrays[_STATE] = np.frombuffer(text.encode(), dtype=np.uint8)
    return arrays


def _checkpoint_of(arrays: dict[str, np.ndarray]) -> Checkpoint:
    stored = json.loads(arrays.pop(_STATE).tobytes().decode())
    return Checkpoint(stored["settings"], stored["state"], _to_groups(arrays))


def read_checkpoint(folder: Path, settings: Mapping[str, Any]) -> Checkpoint | None:
    """The folder's checkpoint, or None when there is none.

    Raises:
        TrainingError: if it belongs to a run with other settings (naming them), or is damaged.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    arrays = _read_arrays(path)
    try:
        checkpoint = _checkpoint_of(arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path, error) from error
    _require_same(checkpoint.settings, settings, path)
    return checkpoint


def stored_settings(folder: Path) -> Mapping[str, Any] | None:
    """The settings of the run whose checkpoint is in `folder`, or None when there is none.

    Reads little more than them, so it may be called before work that takes long.

    Raises:
        TrainingError: if the checkpoint is damaged.
    """
    return _stored(folder, "settings")


def stored_state(folder: Path) -> Mapping[str, Any] | None:
    """The state in the checkpoint in `folder`, or None when there is none; reads little more.

    Raises:
        TrainingError: if the checkpoint is damaged.
    """
    return _stored(folder, "state")


def _stored(folder: Path, part: str) -> Mapping[str, Any] | None:
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            stored: Mapping[str, Any] = json.loads(file[_STATE].tobytes().decode())[part]
    except (*_UNREADABLE, KeyError, TypeError) as error:
        raise _damaged(path, error) from error
    return stored


def write_best(folder: Path, epoch: int, weights: Arrays) -> None:
    """Keep the weights of the best epoch beside the checkpoint that will name the epoch.

    The best weights of an earlier epoch stay: the checkpoint on disk still names them.
    """
    _write_arrays(folder / _BEST.format(epoch), _to_arrays({"model": weights}))


def read_best(folder: Path, epoch: int) -> Arrays:
    """The weights that `write_best` kept for `epoch`.

    Raises:
        TrainingError: if the file is missing or damaged.
    """
    return _to_groups(_read_arrays(folder / _BEST.format(epoch)))["model"]


def remove_older_best(folder: Path, epoch: int) -> None:
    """Remove the best weights of every epoch but `epoch`, once the checkpoint names that one."""
    keep = _BEST.format(epoch)
    for path in folder.glob("best-*.npz"):
        if path.name != keep:
            path.unlink(missing_ok=True)


def assign(variables: Sequence[Any], arrays: Arrays, folder: Path) -> None:
    """Give each variable its array.

    Raises:
        TrainingError: if they do not match in number and shape.
    """
    require_shapes(variables, arrays, folder)
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def require_shapes(variables: Sequence[Any], arrays: Arrays, folder: Path) -> None:
    """Arrays of the checkpoint in `folder` are as many as the variables, and of their shapes.

    Raises:
        TrainingError: if not.
    """
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != [array.shape for array in arrays]:
        raise TrainingError(
            f"The checkpoint in {folder} holds {len(arrays)} arrays that do not fit the model's "
            f"{len(shapes)} variables: it was made by another version. Delete {folder} to start "
            "afresh."
        )


def _to_arrays(groups: Mapping[str, Arrays]) -> dict[str, np.ndarray]:
    arrays = {}
    for name, members in groups.items():
        for index, member in enumerate(members):
            array = np.asarray(member)
            if array.dtype.kind == "V":  # bfloat16, which NumPy files cannot name
                array = array.astype(np.float32)
            arrays[f"{name}/{index:05d}"] = array
    return arrays


def _to_groups(arrays: Mapping[str, np.ndarray]) -> dict[str, Arrays]:
    groups: dict[str, list[np.ndarray]] = {}
    for key in sorted(arrays):
        groups.setdefault(key.partition("/")[0], []).append(arrays[key])
    return dict(groups)


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    try:
        with replaced(path) as file:
            np.savez(file, allow_pickle=False, **arrays)
    except OSError as error:
        size = sum(array.nbytes for array in arrays.values())
        raise TrainingError(
            f"Could not write the checkpoint {path}, {megabytes(size)}: {error}. "
            f"{free_words(path.parent)}. Free some disk space or choose another output folder; the "
            "same command then goes on from the last whole checkpoint."
        ) from error


def _read_arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {key: file[key] for key in file.files}
    except _UNREADABLE as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> TrainingError:
    return TrainingError(
        f"The checkpoint {path} cannot be read ({error}). Delete {path.parent} to start afresh."
    )


def changed_settings(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """What differs between two runs' settings, an entry each: `train.epochs was 5, is 9`."""
    before, now = _flatten(stored), _flatten(json.loads(json.dumps(wanted)))
    return [
        _change(name, before, now)
        for name in sorted(before | now)
        if before.get(name) != now.get(name)
    ]


def _change(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    values = [settings.get(name) for settings in (before, now)]
    if all(isinstance(value, str) and _DIGEST.fullmatch(value) for value in values):
        return f"{name} is another one"
    was, is_now = (
        repr(settings[name]) if name in settings else "not given" for settings in (before, now)
    )
    return f"{name} was {was}, is {is_now}"


def _require_same(stored: Mapping[str, Any], wanted: Mapping[str, Any], path: Path) -> None:
    changes = changed_settings(stored, wanted)
    if changes:
        raise TrainingError(
            f"{path.parent} holds a run with other settings: {'; '.join(changes)}. "
            f"Choose another output folder, or delete {path.parent} to start afresh."
        )


def _flatten(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Nested mappings as one, with dotted names."""
    # An option of several values that older runs did not have is as if it was not given.
    return {name: None if value == [] else value for name, value in dotted(settings).items()}
