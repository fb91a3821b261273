"""Runs told to Weights & Biases, online or offline; as its environment variables say."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.workflow.tracking.store import Ending

PROJECT = "kerasapps"


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

        self._wandb = wandb
        self._run = wandb.init(
            project=os.environ.get("WANDB_PROJECT") or PROJECT,
            name=name,
            id=key,
            resume="allow",
            config=dict(tags),
            dir=os.environ.get("WANDB_DIR") or str(folder),
            settings=wandb.Settings(silent=True),
            reinit="create_new",
        )
        # One point an epoch, whatever was told before a kill.
        self._run.define_metric("epoch")
        self._run.define_metric("*", step_metric="epoch")

    @property
    def key(self) -> str:
        """The run's id."""
        return str(self._run.id)

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

    def close(self, ending: Ending) -> None:
        """Sends what is left; how it ended is its exit code."""
        self._run.finish(exit_code=0 if ending == "finished" else 1)
