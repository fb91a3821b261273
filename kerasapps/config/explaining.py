"""How an answer is explained."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from kerasapps.config.checks import check_options, option, require
from kerasapps.errors import DependencyError

SAMPLES: Final = 1000
"""Inputs that a method tries which tries any number."""
METHODS = ("rise", "gradcam", "cam", "occlusion", "shap", "attention")


@dataclass(frozen=True, kw_only=True)
class ExplainConfig:
    """By which method an answer is explained; a task refuses those that are not for it.

    Examples:
        >>> kerasapps.ExplainConfig(method="gradcam").samples is None
        True
    """

    method: str | None = option(
        None,
        "pictures: rise (of the file itself), gradcam (of the Keras model) or cam (of why.tflite); "
        "texts, rows and sounds: occlusion or shap (default: the first of these)",
        choices=METHODS,
    )
    samples: int | None = option(
        None,
        "inputs that rise and shap try, rise also beside gradcam and cam: more take longer and are "
        f"less noisy (default: {SAMPLES:,})",
        low=16,
        high=1_000_000,
        whole=True,
    )
    layer: str | None = option(
        None, "of a picture's network: show what this layer makes of the picture instead"
    )
    filters: bool = option(False, "with layer: show its filters, not what they find")

    def __post_init__(self) -> None:
        check_options(self)
        require(self.layer is not None or not self.filters, self, "filters", "with layer only")
        require(
            self.layer is None or (self.method is None and self.samples is None),
            self,
            "layer",
            "without method and samples, which explain an answer",
        )
        require(
            self.samples is None or self.method not in ("occlusion", "attention"),
            self,
            "samples",
            "left out with a method that draws nothing",
        )
        if self.method == "shap" and find_spec("shap") is None:
            raise DependencyError("The method shap needs shap: pip install 'kerasapps[shap]'")
