"""The int8 file of a network on token ids: as many integer operations as its answers can bear.

Pictures go through networks of convolutions, whose activations all fit 8 bits. Networks on texts
hold layer norms, softmaxes, and cell states that add up over a hundred steps, which do not. What a
network can bear is tried, not guessed: each form is compared with the float network on the
calibration examples, and the first that answers alike is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.feeds import feeds
from kerasapps.deploy.interpreter import TFLiteModel

# Operations on whole numbers in form 2; lookups keep the type of their table.
PRODUCTS = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "GATHER"})
LEAST_AGREEMENT = 0.99
LARGEST_CHANGE = 0.02


def integer_file(converter: Any, *, inputs: Sequence[str], ids: np.ndarray, folder: Path) -> bytes:
    """The most integer TFLite file that keeps the scores. Of these forms the first that does:

    1. every operation on int8, with ranges from the calibration examples, that has such a kernel;
    2. matrix products, convolutions and lookups so, the rest on float32;
    3. int8 weights, and matrix products on int8 with ranges found at each call ("dynamic").

    A form keeps the scores when at least 99 % of the calibration examples keep their label and a
    score moves by 0.02 or less on average. All take int32 ids and give float32 scores.

    Args:
        converter: of a float network, without optimizations set.
        inputs: names of the network's inputs.
        ids: calibration examples, int32, `(n, length)`.
        folder: for scratch files.
    """
    import tensorflow as tf

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    calibrated = _calibrate(converter, inputs, ids)
    expected = _scores(calibrated, ids, folder)
    for integer in (operations(calibrated), PRODUCTS):
        content = _quantize(calibrated, integer)
        if keeps_scores(_scores(content, ids, folder), expected):
            return content
    converter.representative_dataset = None
    converter._experimental_calibrate_only = False
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    dynamic: bytes = converter.convert()
    return dynamic


def keeps_scores(scores: np.ndarray, expected: np.ndarray) -> bool:
    """Whether two files answer alike (see `integer_file`).

    Args:
        scores: float, `(n, num_classes)`.
        expected: those of the float network, of the same shape.
    """
    agreement = np.mean(scores.argmax(1) == expected.argmax(1))
    change = np.abs(scores - expected).mean()
    return bool(agreement >= LEAST_AGREEMENT and change <= LARGEST_CHANGE)


def operations(content: bytes) -> frozenset[str]:
    """Names of the builtin operations in a TFLite file."""
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.tools import flatbuffer_utils

    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    return frozenset(names[code.builtinCode] for code in model.operatorCodes)


def _calibrate(converter: Any, inputs: Sequence[str], ids: np.ndarray) -> bytes:
    """The float network with the range of every activation."""
    import tensorflow as tf

    def examples() -> Iterator[dict[str, np.ndarray]]:
        for row in ids:
            yield {name: values[None] for name, values in feeds(inputs, np.array(row)).items()}

    builtins = tf.lite.OpsSet
    converter.target_spec.supported_ops = [builtins.TFLITE_BUILTINS_INT8, builtins.TFLITE_BUILTINS]
    converter.representative_dataset = examples
    # The steps that tf.lite's QuantizationDebugger takes, without its second, instrumented file.
    converter._experimental_calibrate_only = True
    calibrated: bytes = converter.convert()
    return calibrated


def _quantize(calibrated: bytes, integer: Collection[str]) -> bytes:
    from tensorflow.lite.python.convert import mlir_quantize

    return bytes(
        mlir_quantize(
            calibrated,
            disable_per_channel=False,
            fully_quantize=False,
            denylisted_ops=sorted(operations(calibrated) - set(integer)),
        )
    )


def _scores(content: bytes, ids: np.ndarray, folder: Path) -> np.ndarray:
    path = folder / "candidate.tflite"
    path.write_bytes(content)
    model = TFLiteModel(path)
    return np.stack([model.scores(np.array(row)) for row in ids])
