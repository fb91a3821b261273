"""Learning-rate schedules as pure functions of the share of training that is done."""

from __future__ import annotations

import math

from kerasapps.config import Schedule, TrainConfig
from kerasapps.errors import ConfigError

ONE_CYCLE_RISE = 0.3
ONE_CYCLE_START = 1 / 25
ONE_CYCLE_END = 1e-4
STEP_BOUNDARIES = (0.5, 0.75)
STEP_FACTOR = 0.1
DEFAULT_WARMUP = 0.05


def warmup_share(config: TrainConfig) -> float:
    """The share of training in which the rate rises: the one asked for, else the default."""
    return DEFAULT_WARMUP if config.warmup is None else config.warmup


def rate_factor(schedule: Schedule | None, progress: float, *, warmup: float = 0.0) -> float:
    """The share of the peak learning rate to use when `progress` of the training is done.

    * `constant`: 1.
    * `cosine`: half a cosine from 1 to 0; also where `schedule` is None.
    * `inverse_sqrt`: after the warm-up the square root of `warmup / progress`.
    * `linear`: a straight line from 1 to 0.
    * `step`: 1, then 0.1 after half and 0.01 after three quarters of the training
      (the CIFAR-10 schedule of He et al. 2016, section 4.2).
    * `one_cycle`: half a cosine up from 1/25 and half a cosine down to 1/10000; the rise takes
      30 % of the training, or `warmup` where that is longer (momentum is left alone).

    All but the last rise linearly from 0 during the share `warmup` of the training; cosine and
    linear then run over what is left, the steps stay where they are.

    Args:
        schedule: name of the schedule.
        progress: share of training done, 0 to 1; values outside are clipped.
        warmup: share of training during which the rate rises, 0 to 1.

    Returns:
        A factor from 0 to 1.

    Raises:
        ConfigError: if `schedule` is not known, or is `inverse_sqrt` without a warm-up.

    Reference: Loshchilov and Hutter 2017, section 3 (cosine); Smith and Topin 2018, section 4
    (one cycle); Vaswani et al. 2017, section 5.3 (inverse square root); Goyal et al. 2017, section
    2.2 (warm-up).
    """
    progress = min(1.0, max(0.0, progress))
    if schedule == "one_cycle":
        return _one_cycle(progress, rise=max(ONE_CYCLE_RISE, warmup))
    rise = progress / warmup if progress < warmup else 1.0
    if schedule == "constant":
        return rise
    if schedule == "step":
        return rise * STEP_FACTOR ** sum(progress >= boundary for boundary in STEP_BOUNDARIES)
    if schedule == "inverse_sqrt":
        return rise if progress < warmup else math.sqrt(_warmup_of_sqrt(warmup) / progress)
    if schedule == "linear":
        return rise if progress < warmup else 1 - _share(progress, warmup)
    if schedule in ("cosine", None):
        return rise if progress < warmup else _half_cosine(_share(progress, warmup))
    raise ConfigError(
        f"TrainConfig.schedule {schedule!r} is not known. Known: constant, cosine, inverse_sqrt, "
        "linear, one_cycle, step."
    )


def resumed_rate_factor(
    schedule: Schedule | None, share: float, *, start: float, warmup: float = 0.0
) -> float:
    """`rate_factor` where a finished training had the first part of the schedule before.

    The optimizer begins afresh, so the rate rises once more, during the share `warmup` of what is
    left.

    Args:
        schedule: name of the schedule.
        share: share of what is left that is done, 0 to 1.
        start: share of the whole schedule that was done before; with 0 this is `rate_factor`.
        warmup: as for `rate_factor`.
    """
    factor = rate_factor(schedule, start + (1 - start) * share, warmup=warmup)
    rises = start > 0 and share < warmup
    return factor * share / warmup if rises else factor


def open_rate_factor(
    schedule: Schedule | None,
    step: int,
    *,
    warmup: int,
    most: int,
    cooldown: tuple[int, int] | None = None,
) -> float:
    """The share of the peak learning rate where validation decides when training ends.

    It rises linearly, then falls with the inverse square root of the step or, without a schedule,
    as slowly as half a cosine over the most steps that there may be, which a training that ends
    much earlier hardly notices; from the beginning of the cool-down a straight line takes it to 0.

    Args:
        schedule: `inverse_sqrt` or None.
        step: number of the step, from 0.
        warmup: steps in which the rate rises.
        most: steps after which training ends in any case.
        cooldown: the cool-down's first step and its number of steps, once it has begun.

    Reference: Hägele et al. 2024, Scaling Laws and Compute-Optimal Training Beyond Fixed Training
    Durations (a constant rate and a cool-down are as good as a cosine of the right length).
    """
    # In the middle of the step, so that neither the first nor the last has a rate of 0.
    now = step + 0.5
    factor = rate_factor(schedule, now / most, warmup=min(1.0, warmup / most))
    if cooldown is None:
        return factor
    start, steps = cooldown
    return factor * max(0.0, 1 - (now - start) / steps)


def _warmup_of_sqrt(warmup: float) -> float:
    if warmup == 0:
        raise ConfigError(
            "TrainConfig.schedule 'inverse_sqrt' falls from where the warm-up ends, so "
            "TrainConfig.warmup must be more than 0 (0.05 is usual); or choose schedule cosine."
        )
    return warmup


def _share(progress: float, start: float) -> float:
    """How far `progress` is between `start` and 1."""
    return (progress - start) / (1 - start) if start < 1 else 1.0


def _half_cosine(share: float) -> float:
    """From 1 at `share` 0 down to 0 at `share` 1."""
    return 0.5 * (1 + math.cos(math.pi * share))


def _one_cycle(progress: float, *, rise: float) -> float:
    if progress < rise:
        return 1 + (ONE_CYCLE_START - 1) * _half_cosine(progress / rise)
    return ONE_CYCLE_END + (1 - ONE_CYCLE_END) * _half_cosine(_share(progress, rise))
