"""Keras model → TFLite files, converted in a process that may crash without harm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import keras
import numpy as np

from kerasapps.errors import ExportError
from kerasapps.export.process import how_it_ended, run_module
from kerasapps.export.scan import foreign_ops_in, scan_tflite
from kerasapps.npy import save_array


def export_tflite(
    model: keras.Model,
    *,
    folder: Path,
    modes: Sequence[str],
    calibration: np.ndarray,
) -> Mapping[str, Path | ExportError]:
    """TFLite files of `model` with a static batch of 1 and builtin operations only.

    Every input is a tensor of the file: one is called `input`, several keep the model's names.
    An `int8` file takes uint8 where the calibration is uint8 (pictures), and gives uint8 too, or
    float32 where there are many classes (see `export.score_steps`); from token ids it takes int32
    and gives float32 (see `export.integer`).

    Args:
        model: from one input tensor, or the three of BERT, to scores, `(batch, classes)`.
        folder: an empty folder for the files and the converter's own.
        modes: quantization modes to make.
        calibration: training inputs in the raw dtype, `(n, …)`: uint8 for pictures, int32 for
            token ids, `(n, length)`, from which all inputs of a BERT are made.

    Returns:
        For each mode the file, or the error that says why there is none.

    Raises:
        ExportError: if a side of an input has no fixed size.
    """
    write_static_batch(model, folder / "static_batch")
    save_array(folder / "calibration.npy", calibration)
    job = {
        "folder": str(folder),
        "saved_model": str(folder / "static_batch"),
        "inputs": _input_names(model),
        "calibration": str(folder / "calibration.npy"),
        "classes": model.output_shape[-1],
    }
    return convert_modes(job, modes=modes, folder=folder)


def convert_modes(
    job: Mapping[str, object], *, modes: Sequence[str], folder: Path
) -> Mapping[str, Path | ExportError]:
    """Converts one SavedModel in every mode, in processes that may crash.

    Args:
        job: what the converter is told (see `export.convert_worker.convert`).
        modes: quantization modes to make.
        folder: the job's folder, for the files.

    Returns:
        For each mode the file, of builtin operations, or the error that says why there is none.
    """
    waiting = list(modes)
    while waiting:
        log = _run_worker(job, waiting, folder)
        # The worker takes the modes in order: the first without a result is where it died.
        waiting = [mode for mode in waiting if not _finished(folder, mode)]
        if waiting:
            crashed = waiting.pop(0)
            (folder / f"{crashed}.error").write_text(log, encoding="utf-8")
    return {mode: _result(folder, mode) for mode in modes}


def _input_names(model: keras.Model) -> list[str]:
    tensors = model.inputs
    return ["input"] if len(tensors) == 1 else [tensor.name for tensor in tensors]


def write_static_batch(model: keras.Model, path: Path) -> None:
    """Writes a SavedModel with a batch of 1, which the converter takes.

    Raises:
        ExportError: if a side of an input has no fixed size.
    """
    import tensorflow as tf

    signature = [
        tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype, name=name)
        for name, tensor in zip(_input_names(model), model.inputs, strict=True)
    ]
    for spec in signature:
        if None in spec.shape:
            raise ExportError(
                f"The input {spec.name!r} has the shape {tuple(spec.shape)}: a phone needs a fixed "
                "one. Build the model for one size, or one length (for_export=True, length=…)."
            )
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        "serve",
        lambda *tensors: model(tensors[0] if len(tensors) == 1 else tensors, training=False),
        input_signature=signature,
    )
    archive.write_out(str(path), verbose=False)


def _run_worker(job: Mapping[str, object], modes: Sequence[str], folder: Path) -> str:
    """Runs the converter over `modes`; says how its process ended."""
    job_file = folder / "job.json"
    ended = run_module("kerasapps.export.convert_worker", {**job, "modes": list(modes)}, job_file)
    return how_it_ended(ended)


def _finished(folder: Path, mode: str) -> bool:
    return (folder / f"model_{mode}.tflite").exists() or (folder / f"{mode}.error").exists()


def _result(folder: Path, mode: str) -> Path | ExportError:
    path = folder / f"model_{mode}.tflite"
    if not path.exists():
        message = (folder / f"{mode}.error").read_text(encoding="utf-8")
        foreign = foreign_ops_in(message)
        return _foreign(mode, foreign) if foreign else ExportError(_first_line(message))
    foreign = scan_tflite(path)
    return _foreign(mode, foreign) if foreign else path


def _foreign(mode: str, ops: Sequence[object]) -> ExportError:
    return ExportError(
        f"{mode}: no stock LiteRT interpreter runs {', '.join(map(str, ops))}; "
        "replace the layer by one with builtin operations."
    )


def _first_line(message: str) -> str:
    lines = [line for line in message.strip().splitlines() if line.strip()]
    return lines[0][:300] if lines else "the converter gave no message"
