"""Training options that exclude or need each other, or that a task does not have."""

from __future__ import annotations

from kerasapps.config import TrainConfig
from kerasapps.config.metric import Answer
from kerasapps.errors import ConfigError
from kerasapps.training.monitor import check_monitor, may_be_own
from kerasapps.training.optimizer_choice import beta_2_option
from kerasapps.training.schedules import rate_factor, warmup_share


def check_train_config(config: TrainConfig, *, answer: Answer) -> None:
    """Refuse what `fit_in_phases` cannot do; cheap, so a plan may ask before it reads any data.

    Args:
        config: all options, suggested ones filled in.
        answer: whose figures may be monitored.

    Raises:
        ConfigError: if two options exclude each other, one lacks what it needs, or the monitor is
            none of the answer's; whether it is a metric of the user's `Hooks.check_monitor` knows.
    """
    beta_2_option(config)
    rate_factor(config.schedule, 1.0, warmup=warmup_share(config))
    if config.ema is not None and (config.average_checkpoints or 1) > 1:
        raise ConfigError(
            "TrainConfig.ema and TrainConfig.average_checkpoints are two ways to average the "
            "weights; choose one (average_checkpoints=1 turns the second off)."
        )
    if not may_be_own(config):
        check_monitor(config, answer)
