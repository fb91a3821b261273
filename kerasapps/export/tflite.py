"""Keras model → TFLite and ONNX files, converted in a process that may crash without harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasapps.config.export import ONNX
from kerasapps.deploy.feeds import as_channels, feeds
from kerasapps.deploy.formats import ONNX_FILE
from kerasapps.errors import ExportError
from kerasapps.export.fake_quant.places import Learnt
from kerasapps.export.integer import ROW_CALLS, SERVE
from kerasapps.export.process import run_in_turn, run_module
from kerasapps.export.scan import foreign_ops_in, scan_tflite
from kerasapps.model_inputs import ModelInputs, each_of, save_inputs, tensors_of
from kerasapps.process.quiet import without_log


@dataclass(frozen=True)
class Twin:
    """One more signature of TFLite files: another network of equal weights, which lie there once.

    Attributes:
        name: of the signature, behind "serve" in the alphabet, which so stays the first.
        model: from tensors by name to tensors by name.
        calibration: what it takes, by name, float32 `(n, …)`, on which ranges for `int8` are found.
    """

    name: str
    model: keras.Model
    calibration: Mapping[str, np.ndarray]


def convert_network(
    model: keras.Model,
    *,
    folder: Path,
    modes: Sequence[str],
    calibration: ModelInputs | None,
    integer: str,
    twin: Twin | None = None,
    learnt: Learnt | None = None,
) -> Mapping[str, Path | ExportError]:
    """TFLite files of `model` with a static batch of 1 and builtin operations only.

    Every input is a tensor of the file: a single one without a name of its own is called `input`,
    all others keep the model's names. The file `onnx` takes the same in batches of any size, and
    calls what it gives `output`; what a model gives by name keeps its names in all files.

    Args:
        model: from one input tensor, or several, to scores, `(batch, …)`, or a mapping of such.
        folder: an empty folder for the files and the converter's own.
        modes: quantization modes to make.
        calibration: training inputs in the raw dtype, `(n, …)`: of a network with one input an
            array, with several one for each by name; of a BERT the token ids, from which all its
            inputs are made; of pictures those of one channel go into all three of a model's. None
            where `modes` lack `int8`.
        integer: what makes the `int8` file, as "module:function" (see `convert_worker.convert`):
            `integer_pictures.PICTURES`, or one of the task's.
        twin: a second signature of the TFLite files.
        learnt: ranges for the `int8` file that the network was fine-tuned with.

    Returns:
        For each mode the file, or the error that says why there is none.

    Raises:
        ExportError: if a side of an input has no fixed size.
    """
    static_batch, any_batch = folder / "static_batch", folder / "any_batch"
    if {*modes} - {ONNX}:
        write_static_batch(model, static_batch, twin=twin)
    if ONNX in modes:
        write_any_batch(model, any_batch)
    job: dict[str, object] = {
        "folder": str(folder),
        "saved_model": str(static_batch),
        "onnx": {"saved_model": str(any_batch), "files": {SERVE: ONNX_FILE}},
        "inputs": {
            name: tensor.dtype
            for name, tensor in zip(input_names(model), model.inputs, strict=True)
        },
        "calibration": None
        if calibration is None
        else str(save_inputs(_as_taken(calibration, model), folder / "calibration")),
        "integer": integer,
        "calls": ROW_CALLS,
        "outputs": _widths(model),
    }
    if twin is not None:
        inputs = folder / "twin.npz"
        with inputs.open("wb") as file:
            np.savez(file, allow_pickle=False, **twin.calibration)
        job["twin"] = {"name": twin.name, "calibration": str(inputs)}
    if learnt is not None:
        job["learnt"] = str(learnt.save(folder / "learnt.npz"))
    return convert_modes(job, modes=modes, folder=folder)


def _widths(model: keras.Model) -> int | dict[str, int]:
    """How many scores a model gives, of several outputs by name."""
    given = model.output
    if isinstance(given, Mapping):
        return {name: int(each.shape[-1]) for name, each in sorted(given.items())}
    return int(given.shape[-1])


def taken_by_file(model: keras.Model, inputs: ModelInputs) -> dict[str, np.ndarray]:
    """Examples as the file of `model` takes them, `(n, …)` by the name of each input.

    Args:
        model: that was converted.
        inputs: see `calibration` of `convert_network`.
    """
    names = input_names(model)
    given = [feeds(names, example) for example in each_of(_as_taken(inputs, model))]
    return {name: np.stack([each[name] for each in given]) for name in names}


def _as_taken(calibration: ModelInputs, model: keras.Model) -> ModelInputs:
    """Grey pictures in three channels for a model of colours; all else as it is."""
    if isinstance(calibration, Mapping):
        return calibration
    return as_channels(calibration, model.inputs[0].shape[1:])


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
    run_in_turn(
        modes,
        lambda waiting: run_module(
            "kerasapps.export.convert_worker", {**job, "modes": [*waiting]}, folder / "job.json"
        ),
        is_finished=lambda mode: _finished(folder, mode),
        crashed=lambda mode, how: _note(folder, mode, how),
    )
    return {mode: _result(folder, mode) for mode in modes}


def input_names(model: keras.Model) -> list[str]:
    """What the inputs of a file are called, in the order of `model.inputs`."""
    names = list(tensors_of(model))
    return names if len(names) > 1 or isinstance(model.input, Mapping) else ["input"]


def write_static_batch(model: keras.Model, path: Path, *, twin: Twin | None = None) -> None:
    """Writes a SavedModel with a batch of 1, which the converter takes.

    Args:
        model: see `convert_network`.
        path: a new folder.
        twin: a second signature.

    Raises:
        ExportError: if a side of an input has no fixed size.
    """
    if twin is None:
        _write_batches(model, path, size=1, answer=lambda outputs: outputs)
    else:
        _write_both(model, twin, path)


def _write_both(model: keras.Model, twin: Twin, path: Path) -> None:
    """As `ExportArchive` writes one; the converter would take a second one of its for none."""
    import tensorflow as tf

    def answers(network: keras.Model) -> Any:
        def answer(**tensors: Any) -> Any:
            given = [tensors[name] for name in input_names(network)]
            outputs = network(_arranged(network, given), training=False)
            return outputs if isinstance(outputs, Mapping) else {"output_0": outputs}

        return tf.function(answer).get_concrete_function(
            **{each.name: each for each in _taken(network, 1)}
        )

    module = tf.Module()
    networks = {SERVE: model, twin.name: twin.model}
    # What the graphs refer to must hang on what is saved.
    module.variables_in_use = [each.value for one in networks.values() for each in one.variables]
    with without_log():
        tf.saved_model.save(
            module, str(path), signatures={name: answers(one) for name, one in networks.items()}
        )


def write_any_batch(model: keras.Model, path: Path) -> None:
    """Writes a SavedModel of batches of any size, whose answer is `output` if it has no name.

    Raises:
        ExportError: if a side of an input but the batch has no fixed size.
    """
    _write_batches(model, path, size=None, answer=_by_name)


def _by_name(outputs: Any) -> Any:
    return outputs if isinstance(outputs, Mapping) else {"output": outputs}


def _write_batches(
    model: keras.Model, path: Path, *, size: int | None, answer: Callable[[Any], Any]
) -> None:
    signature = _taken(model, size)
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        SERVE,
        lambda *tensors: answer(model(_arranged(model, tensors), training=False)),
        input_signature=signature,
    )
    with without_log():
        archive.write_out(str(path), verbose=False)


def _taken(model: keras.Model, size: int | None) -> list[Any]:
    """The specs of a model's inputs, in its order, for batches of so many."""
    import tensorflow as tf

    signature = [
        tf.TensorSpec((size, *tensor.shape[1:]), tensor.dtype, name=name)
        for name, tensor in zip(input_names(model), model.inputs, strict=True)
    ]
    for spec in signature:
        if None in spec.shape[1:]:
            raise ExportError(
                f"The input {spec.name!r} has the shape {tuple(spec.shape)}: a phone needs a fixed "
                "one. Build the model for one size, or one length (for_export=True, length=…)."
            )
    return signature


