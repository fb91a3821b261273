"""One TFLite file in the LiteRT interpreter: raw inputs in, float scores out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np


class TFLiteModel:
    """A TFLite file with one input and one output at batch 1.

    Args:
        path: the file.
        threads: threads that one inference may use.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_path=str(path), num_threads=threads)
        self._interpreter.allocate_tensors()
        self._input: dict[str, Any] = self._interpreter.get_input_details()[0]
        self._output: dict[str, Any] = self._interpreter.get_output_details()[0]
        self._dequantize = _dequantizer(self._output)
        self._quantize = _quantizer(self._input)

    @property
    def input_dtype(self) -> np.dtype[Any]:
        """What the file's input tensor takes."""
        return np.dtype(self._input["dtype"])

    def scores(self, example: np.ndarray) -> np.ndarray:
        """Scores of one raw input.

        Args:
            example: one raw input without the batch; pictures uint8, 0 to 255.

        Returns:
            float32, `(num_classes,)`.
        """
        self._interpreter.set_tensor(self._input["index"], self._quantize(example)[None])
        self._interpreter.invoke()
        output: np.ndarray = self._dequantize(
            self._interpreter.get_tensor(self._output["index"])[0]
        )
        return output


def _quantizer(details: dict[str, Any]) -> Any:
    """From raw values to the input tensor's: a cast, or the tensor's own scale."""
    dtype, (scale, zero) = details["dtype"], details["quantization"]
    if zero == 0 and (scale == 0 or abs(scale - 1) < 1e-5):
        return lambda values: values.astype(dtype, copy=False)
    limits = np.iinfo(dtype)
    return lambda values: np.clip(
        np.round(values.astype(np.float32) / scale) + zero, limits.min, limits.max
    ).astype(dtype)


def _dequantizer(details: dict[str, Any]) -> Any:
    scale, zero = details["quantization"]
    if details["dtype"] == np.float32:
        return lambda values: values
    return lambda values: (values.astype(np.float32) - zero) * np.float32(scale)
