"""Training options that exclude or need each other, or that a task does not have."""

from __future__ import annotations

from kerasapps.config import TrainConfig
from kerasapps.config.checks import choose
from kerasapps.config.metric import Answer
from kerasapps.errors import ConfigError
from kerasapps.training.optimizer_choice import beta_2_option
from kerasapps.training.schedules import rate_factor, warmup_share


def check_train_config(config: TrainConfig, *, answer: Answer) -> None:
    """Refuse what `fit_in_phases` cannot do; cheap, so a plan may ask before it reads any data.

    Args:
        config: all options, suggested ones filled in.
        answer: whose figures may be monitored.

    Raises:
        ConfigError: if two options exclude each other, one lacks what it needs, or the monitor is
            none of the answer's.

    Examples:
        >>> from kerasapps.config.metric import Answer, Metric
        >>> right = Metric(name="share right", key="right", quality="right")
        >>> answer = Answer(metric=right, fitted=right, judged=right)
        >>> kerasapps.training.check_train_config(kerasapps.TrainConfig(), answer=answer)
    """
    beta_2_option(config)
    rate_factor(config.schedule, 1.0, warmup=warmup_share(config))
    if config.ema is not None and (config.average_checkpoints or 1) > 1:
        raise ConfigError(
            "TrainConfig.ema and TrainConfig.average_checkpoints are two ways to average the "
            "weights; choose one (average_checkpoints=1 turns the second off)."
        )
    if config.monitor is not None:
        choose(config.monitor, answer.monitors, what="TrainConfig.monitor")
