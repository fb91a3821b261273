"""When a trial is hopeless."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Final

from kerasapps.config import TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Curve, TrialRecord

ENOUGH_TRIALS: Final = 4
"""Finished trials that a median needs before it decides anything."""

REACH: Final = 1.25
"""How many times the best one's errors a brief training may have and still be worth a whole one."""

FREE_EPOCHS: Final = 1
"""First epochs that are never judged: a warming-up learning rate tells nothing yet."""


def prunes(tune: TuneConfig, objective: Objective) -> bool:
    """Whether hopeless trials of this search end early.

    Raises:
        ConfigError: if `tune` asks for it where it cannot work.
    """
    if tune.prune is False:
        return False
    why_not = ""
    if tune.algorithm == "hyperband":
        why_not = "hyperband decides by itself how long each trial trains"
    elif not objective.tells_each_epoch:
        why_not = f"no epoch foretells {objective.name}"
    if why_not and tune.prune:
        raise ConfigError(f"TuneConfig.prune cannot be True here: {why_not}. Leave it out.")
    return not why_not


def is_hopeless(curve: Curve, finished: Sequence[TrialRecord], objective: Objective) -> bool:
    """Whether a running trial is worse than the usual finished one was at its epoch.

    It is if its best figure so far is strictly worse than the median, over the finished trials,
    of their mean figure up to the same epoch. The verdict depends on nothing else, so a repeated
    trial meets the same one.

    Args:
        curve: of the running trial, up to now.
        finished: trials that are done and within the limits (large models that break a limit
            must not set the mark for the small ones).
        objective: says which figure the curves hold, and what is better.

    Reference: Golovin et al. 2017, Google Vizier, section 3.2.2 (median stopping rule).
    """
    if not curve or curve[-1][0] <= FREE_EPOCHS:
        return False
    now = curve[-1][0]
    means = [
        statistics.fmean(seen)
        for record in finished
        if (seen := [figure for epoch, figure in record.curve if epoch <= now])
    ]
    if len(means) < ENOUGH_TRIALS:
        return False
    figures = [figure for _, figure in curve]
    median = statistics.median(means)
    if objective.monitor_direction == "max":
        return max(figures) < median
    return min(figures) > median


def is_far_behind(figure: float, best: float, objective: Objective, *, factor: float = 1.0) -> bool:
    """Whether a figure is too far from the best one for its trial to catch up.

    Measured is what both lack of what is perfect, or the figures themselves of a loss or an error.

    Args:
        figure: the objective of a trial.
        best: the best trial's.
        objective: says what the figures are.
        factor: how much further it may be behind, of a trial that is not over.
    """
    metric = objective.metric
    perfect = None if metric is None else metric.perfect
    lacks, least = (value if perfect is None else perfect - value for value in (figure, best))
    return lacks > factor * REACH * least