def _arranged(model: keras.Model, tensors: Sequence[Any]) -> Any:
    """The tensors in the structure that the model was made with."""
    if isinstance(model.input, Mapping):
        return dict(zip(tensors_of(model), tensors, strict=True))
    return tensors[0] if len(tensors) == 1 else tensors


def _note(folder: Path, mode: str, how: str) -> None:
    (folder / f"{mode}.error").write_text(how, encoding="utf-8")


def _finished(folder: Path, mode: str) -> bool:
    return _made(folder, mode) is not None or (folder / f"{mode}.error").exists()


def _made(folder: Path, mode: str) -> Path | None:
    """What the worker made: a file, of a translator's ONNX a folder; None: nothing."""
    names = (ONNX_FILE, ONNX) if mode == ONNX else (f"model_{mode}.tflite",)
    return next((folder / name for name in names if (folder / name).exists()), None)


def _result(folder: Path, mode: str) -> Path | ExportError:
    path = _made(folder, mode)
    if path is None:
        message = (folder / f"{mode}.error").read_text(encoding="utf-8")
        foreign = foreign_ops_in(message)
        return _foreign(mode, foreign) if foreign else ExportError(_first_line(message))
    foreign = () if mode == ONNX else scan_tflite(path)
    return _foreign(mode, foreign) if foreign else path


def _foreign(mode: str, ops: Sequence[object]) -> ExportError:
    return ExportError(
        f"{mode}: no stock LiteRT interpreter runs {', '.join(map(str, ops))}; "
        "replace the layer by one with builtin operations."
    )


def _first_line(message: str) -> str:
    lines = [line for line in message.strip().splitlines() if line.strip()]
    return lines[0][:300] if lines else "the converter gave no message"
