"""Runs told to MLflow: its server, or a store of files; as its environment variables say."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kerasapps.deploy.manifest import FILE_NAME
from kerasapps.workflow.tracking.store import Ending

EXPERIMENT = "kerasapps"
_RETRIES = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"
_BATCH = 100  # parameters that MLflow takes at a time
_STATES: Mapping[Ending, str] = MappingProxyType(
    {"finished": "FINISHED", "failed": "FAILED", "killed": "KILLED"}
)


class MlflowStore:
    """A run of MLflow's, by its client alone: a run that the user has open is not touched.

    Args:
        name: of the run.
        key: of the run that goes on; None, or one that is gone: a new one.
        tags: of a new run.
    """

    def __init__(self, name: str, *, key: str | None, tags: Mapping[str, str]) -> None:
        from mlflow import MlflowClient, entities, get_tracking_uri

        self._entities = entities
        self._client = MlflowClient()
        self._uri = str(get_tracking_uri())
        with _impatient():
            if key is not None and self._is_there(key):
                self.key = key
                self._client.update_run(key, status="RUNNING")
            else:
                self.key = self._create(name, tags)

    @property
    def place(self) -> str:
        """The store's address, and the run."""
        return f"{self._uri}, experiment {self._experiment_name}, run {self.key}"

    @property
    def _experiment_name(self) -> str:
        return os.environ.get("MLFLOW_EXPERIMENT_NAME") or EXPERIMENT

    def _is_there(self, key: str) -> bool:
        from mlflow.exceptions import MlflowException

        try:
            return self._client.get_run(key).info.lifecycle_stage == "active"
        except MlflowException:
            return False

    def _create(self, name: str, tags: Mapping[str, str]) -> str:
        experiment = self._client.get_experiment_by_name(self._experiment_name)
        place = (
            self._client.create_experiment(self._experiment_name)
            if experiment is None
            else experiment.experiment_id
        )
        return str(self._client.create_run(place, run_name=name, tags=dict(tags)).info.run_id)

    def put_parameters(self, values: Mapping[str, Any]) -> None:
        """Option → value, as text."""
        every = [self._entities.Param(key, str(value)) for key, value in values.items()]
        for start in range(0, len(every), _BATCH):
            self._client.log_batch(self.key, params=every[start : start + _BATCH])

    def put_figures(self, values: Mapping[str, float], *, epoch: int | None = None) -> None:
        """Name → figure; the epoch is MLflow's step."""
        now = int(time.time() * 1000)
        metrics = [self._entities.Metric(k, v, now, epoch or 0) for k, v in values.items()]
        self._client.log_batch(self.key, metrics=metrics)

    def put_files(self, bundle: Path) -> None:
        """The bundle as artifacts in the folder `bundle`, the report beside it too."""
        self._client.log_artifacts(self.key, str(bundle), "bundle")
        if (bundle / "report.html").exists():
            self._client.log_artifact(self.key, str(bundle / "report.html"))
        self._client.set_tag(self.key, "kerasapps.manifest", f"bundle/{FILE_NAME}")

    def close(self, ending: Ending) -> None:
        """The run's status says how it ended."""
        self._client.set_terminated(self.key, _STATES[ending])


@contextmanager
def _impatient() -> Iterator[None]:
    """Within the block a server is not asked for minutes whether it is there."""
    if _RETRIES in os.environ:
        yield
        return
    os.environ[_RETRIES] = "1"
    try:
        yield
    finally:
        del os.environ[_RETRIES]
