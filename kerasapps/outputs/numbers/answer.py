"""The figures that numbers are judged by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasapps.config import kinds
from kerasapps.config.metric import Answer, Metric

RMSE = Metric(
    name="RMSE", key="rmse", quality="rmse", perfect=None, unit="", better="min", tolerance=2.0
)
MAE = Metric(
    name="MAE", key="mae", quality="mae", perfect=None, unit="", better="min", tolerance=2.0
)
NUMBERS = Answer(metric=RMSE, fitted=RMSE, judged=MAE)

NUMBER_ANSWER: Mapping[str, Any] = {"kind": kinds.NUMBER}
"""The file gives the number itself, in the unit of the target; see `docs/bundles.md`."""
