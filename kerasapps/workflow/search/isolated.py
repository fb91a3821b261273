"""A trial as a worker starts it in a process of its own; without TensorFlow."""

from __future__ import annotations

from kerasapps.tuning.trial import Figures, Report, TrialJob
from kerasapps.workflow.search.trial_setup import TrialSetup


def run_isolated(setup: TrialSetup, job: TrialJob, report: Report) -> Figures:
    """Runs a trial; the worker itself, which only starts processes, loads no TensorFlow."""
    from kerasapps.workflow.search.trial import run_trial

    return run_trial(setup, job, report)
