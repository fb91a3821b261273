"""Training options that exclude or need each other."""

from __future__ import annotations

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.training.history import is_judged
from kerasapps.training.optimizers import beta_2_option
from kerasapps.training.schedules import rate_factor, warmup_share


def check_train_config(config: TrainConfig, *, judged: bool) -> None:
    """Refuse what `fit` cannot do; cheap, so that a recipe may ask before it reads any data.

    Args:
        config: all options, suggested ones filled in.
        judged: whether `fit` will be given a judge that measures what is monitored.

    Raises:
        ConfigError: if two options exclude each other, or one lacks what it needs.
    """
    beta_2_option(config)
    rate_factor(config.schedule, 1.0, warmup=warmup_share(config))
    if config.ema is not None and (config.average_checkpoints or 1) > 1:
        raise ConfigError(
            "TrainConfig.ema and TrainConfig.average_checkpoints are two ways to average the "
            "weights; choose one (average_checkpoints=1 turns the second off)."
        )
    if is_judged(config.monitor) and not judged:
        raise ConfigError(
            f"TrainConfig.monitor {config.monitor!r} does not go with this task: macro_f1 is for "
            "classifiers, bleu for translation; accuracy and loss go with all."
        )
