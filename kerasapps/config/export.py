"""Which files are made of a trained model, and what they must keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from kerasapps.config.checks import check_options, option

Quantization = Literal["float32", "float16", "dynamic", "int8"]


@dataclass(frozen=True, kw_only=True)
class ExportConfig:
    """Which files to make, and how far they may fall behind the Keras model."""

    quantization: tuple[Quantization, ...] = option(
        get_args(Quantization),
        "TFLite file to make: float32, float16, dynamic, int8 (repeatable)",
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
    keep_failed: bool = option(False, "keep files that failed verification, marked as failed")

    def __post_init__(self) -> None:
        check_options(self)
