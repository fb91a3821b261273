"""Of which format an artifact is, as its path tells."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

Format = Literal["tflite", "onnx", "saved_model"]

ONNX_SUFFIX: Final = ".onnx"
ONNX_FILE: Final = f"model{ONNX_SUFFIX}"
"""Of a network that answers at once; a translator's are a folder of `encode` and `decode_step`."""
NEXT: Final = "next_"
"""Before the names of what a step of an ONNX translator gives for the step after it."""


def format_of(path: Path) -> Format:
    """What runs a file or folder: LiteRT, onnxruntime, or else TensorFlow.

    Args:
        path: of an artifact, be it there or not.
    """
    if path.suffix == ONNX_SUFFIX or next(path.glob(f"*{ONNX_SUFFIX}"), None) is not None:
        return "onnx"
    return "tflite" if path.suffix == ".tflite" else "saved_model"
