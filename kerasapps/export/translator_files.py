"""Translation network → TFLite and ONNX files of its two halves, `encode` and `decode_step`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasapps.config.export import ONNX
from kerasapps.deploy.formats import ONNX_SUFFIX
from kerasapps.deploy.translator_file import DECODE_STEP, ENCODE
from kerasapps.errors import ExportError
from kerasapps.export.integer import operations
from kerasapps.export.integer_pairs import PAIR_CALLS, PAIRS
from kerasapps.export.tflite import convert_modes
from kerasapps.process.quiet import without_log

# Control flow: a stock interpreter runs it, but neither in one go nor on an accelerator.
LOOPS = frozenset({"WHILE", "IF", "CALL", "CALL_ONCE"})

Pair = tuple[np.ndarray, np.ndarray]
State = Mapping[str, Any]


def export_translator_tflite(
    network: keras.Model,
    *,
    folder: Path,
    modes: Sequence[str],
    calibration: Sequence[Pair],
) -> Mapping[str, Path | ExportError]:
    """TFLite files of a translator, of static shapes, builtin operations and no loops.

    Both signatures stand in one file and share their weights. `encode` takes `source`, int32,
    `(1, max_source)`, and gives the memory by name, and what of the first cache depends on the
    source. `decode_step` takes `token`, int32, `(1,)`, `position`, int32, `()`, the memory and the
    whole cache; it gives `logits`, float32, `(1, target_vocabulary)`, `attention`, float32,
    `(1, max_source)`, and the next cache. What it takes and `encode` does not give is zeros before
    the first step. Each tensor that goes in or out is float32 or int32; of a mask, 1 is true.

    An `int8` file takes and gives the same types (see `export.integer`). `onnx` is a folder with a
    file a signature, of the same tensors in batches of any size, whose rows are at one position.

    Args:
        network: a `kerasapps.models.translator.Translator`, float32.
        folder: an empty folder for the files and the converter's own.
        modes: quantization modes to make.
        calibration: source and target ids of training pairs, int32, `(s,)` and `(t,)`, with their
            end marks; read for `int8`.

    Returns:
        For each mode the file, or the error that says why there is none.
    """
    shape = network.shape
    saved_model, any_batch = folder / "signatures", folder / "any_batch"
    pairs, exported = folder / "calibration.npz", network.for_export()
    if {*modes} - {ONNX}:
        _write_signatures(exported, saved_model, max_source=shape.max_source, batch=1)
    if ONNX in modes:
        _write_signatures(exported, any_batch, max_source=shape.max_source, batch=None)
    np.savez(
        pairs,
        sources=padded([source for source, _ in calibration], shape.max_source),
        targets=padded([target for _, target in calibration], shape.max_target),
    )
    job = {
        "folder": str(folder),
        "saved_model": str(saved_model),
        "calibration": str(pairs),
        "integer": PAIRS,
        "calls": PAIR_CALLS,
        "onnx": {
            "saved_model": str(any_batch),
            "files": {name: f"{ONNX}/{name}{ONNX_SUFFIX}" for name in (ENCODE, DECODE_STEP)},
        },
    }
    files = convert_modes(job, modes=modes, folder=folder)
    return {
        mode: made if mode == ONNX else _without_loops(mode, made) for mode, made in files.items()
    }


def padded(rows: Sequence[np.ndarray], length: int) -> np.ndarray:
    """Rows of ids as one array, int32, `(n, length)`, padded with 0 on the right.

    Raises:
        ValueError: if a row is longer.
    """
    table = np.zeros((len(rows), length), np.int32)
    for place, row in zip(table, rows, strict=True):
        place[: len(row)] = row
    return table


def _write_signatures(
    network: keras.Model, path: Path, *, max_source: int, batch: int | None
) -> None:
    """Writes a SavedModel with both signatures, for a batch of that size; None: of any."""
    import tensorflow as tf

    source = tf.TensorSpec((batch, max_source), tf.int32, name="source")
    memory, cache, zeros = _states(network, source)

    def encode(source: Any) -> dict[str, Any]:
        states = _merged(*network.encode(source))
        return {name: _whole(states[name]) for name in states if name not in zeros}

    def step(token: Any, position: Any, **state: Any) -> dict[str, Any]:
        logits, new, attention = network.decode_step(
            token,
            position,
            {name: _as(state[name], before) for name, before in memory.items()},
            {name: _as(state[name], before) for name, before in cache.items()},
        )
        after = {name: _whole(value) for name, value in new.items()}
        return {"logits": logits, "attention": attention, **after}

    module = tf.Module()
    # What the graphs refer to must hang on what is saved.
    module.variables_in_use = [variable.value for variable in network.variables]
    signatures = {
        ENCODE: tf.function(encode).get_concrete_function(source),
        DECODE_STEP: tf.function(step).get_concrete_function(
            token=tf.TensorSpec((batch,), tf.int32, name="token"),
            position=tf.TensorSpec((), tf.int32, name="position"),
            **{name: _spec(name, tensor) for name, tensor in _merged(memory, cache).items()},
        ),
    }
    with without_log():
        tf.saved_model.save(module, str(path), signatures=signatures)


def _states(network: keras.Model, source: Any) -> tuple[State, State, frozenset[str]]:
    """Memory and first cache as they look in a graph, and the names of what is zeros in it."""
    import tensorflow as tf

    zeros: set[str] = set()

    def encode(source: Any) -> tuple[State, State]:
        memory, cache = network.encode(source)
        zeros.update(name for name, tensor in cache.items() if _is_zeros(tensor))
        return memory, cache

    traced = tf.function(encode, input_signature=[source]).get_concrete_function()
    memory, cache = traced.structured_outputs
    return memory, cache, frozenset(zeros)


def _is_zeros(tensor: Any) -> bool:
    """Whether a graph gives nothing but zeros there, whatever it is given."""
    import tensorflow as tf

    value = tf.get_static_value(tensor)
    return value is not None and not np.any(value)


def _whole(tensor: Any) -> Any:
    """A truth value as int32: browsers' runtimes pass no bool in or out."""
    import tensorflow as tf

    return tf.cast(tensor, tf.int32) if tensor.dtype == tf.bool else tensor


def _as(tensor: Any, before: Any) -> Any:
    """The tensor as the network gave it before `_whole`."""
    import tensorflow as tf

    return tf.not_equal(tensor, 0) if before.dtype == tf.bool else tensor


def _merged(memory: Mapping[str, Any], cache: Mapping[str, Any]) -> dict[str, Any]:
    return {**memory, **cache}


def _spec(name: str, tensor: Any) -> Any:
    import tensorflow as tf

    if not tensor.shape[1:].is_fully_defined():
        raise ExportError(
            f"The state {name!r} of the network has the shape {tuple(tensor.shape)}: a phone needs "
            "a fixed one. Make it of static sizes in the network's encode."
        )
    dtype = tf.int32 if tensor.dtype == tf.bool else tensor.dtype
    return tf.TensorSpec(tensor.shape, dtype, name=name)


def _without_loops(mode: str, made: Path | ExportError) -> Path | ExportError:
    if isinstance(made, ExportError):
        return made
    loops = operations(made.read_bytes()) & LOOPS
    if not loops:
        return made
    return ExportError(
        f"{mode}: the file holds loops ({', '.join(sorted(loops))}); "
        "unroll them in the network's for_export."
    )
