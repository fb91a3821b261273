"""An answer that is judged by errors, for tests of what knows no task."""

from __future__ import annotations

from kerasapps.config.metric import Answer, Metric

RMSE = Metric(name="RMSE", key="rmse", quality="rmse", perfect=None, unit="", better="min")
MAE = Metric(name="MAE", key="mae", quality="mae", perfect=None, unit="", better="min")
ERRORS = Answer(metric=RMSE, fitted=RMSE, judged=MAE)
