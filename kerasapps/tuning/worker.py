"""The main of a worker process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from kerasapps.tuning.trial import TrialFunction


def serve_trials(job_file: Path, run: TrialFunction, *, preload: Sequence[str]) -> None:
    """Try configurations until the search is over; the whole life of a worker's process.

    It returns when the search is over. It ends the process when whoever started it is gone, and
    with status `crew.HOPELESS`, after one line on standard error, when it has no search to work
    for.

    Every trial's process imports the worker's main module again. So that module should import
    at its top nothing heavy but what `preload` names.

    Args:
        job_file: this worker's JOB.json; the key `crew` is read, others are the caller's.
        run: tries one configuration, in a process of its own; picklable, and best defined in
            another module than the main one.
        preload: modules that `run` needs and that take long to import; they are imported once.
    """
    # Not at the top, which each trial would import for nothing.
    from kerasapps.tuning.crew import CREW, Orders
    from kerasapps.tuning.labour import labour

    orders = Orders(**json.loads(job_file.read_text(encoding="utf-8"))[CREW])
    labour(orders, run, preload)
