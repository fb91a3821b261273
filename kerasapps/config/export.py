"""Which files are made of a trained model, and what they must keep."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, Literal, get_args

from kerasapps.config.checks import check_options, option
from kerasapps.errors import DependencyError

TFLiteMode = Literal["float32", "float16", "dynamic", "int8"]
Quantization = Literal[TFLiteMode, "onnx"]
ONNX: Final = "onnx"
"""The file that is for other runtimes than LiteRT: made where it is asked for."""
_MAKE_ONNX = ("onnx", "onnxruntime", "tf2onnx")


@dataclass(frozen=True, kw_only=True)
class ExportConfig:
    """Which files to make, and how far they may fall behind the Keras model."""

    quantization: tuple[Quantization, ...] = option(
        get_args(TFLiteMode),
        "TFLite file to make: float32, float16, dynamic, int8; or onnx: an ONNX file, float32 "
        "(repeatable)",
        choices=get_args(Quantization),
    )
    saved_model: bool = option(True, "also write a SavedModel")
    tolerance: float | None = option(
        None,
        "what an exported file may lose: points, or of an error per cent (default: suits the task)",
        low=0,
        high=100,
    )
    calibration: int = option(
        256, "training examples that set the int8 ranges", low=200, whole=True
    )
    examples: bool = option(
        True, "put a few examples of the training data, with their answers, into the bundle"
    )
    keep_failed: bool = option(False, "keep files that failed verification, marked as failed")

    def __post_init__(self) -> None:
        check_options(self)
        if ONNX in self.quantization:
            require_onnx(*_MAKE_ONNX)


def require_onnx(*packages: str) -> None:
    """Refuses what needs packages of the extra `onnx` that are missing; cheap, so it comes first.

    Args:
        packages: that are needed.

    Raises:
        DependencyError: naming those that are not installed, and what to do.
    """
    missing = [name for name in packages if not has_onnx(name)]
    if missing:
        raise DependencyError(
            f"ONNX files need {', '.join(missing)}: pip install 'kerasapps[onnx]'"
        )


def has_onnx(package: str) -> bool:
    """Whether a package of the extra `onnx` is installed; imports nothing."""
    return find_spec(package) is not None
