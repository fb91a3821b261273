"""What a network takes, of many examples: one array, or one for each of its named inputs."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np

from kerasapps.files.npy import save_array
from kerasapps.streamed import StreamedArray, as_array

ModelInputs: TypeAlias = np.ndarray | Mapping[str, np.ndarray]
"""`(n, …)`: raw values of `n` examples, or the same under the name of each input. Without its
first axis: one example."""


class InShard(Protocol):
    """An encoded example within a shard; see `kerasapps.shards`."""

    @property
    def file(self) -> Path: ...
    @property
    def offset(self) -> int: ...
    @property
    def length(self) -> int: ...
    @property
    def field(self) -> str: ...


RawInput: TypeAlias = Path | InShard | str | np.ndarray | Mapping[str, Any]
"""An example before preprocessing: an encoded file, or one in a shard, a text, numbers that need
none, or a text or number for each input."""


def count_of(inputs: ModelInputs) -> int:
    """How many examples there are."""
    return len(_arrays(inputs)[0])


def rows_of(inputs: ModelInputs, rows: Any) -> ModelInputs:
    """The examples at some places, as arrays in memory.

    Args:
        inputs: of many examples.
        rows: whatever chooses from the first axis of an array; one number gives one example.
    """
    if isinstance(inputs, Mapping):
        return {name: np.array(values[rows]) for name, values in inputs.items()}
    return np.array(inputs[rows])


def batch_of(example: ModelInputs) -> ModelInputs:
    """One example as a batch of 1."""
    if isinstance(example, Mapping):
        return {name: np.asarray(values)[np.newaxis] for name, values in example.items()}
    return example[np.newaxis]


def each_of(inputs: ModelInputs) -> Iterator[ModelInputs]:
    """One example after another, without the first axis."""
    return (rows_of(inputs, row) for row in range(count_of(inputs)))


def tensors_of(model: Any) -> dict[str, Any]:
    """Name of each input of a Keras model → its tensor, in the order of `model.inputs`."""
    named = getattr(model, "input", None)  # which a sequential network may lack
    # Keras has the tensors of a mapping in the order of its sorted names.
    names = sorted(named) if isinstance(named, Mapping) else [each.name for each in model.inputs]
    return dict(zip(names, model.inputs, strict=True))


def save_inputs(inputs: ModelInputs, path: Path) -> Path:
    """Writes examples for another process.

    Args:
        inputs: of many examples.
        path: without a suffix: `path.npy` is written, or the folder `path` with a file an input.

    Returns:
        What was written.
    """
    if isinstance(inputs, StreamedArray):
        # How they are made, which takes no room; the other process is ours and reads it at once.
        file = path.with_name(f"{path.name}.rows")
        file.write_bytes(pickle.dumps(inputs))
        return file
    if not isinstance(inputs, Mapping):
        file = path.with_name(f"{path.name}.npy")
        save_array(file, inputs)
        return file
    path.mkdir(exist_ok=True)
    for name, values in inputs.items():
        save_array(path / f"{name}.npy", values)
    return path


def load_inputs(path: Path) -> ModelInputs:
    """The examples that `save_inputs` wrote, mapped or streamed."""
    if path.suffix == ".rows":
        return as_array(pickle.loads(path.read_bytes()))
    if path.is_dir():
        return {file.stem: np.load(file, mmap_mode="r") for file in sorted(path.glob("*.npy"))}
    array: np.ndarray = np.load(path, mmap_mode="r")
    return array


def _arrays(inputs: ModelInputs) -> list[np.ndarray]:
    return list(inputs.values()) if isinstance(inputs, Mapping) else [inputs]
