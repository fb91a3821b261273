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
from kerasapps.workflow.tracking.store import Ending, ToldTrial

EXPERIMENT = "kerasapps"
_RETRIES = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"
_PRINTS_NOTHING = "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"
_BATCH = 100  # parameters that MLflow takes at a time
_PARENT = "mlflow.parentRunId"  # by which MLflow shows one run below another
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
        with _set({_RETRIES: "1"}):  # a server is not asked for minutes whether it is there
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
        self._put_parameters(self.key, values)

    def put_figures(self, values: Mapping[str, float], *, epoch: int | None = None) -> None:
        """Name → figure; the epoch is MLflow's step."""
        self._client.log_batch(self.key, metrics=self._metrics(values, epoch))

    def put_trial(self, trial: ToldTrial) -> None:
        """A run whose parent is this one."""
        place = self._client.get_run(self.key).info.experiment_id
        tags = {_PARENT: self.key, **trial.tags}
        run = self._client.create_run(place, run_name=trial.name, tags=tags)
        key = str(run.info.run_id)
        self._put_parameters(key, trial.options)
        points = [(epoch, values) for epoch, values in trial.curve] + [(None, trial.figures)]
        metrics = [each for epoch, values in points for each in self._metrics(values, epoch)]
        for start in range(0, len(metrics), _BATCH):
            self._client.log_batch(key, metrics=metrics[start : start + _BATCH])
        with _set({_PRINTS_NOTHING: "true"}):  # below a table that is drawn
            self._client.set_terminated(key, _STATES[trial.ending])

    def _put_parameters(self, key: str, values: Mapping[str, Any]) -> None:
        every = [self._entities.Param(name, str(value)) for name, value in values.items()]
        for start in range(0, len(every), _BATCH):
            self._client.log_batch(key, params=every[start : start + _BATCH])

    def _metrics(self, values: Mapping[str, float], epoch: int | None) -> list[Any]:
        now = int(time.time() * 1000)
        return [self._entities.Metric(k, v, now, epoch or 0) for k, v in values.items()]

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
def _set(variables: Mapping[str, str]) -> Iterator[None]:
    """Within the block these are in the environment, unless the user set them."""
    new = {name: value for name, value in variables.items() if name not in os.environ}
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            del os.environ[name]
