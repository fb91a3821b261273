"""A run and its training as a tracker hears of them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kerasapps.config.dotted import dotted
from kerasapps.config.metric import Answer
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import TrainingError
from kerasapps.terminal.streams import tell
from kerasapps.training import Course, EpochRow, History, Moment
from kerasapps.training.callbacks import logs_of
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.store import replace_text, writing
from kerasapps.workflow.order import Order
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.run import Run
from kerasapps.workflow.tracking.choice import TRACKERS
from kerasapps.workflow.tracking.store import Ending, Store, ToldTrial


class Tracker:
    """Tells a store of a run; a `training.Reporter`, too.

    A tracker that fails once the run has begun ends no training: one line says so, and only when
    the run is over it is tried again, as each try may take minutes.

    Args:
        store: open.
        name: what people call the tracker.
        answer: says what an epoch's figures are called.
        notes: file that says which run it is and what was told, for a run that goes on.
        told: epochs that were told before.
        trials: numbers of the trials that were.
    """

    def __init__(
        self,
        store: Store,
        *,
        name: str,
        answer: Answer,
        notes: Path,
        told: int = 0,
        trials: Iterable[int] = (),
    ) -> None:
        self._store = store
        self._name = name
        self._answer = answer
        self._notes = notes
        self._epochs = told
        self._trials = set(trials)
        self._fails = False
        self._failed = False

    def begin(self, course: Course) -> None:
        """Nothing: epochs that an earlier run told are known."""

    def update(self, moment: Moment) -> None:
        """Nothing: figures are told once an epoch."""

    def epoch(self, row: EpochRow, *, best: bool) -> None:
        """Tell an epoch."""
        if row.epoch <= self._epochs:
            return
        values = {**logs_of(row, self._answer), "seconds": row.seconds}
        self._try("epochs", lambda: self._store.put_figures(_finite(values), epoch=row.epoch))
        if not self._fails:
            self._epochs = row.epoch
            self._note()

    def end(self, history: History) -> None:
        """Tell the epochs of which nobody heard, as those of a search's winner."""
        for row in history.rows:
            self.epoch(row, best=False)

    def parameters(self, settings: Mapping[str, Any]) -> None:
        """Tell a run's options."""
        self._note()
        self._try("parameters", lambda: self._store.put_parameters(flat(settings)))

    def trials(self, leaderboard: Leaderboard) -> None:
        """Tell the trials of a search that have ended since."""
        for record in leaderboard.records:
            if self._fails:
                return
            if record.ended and record.number not in self._trials:
                self._tell_trial(record, leaderboard.objective)

    def _tell_trial(self, record: TrialRecord, objective: Objective) -> None:
        self._try("trials", lambda: self._store.put_trial(told_trial(record, objective)))
        if not self._fails:
            self._trials.add(record.number)
            self._note()

    def publish(self, result: RecipeResult) -> None:
        """Tell what came of the run: all epochs, figures, files, report and bundle."""
        self._fails = False
        self.end(result.history)
        if result.search is not None:
            self.trials(result.search)
            settings = read_manifest(result.bundle_dir).settings
            self._try("parameters", lambda: self._store.put_parameters(flat(settings)))
        self._try("figures", lambda: self._store.put_figures(_finite(figures_of(result))))
        self._try("files", lambda: self._store.put_files(result.bundle_dir))

    def close(self, ending: Ending) -> None:
        """The run is over."""
        self._try("end", lambda: self._store.close(ending))
        if ending == "finished" and not self._fails:
            tell(f"{self._name}: {self._store.place}")

    def _note(self) -> None:
        told = {"epochs": self._epochs, "trials": sorted(self._trials)}
        text = json.dumps({"key": self._store.key, **told})
        with writing(self._notes):
            replace_text(self._notes, text)

    def _try(self, what: str, action: Callable[[], None]) -> None:
        if self._fails:
            return
        try:
            action()
        except Exception as error:  # whatever a server or a library has
            if not self._failed:
                tell(f"{self._name} did not take the run's {what}, which goes on: {_line(error)}")
            self._fails = self._failed = True


@contextmanager
def tracked(
    name: str | None, order: Order, *, run: Run, answer: Answer
) -> Iterator[Tracker | None]:
    """A tracker that is open until the block ends, and hears how it ended.

    Args:
        name: of `TRACKERS`, whose package is installed; None: there is no tracker.
        order: the run.
        run: its folder, where a killed run left which one it is at the tracker.
        answer: says what the figures are.

    Raises:
        TrainingError: if no run can be begun there.
    """
    if name is None:
        yield None
        return
    notes = run.training / f"{name}.json"
    before = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}
    tags = {"kerasapps.task": order.task.name, "kerasapps.folder": str(run.folder.absolute())}
    try:
        store = _opened(name, order.name, key=before.get("key"), tags=tags, folder=run.folder)
    except Exception as error:  # whatever a server or a library has
        raise TrainingError(
            f"{TRACKERS[name]} cannot begin a run: {_line(error)}. Its environment variables say "
            "where it is; without --track nothing is told."
        ) from error
    if before.get("key") != store.key:
        before = {}
    tracker = Tracker(
        store,
        name=TRACKERS[name],
        answer=answer,
        notes=notes,
        told=before.get("epochs", 0),
        trials=before.get("trials", ()),
    )
    ending: Ending = "failed"
    try:
        if order.tune is None:
            tracker.parameters(order.published)
        yield tracker
        ending = "finished"
    except KeyboardInterrupt:
        ending = "killed"
        raise
    finally:
        tracker.close(ending)


def _opened(
    name: str, title: str, *, key: str | None, tags: Mapping[str, str], folder: Path
) -> Store:
    if name == "mlflow":
        from kerasapps.workflow.tracking.mlflow_store import MlflowStore

        return MlflowStore(title, key=key, tags=tags)
    from kerasapps.workflow.tracking.wandb_store import WandbStore

    folder.mkdir(parents=True, exist_ok=True)
    return WandbStore(title, key=key, tags=tags, folder=folder)


def told_trial(record: TrialRecord, objective: Objective) -> ToldTrial:
    """A trial that has ended, with all that its table has of it."""
    tags = {"kerasapps.state": record.state, "kerasapps.reason": record.reason}
    return ToldTrial(
        name=f"trial {record.number}",
        options=record.values,
        figures=_finite({**record.figures, "seconds": record.seconds}),
        curve=[
            (epoch, {f"epochs.{objective.monitor}": figure})
            for epoch, figure in record.curve
            if math.isfinite(figure)
        ],
        ending="failed" if record.state == "failed" else "finished",
        tags={name: text for name, text in tags.items() if text},
    )


def flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Nested settings with dotted names; lists as text."""
    return {
        name: str(value) if isinstance(value, list | tuple) else value
        for name, value in dotted(settings).items()
    }


def figures_of(result: RecipeResult) -> dict[str, float]:
    """The figures on the split that judged, and of each file, by dotted names."""
    figures = {f"{result.judged_on}.{name}": value for name, value in result.metrics.items()}
    for artifact in result.artifacts:
        measured = {
            result.metric.key: artifact.metric,
            "latency_ms": artifact.latency_ms,
            "size_mb": None if artifact.size_bytes is None else artifact.size_bytes / 1e6,
            "passed": float(artifact.passed),
        }
        figures |= {f"{artifact.name}.{name}": value for name, value in measured.items()}
    return figures


def _finite(values: Mapping[str, Any]) -> dict[str, float]:
    """Those that are numbers."""
    return {
        name: float(value)
        for name, value in values.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    }


def _line(error: Exception) -> str:
    """An error in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:300].rstrip(".")
