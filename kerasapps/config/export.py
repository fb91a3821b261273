"""Which files are made of a trained model, and what they must keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from kerasapps.config.checks import INFINITY, choose, number, option

Quantization = Literal["float32", "float16", "dynamic", "int8"]


@dataclass(frozen=True, kw_only=True)
class ExportConfig:
    """Which files to make, and how far they may fall behind the Keras model."""

    quantization: tuple[Quantization, ...] = option(
        get_args(Quantization), "TFLite file to make: float32, float16, dynamic, int8 (repeatable)"
    )
    saved_model: bool = option(True, "also write a SavedModel")
    tolerance: float | None = option(
        None, "points that an exported file may lose (default: 1 of accuracy, 0.5 of BLEU)"
    )
    calibration: int = option(256, "training examples that set the int8 ranges")
    keep_failed: bool = option(False, "keep files that failed verification, marked as failed")

    def __post_init__(self) -> None:
        if isinstance(self.quantization, str):
            object.__setattr__(self, "quantization", (self.quantization,))
        names = tuple(dict.fromkeys(self.quantization))
        for name in names:
            choose(name, get_args(Quantization), what="ExportConfig.quantization")
        object.__setattr__(self, "quantization", names)
        if self.tolerance is not None:
            number(self, "tolerance", 0, 100)
        number(self, "calibration", 200, INFINITY, whole=True)
