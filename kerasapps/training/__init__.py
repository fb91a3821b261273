"""From a model and batches to a trained model: runtime, optimizers, phases, checkpoints."""

from __future__ import annotations

from kerasapps.training.finished import Finished
from kerasapps.training.fit import fit
from kerasapps.training.history import EpochRow, History
from kerasapps.training.objective import Objective, class_objective, token_objective
from kerasapps.training.optimizers import OPTIMIZER_DEFAULTS, make_optimizer
from kerasapps.training.options import check_train_config
from kerasapps.training.progress import Moment, Plan, Reporter, TerminalReporter
from kerasapps.training.runtime import Runtime, choose_runtime, seed_everything
from kerasapps.training.schedules import rate_factor

__all__ = [
    "OPTIMIZER_DEFAULTS",
    "EpochRow",
    "Finished",
    "History",
    "Moment",
    "Objective",
    "Plan",
    "Reporter",
    "Runtime",
    "TerminalReporter",
    "check_train_config",
    "choose_runtime",
    "class_objective",
    "fit",
    "make_optimizer",
    "rate_factor",
    "seed_everything",
    "token_objective",
]
