"""Which files are made of a trained model, and what they must keep."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, Literal, get_args

from kerasapps.config.checks import check_options, option
from kerasapps.errors import ConfigError, DependencyError

TFLiteMode = Literal["float32", "float16", "dynamic", "int8"]
Quantization = Literal[TFLiteMode, "onnx", "auto"]
ONNX: Final = "onnx"
"""The file that is for other runtimes than LiteRT: made where it is asked for."""
AUTO: Final = "auto"
"""One TFLite file: the smallest of many forms that loses little enough."""
_LIMITS: Final = ("max_drop", "max_size_mb", "max_latency_ms")
_MAKE_ONNX = ("onnx", "onnxruntime", "tf2onnx")


@dataclass(frozen=True, kw_only=True)
class ExportConfig:
    """Which files to make, and how far they may fall behind the Keras model."""

    quantization: tuple[Quantization, ...] = option(
        get_args(TFLiteMode),
        "TFLite file to make: float32, float16, dynamic, int8; or onnx: an ONNX file, float32 "
        "(repeatable); or auto: the smallest TFLite file that keeps max_drop and the limits",
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
    max_drop: float | None = option(
        None,
        "with quantization auto: what the file may lose: points, or of an error per cent (default: "
        "suits the task)",
        low=0,
        high=100,
    )
    max_size_mb: float | None = option(
        None, "with quantization auto: megabytes (10⁶ bytes) that the file may have", low=0.001
    )
    max_latency_ms: float | None = option(
        None,
        "with quantization auto: milliseconds that one example may take on one thread of this "
        "machine",
        low=0.001,
    )

    def __post_init__(self) -> None:
        check_options(self)
        if AUTO in self.quantization:
            self._check_auto()
        else:
            given = [name for name in _LIMITS if getattr(self, name) is not None]
            if given:
                raise ConfigError(
                    f"ExportConfig.{given[0]} chooses among files: give quantization='auto' too, "
                    "or leave it out."
                )
        if ONNX in self.quantization:
            require_onnx(*_MAKE_ONNX)

    def _check_auto(self) -> None:
        if len(self.quantization) > 1:
            others = ", ".join(name for name in self.quantization if name != AUTO)
            raise ConfigError(
                f"quantization='auto' chooses among all TFLite files and stands alone: leave "
                f"{others} out, or name files and leave auto out."
            )
        if self.tolerance is not None:
            raise ConfigError(
                "With quantization='auto' ExportConfig.max_drop says what the file may lose: give "
                "that in place of ExportConfig.tolerance."
            )
        if self.keep_failed:
            raise ConfigError(
                "With quantization='auto' only the file that was chosen and passed is kept: leave "
                "ExportConfig.keep_failed out."
            )
        if find_spec("ai_edge_quantizer") is None:
            raise DependencyError(
                "quantization='auto' needs ai-edge-quantizer: pip install 'kerasapps[ladder]'"
            )


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
