"""A worker process of a search: `python -m kerasapps.workflow.search.worker JOB.json`."""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path

from kerasapps.tuning.worker import serve_trials
from kerasapps.workflow.search.isolated import run_isolated
from kerasapps.workflow.search.trial_setup import TrialSetup


def main() -> None:
    """Serves trials until the chief has none left."""
    job_file = Path(sys.argv[1])
    setup = TrialSetup.from_dict(json.loads(job_file.read_text(encoding="utf-8")))
    # Loaded once, in the process that each trial's own is a copy of.
    steps = f"{setup.task.package}.train"
    preload = (f"{__package__}.trial", steps)
    serve_trials(job_file, functools.partial(run_isolated, setup), preload=preload)


if __name__ == "__main__":
    main()
