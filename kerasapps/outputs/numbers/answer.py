"""The figures that numbers are judged by."""

from __future__ import annotations

from kerasapps.config.metric import Answer, Metric

RMSE = Metric(
    name="RMSE", key="rmse", quality="rmse", perfect=None, unit="", better="min", tolerance=2.0
)
MAE = Metric(
    name="MAE", key="mae", quality="mae", perfect=None, unit="", better="min", tolerance=2.0
)
NUMBERS = Answer(metric=RMSE, fitted=RMSE, judged=MAE)
