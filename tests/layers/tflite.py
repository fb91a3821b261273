"""Converts Keras models to TFLite and runs them, the way the product's files are made and run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter


def export(model: keras.Model, folder: Path) -> Path:
    """`folder` with a SavedModel of `model` at batch 1."""
    signature = [tf.TensorSpec((1, *model.input_shape[1:]), model.inputs[0].dtype)]
    model.export(folder, format="tf_saved_model", input_signature=signature, verbose=False)
    return folder


def convert(saved_model: Path, *, calibration: np.ndarray | None = None) -> bytes:
    """A flatbuffer with builtin operators only.

    Args:
        saved_model: folder with one input and one output.
        calibration: inputs; with float32 ones the flatbuffer is full int8 with uint8 in and out,
            with int32 ids it takes ids, gives float32, and keeps in float what has no int8 kernel.
    """
    converter = tf.lite.TFLiteConverter.from_saved_model(str(saved_model))
    if calibration is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([row[None]] for row in calibration)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        if calibration.dtype == np.int32:
            converter.target_spec.supported_ops += [tf.lite.OpsSet.TFLITE_BUILTINS]
        else:
            converter.inference_input_type = converter.inference_output_type = tf.uint8
    return bytes(converter.convert())


def run(flatbuffer: bytes, inputs: np.ndarray) -> np.ndarray:
    """What `flatbuffer` makes of each of `inputs`, dequantized to float32."""
    # The interpreter has no flex kernels: a model with other than builtin operators fails here.
    interpreter = Interpreter(model_content=flatbuffer)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    rows = []
    for row in inputs:
        interpreter.set_tensor(source["index"], _quantize(row[None], source))
        interpreter.invoke()
        rows.append(_dequantize(interpreter.get_tensor(target["index"])[0], target))
    return np.stack(rows)


def float_tensors(flatbuffer: bytes) -> list[str]:
    """Names of the float32 tensors in `flatbuffer`: a full int8 one has none."""
    interpreter = Interpreter(model_content=flatbuffer)
    interpreter.allocate_tensors()
    return [t["name"] for t in interpreter.get_tensor_details() if t["dtype"] is np.float32]


def _quantize(array: np.ndarray, details: dict[str, Any]) -> np.ndarray:
    if details["dtype"] in (np.float32, np.int32):
        return array.astype(details["dtype"])
    scale, zero = details["quantization"]
    limits = np.iinfo(details["dtype"])
    return np.clip(np.rint(array / scale + zero), limits.min, limits.max).astype(details["dtype"])


def _dequantize(array: np.ndarray, details: dict[str, Any]) -> np.ndarray:
    if details["dtype"] in (np.float32, np.int32):
        return array
    scale, zero = details["quantization"]
    return (array.astype(np.float32) - zero) * scale
