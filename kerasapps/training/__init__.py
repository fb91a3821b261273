"""From a model and batches to a trained model: runtime, optimizers, phases, checkpoints."""

from __future__ import annotations

from kerasapps.training.fit import fit
from kerasapps.training.history import EpochRow, History
from kerasapps.training.optimizers import OPTIMIZER_DEFAULTS, make_optimizer
from kerasapps.training.progress import Moment, Plan, Reporter, TerminalReporter
from kerasapps.training.runtime import Runtime, choose_runtime, seed_everything
from kerasapps.training.schedules import rate_factor

__all__ = [
    "OPTIMIZER_DEFAULTS",
    "EpochRow",
    "History",
    "Moment",
    "Plan",
    "Reporter",
    "Runtime",
    "TerminalReporter",
    "choose_runtime",
    "fit",
    "make_optimizer",
    "rate_factor",
    "seed_everything",
]
