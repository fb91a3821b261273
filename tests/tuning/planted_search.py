"""A search with planted trials, and a process that starts such searches to be killed.

`python -m tests.tuning.planted_search` imports the heavy modules once; for each line on its
standard input, a folder with `search.json`, it forks a process that leads a group of its own and
runs the search, and says its number.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.config import TuneConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.tuning.objective import make_objective
from kerasapps.tuning.records import Leaderboard
from kerasapps.tuning.search import WorkerSource, run_search, run_workers
from tests.tuning.trusted import SECRET_FILE

SETTINGS = {"train": {"epochs": 2}, "fingerprint": "abc"}


class QuietDisplay:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def begin(self, space: Any, tune: TuneConfig) -> None:
        self.told.append("begin")

    def update(self, leaderboard: Leaderboard) -> None:
        self.told.append("update")

    def end(self, leaderboard: Leaderboard) -> None:
        self.told.append("end")


def space() -> Any:
    import keras_tuner

    hp = keras_tuner.HyperParameters()
    hp.Float("learning_rate", 1e-3, 1.0, sampling="log", default=0.01)
    hp.Int("width", 1, 8, default=4)
    return hp


def source(marks: Path, plan: Mapping[str, str], **more: Any) -> WorkerSource:
    marks.mkdir(parents=True, exist_ok=True)
    job = {"plan": dict(plan), "marks": str(marks), **more}
    return WorkerSource("tests.tuning.planted_worker", job)


def search(
    folder: Path,
    *,
    plan: Mapping[str, str] = {},
    display: Any = None,
    settings: Mapping[str, Any] = SETTINGS,
    broken: bool = False,
    **tune: Any,
) -> Leaderboard:
    """A search in `folder`, with cores enough for as many workers as the test wants."""
    secret = {"secret_file": SECRET_FILE} if "role" in tune else {}
    config = TuneConfig(**{"trials": 6, "worker_cores": 1, "prune": False} | secret | tune)
    return run_search(
        tune=config,
        space=space(),
        objective=make_objective(config, answer=CLASSES),
        source=source(folder / "marks", plan, broken=broken),
        folder=folder / "work",
        settings=settings,
        seed=3,
        epochs=2,
        display=display or QuietDisplay(),
        leaderboard_file=folder / "leaderboard.csv",
    )


def workers(
    folder: Path,
    *,
    plan: Mapping[str, str] = {},
    settings: Mapping[str, Any] = SETTINGS,
    **tune: Any,
) -> int:
    """Workers of another machine, as far as the chief can see."""
    config = TuneConfig(**{"role": "worker", "secret_file": SECRET_FILE, "worker_cores": 1} | tune)
    return run_workers(
        tune=config,
        source=source(folder / "marks", plan),
        folder=folder / "work",
        settings=settings,
    )


def _run(folder: Path) -> None:
    os.setsid()
    job = json.loads((folder / "search.json").read_text())
    try:
        records = [record.to_dict() for record in search(folder, **job).records]
        (folder / "records.json").write_text(json.dumps(records))
    except BaseException as error:
        traceback.print_exc()
        (folder / "error").write_text(f"{type(error).__name__}: {error}")


def main() -> None:
    for module in ("chief", "oracles"):
        importlib.import_module(f"kerasapps.tuning.{module}")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # A shell that starts the tests in the background has it ignored.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _run(Path(line.strip()))
            os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
