"""From a model and batches to a trained model: runtime, optimizers, phases, checkpoints."""

from __future__ import annotations

from kerasapps.training.checks import check_train_config
from kerasapps.training.criterion import Criterion, Score
from kerasapps.training.finished import Finished
from kerasapps.training.fit import fit
from kerasapps.training.head import Head
from kerasapps.training.history import EpochRow, History
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.training.keeping import history_so_far, is_over
from kerasapps.training.length import Length, has_open_end, is_asked, suitable_length
from kerasapps.training.monitor import Monitor
from kerasapps.training.optimizers import (
    OPTIMIZER_DEFAULTS,
    USUAL_OPTIMIZER,
    make_optimizer,
    optimizer_of,
)
from kerasapps.training.progress import Course, Moment, Reporter, TerminalReporter
from kerasapps.training.runtime import Runtime, choose_runtime, seed_everything
from kerasapps.training.schedules import rate_factor

__all__ = [
    "NO_HOOKS",
    "OPTIMIZER_DEFAULTS",
    "USUAL_OPTIMIZER",
    "Course",
    "Criterion",
    "EpochRow",
    "Finished",
    "Head",
    "History",
    "Hooks",
    "Length",
    "Moment",
    "Monitor",
    "Reporter",
    "Runtime",
    "Score",
    "TerminalReporter",
    "check_train_config",
    "choose_runtime",
    "fit",
    "has_open_end",
    "history_so_far",
    "is_asked",
    "is_over",
    "make_optimizer",
    "optimizer_of",
    "rate_factor",
    "seed_everything",
    "suitable_length",
]
