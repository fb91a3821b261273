"""Runs told to Weights & Biases, online or offline; as its environment variables say."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.workflow.tracking.store import Ending, ToldTrial

PROJECT = "kerasapps"
_ID = 8  # characters of a run's id


class WandbStore:
    """A run of Weights & Biases.

    Args:
        name: of the run.
        key: of the run that goes on; None: a new one.
        tags: told with the parameters.
        folder: for its own files, unless `WANDB_DIR` says otherwise.
    """

    def __init__(
        self, name: str, *, key: str | None, tags: Mapping[str, str], folder: Path
    ) -> None:
        import wandb

        self._wandb, self._folder = wandb, folder
        self.key = key or uuid.uuid4().hex[:_ID]
        self._run = self._begin(name, id=self.key, resume="allow", config=dict(tags))

    def _begin(self, name: str, **more: Any) -> Any:
        """A run in the group of this one."""
        run = self._wandb.init(
            project=os.environ.get("WANDB_PROJECT") or PROJECT,
            name=name,
            group=self.key,
            dir=os.environ.get("WANDB_DIR") or str(self._folder),
            settings=self._wandb.Settings(silent=True),
            reinit="create_new",
            **more,
        )
        # One point an epoch, whatever was told before a kill.
        run.define_metric("epoch")
        run.define_metric("*", step_metric="epoch")
        return run

    @property
    def place(self) -> str:
        """Its page, or where its files lie until `wandb sync`."""
        return str(self._run.url or f"{Path(self._run.dir).parent} (wandb sync sends it)")

    def put_parameters(self, values: Mapping[str, Any]) -> None:
        """Option → value, as the run's config."""
        self._run.config.update(dict(values), allow_val_change=True)

    def put_figures(self, values: Mapping[str, float], *, epoch: int | None = None) -> None:
        """Name → figure: of an epoch as history, of the whole run as summary."""
        if epoch is None:
            self._run.summary.update(dict(values))
        else:
            self._run.log({**values, "epoch": epoch})

    def put_files(self, bundle: Path) -> None:
        """The bundle as an artifact of the type model, the report as a page."""
        if (bundle / "report.html").exists():
            self._run.log({"report": self._wandb.Html(str(bundle / "report.html"), inject=False)})
        artifact = self._wandb.Artifact(f"bundle-{self.key}", type="model")
        artifact.add_dir(str(bundle))
        self._run.log_artifact(artifact)

    def put_trial(self, trial: ToldTrial) -> None:
        """A run of the same group, whose job is a trial."""
        config = {**trial.tags, **trial.options}
        run = self._begin(trial.name, job_type="trial", config=config)
        for epoch, values in trial.curve:
            run.log({**values, "epoch": epoch})
        run.summary.update(dict(trial.figures))
        run.finish(exit_code=int(trial.ending == "failed"))

    def close(self, ending: Ending) -> None:
        """Sends what is left; how it ended is its exit code."""
        self._run.finish(exit_code=0 if ending == "finished" else 1)
