"""Every image model at full size: train a step, save, convert, and run what was converted.

    python benchmarks/all_models.py [--size 224] [--models resnet vit]

Prints a row a model and exits 1 if any of them fails. At 224 pixels, all models take about ten
minutes on two cores.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from kerasapps.models import adapt
from kerasapps.recipes.image_classification.architectures import ARCHITECTURES

COLUMNS = (
    "model",
    "size",
    "weights",
    "train img/s",
    "float32 MB",
    "int8 MB",
    "float32 ms",
    "int8 ms",
    "float32 error",
    "int8 error",
)
BATCH = 8
CLASSES = 10


def main() -> int:
    """Prints the table; 1 if a model fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, nargs="*", default=[224], help="pixels a side")
    parser.add_argument("--models", nargs="*", default=sorted(ARCHITECTURES.names), metavar="NAME")
    options = parser.parse_args()
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + "---|" * len(COLUMNS))
    failures = 0
    for size in options.size:
        for name in options.models:
            try:
                row = measure(name, size)
            except Exception as error:  # a row must not end the table
                row = [name, str(size), f"FAILED: {error}"]
                failures += 1
            print("| " + " | ".join(row) + " |", flush=True)
    return int(failures > 0)


def measure(name: str, size: int) -> list[str]:
    """A row of the table.

    Raises:
        RuntimeError: if training gives no finite loss or an operator stays in float.
    """
    keras.utils.set_random_seed(0)
    pictures, labels = _pictures(32, size)
    model = ARCHITECTURES.find(name).build(input_shape=(size, size, 3), num_classes=CLASSES)
    adapt(model, pictures)
    speed = _train(model, pictures, labels)
    expected = model.predict(pictures[:BATCH], verbose=0)
    with TemporaryDirectory() as folder:
        model.save(Path(folder, "model.keras"))
        signature = [tf.TensorSpec((1, size, size, 3), tf.float32)]
        saved = str(Path(folder, "saved"))
        model.export(saved, format="tf_saved_model", input_signature=signature, verbose=False)
        files = [_convert(saved, None), _convert(saved, pictures)]
    runs = [_run(file, pictures[:BATCH]) for file in files]
    spread = float(np.std(expected - expected.mean(0))) or 1.0
    errors = [float(np.sqrt(np.mean((outputs - expected) ** 2))) / spread for outputs, _ in runs]
    return [
        name,
        str(size),
        f"{model.count_params():,}",
        f"{speed:.0f}",
        *(f"{len(file) / 1e6:.2f}" for file in files),
        *(f"{1000 * seconds:.1f}" for _, seconds in runs),
        *(f"{error:.1%}" for error in errors),
    ]


def _pictures(count: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Colour gradients with a coarse texture, and their class: the brightest direction."""
    rng = np.random.default_rng(0)
    labels = np.arange(count) % CLASSES
    angle = labels * (2 * np.pi / CLASSES)
    ramp = np.linspace(-1, 1, size)
    light = np.sin(angle)[:, None, None] * ramp[:, None] + np.cos(angle)[:, None, None] * ramp[None]
    texture = rng.normal(0, 0.3, (count, size // 8, size // 8, 3)).repeat(8, 1).repeat(8, 2)
    pictures = 128 + 60 * (light[..., None] + texture)
    return np.clip(pictures, 0, 255).astype(np.float32), np.eye(CLASSES, dtype=np.float32)[labels]


def _train(model: keras.Model, pictures: np.ndarray, labels: np.ndarray) -> float:
    """Pictures per second, after enough steps for batch normalization to settle."""
    model.compile(
        keras.optimizers.AdamW(1e-4),
        keras.losses.CategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    losses, start = [], 0.0
    for step in range(24):
        if step == 2:  # the first steps trace the graph
            start = time.perf_counter()
        rows = slice(step % 4 * BATCH, step % 4 * BATCH + BATCH)
        losses.append(float(model.train_on_batch(pictures[rows], labels[rows])))
    if not np.isfinite(losses).all():
        raise RuntimeError(f"the loss is not finite: {losses}")
    return 22 * BATCH / (time.perf_counter() - start)


def _convert(saved_model: str, calibration: np.ndarray | None) -> bytes:
    converter = tf.lite.TFLiteConverter.from_saved_model(saved_model)
    if calibration is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([row[None]] for row in calibration)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.uint8
    return bytes(converter.convert())


def _run(flatbuffer: bytes, pictures: np.ndarray) -> tuple[np.ndarray, float]:
    """Outputs in float32, and the median seconds of a picture on one thread."""
    interpreter = Interpreter(model_content=flatbuffer, num_threads=1)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    outputs, seconds = [], []
    for picture in pictures:
        interpreter.set_tensor(source["index"], _quantize(picture[None], source))
        start = time.perf_counter()
        interpreter.invoke()
        seconds.append(time.perf_counter() - start)
        outputs.append(_dequantize(interpreter.get_tensor(target["index"])[0], target))
    quantized = source["dtype"] is np.uint8
    if quantized and any(t["dtype"] is np.float32 for t in interpreter.get_tensor_details()):
        raise RuntimeError("a tensor of the int8 model stayed in float32")
    return np.stack(outputs), float(np.median(seconds))


def _quantize(array: np.ndarray, details: dict[str, Any]) -> np.ndarray:
    if details["dtype"] is np.float32:
        return array
    scale, zero = details["quantization"]
    return np.clip(np.rint(array / scale + zero), 0, 255).astype(np.uint8)


def _dequantize(array: np.ndarray, details: dict[str, Any]) -> np.ndarray:
    if details["dtype"] is np.float32:
        return array
    scale, zero = details["quantization"]
    return (array.astype(np.float32) - zero) * scale


if __name__ == "__main__":
    sys.exit(main())
