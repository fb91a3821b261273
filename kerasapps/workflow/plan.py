"""The options of a run with what suits the model filled in, before any data is read.

Without TensorFlow: what cannot work shall be said at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kerasapps.config import Architecture, Family, ModelConfig, TrainConfig
from kerasapps.config.metric import Answer
from kerasapps.training.checks import check_train_config
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.training.monitor import Monitor
from kerasapps.training.optimizer_choice import USUAL_OPTIMIZER

_ADAMS = frozenset({"adam", "adamw"})


@dataclass(frozen=True)
class Plan:
    """The options of a run, with what the model suggests where the user left a choice open.

    Attributes:
        model: which architecture.
        train: how it is trained.
        family: what most of its arithmetic is.
        minutes: of training, at most, where `train` sets neither epochs nor a budget.
        answer: what it answers, whose judge there is.
        passes: over the data, as a multiple of what is usual.

    Raises:
        ConfigError: if it cannot be trained so; no data was read yet.
    """

    model: ModelConfig
    train: TrainConfig
    family: Family
    minutes: float
    answer: Answer
    passes: float = 1.0

    @classmethod
    def of(
        cls, architecture: Architecture, *, model: ModelConfig, train: TrainConfig, answer: Answer
    ) -> Plan:
        """All that the architecture says beside the options."""
        return cls(
            model=model,
            train=train,
            family=architecture.family,
            minutes=architecture.minutes,
            answer=answer,
            passes=architecture.passes,
        )

    def __post_init__(self) -> None:
        check_train_config(self.train, answer=self.answer)

    @property
    def is_judged(self) -> bool:
        """Whether the task's judge measures every epoch."""
        return Monitor.of(self.train, self.answer).is_judged


def resolved(options: Mapping[str, Any], plan: Plan, hooks: Hooks = NO_HOOKS) -> dict[str, Any]:
    """The options with those of the plan in place of what was left open."""
    return {**options, "model": plan.model, "train": hooks.settle(plan.train)}


def with_suggestions(train: TrainConfig, **suggested: Any) -> TrainConfig:
    """The options, with what the model suggests wherever the user left the choice open.

    A suggested `learning_rate` is for the suggested optimizer, or where none is for Adam; what
    suits other optimizers `training` knows.

    Args:
        train: a field of None is open.
        suggested: field → value, None for no suggestion.
    """
    suggested = {"optimizer": USUAL_OPTIMIZER, **suggested}
    alike = _ADAMS if suggested["optimizer"] in _ADAMS else {suggested["optimizer"]}
    if train.optimizer is not None and train.optimizer not in alike:
        suggested.pop("learning_rate", None)
    still_open = {name: value for name, value in suggested.items() if getattr(train, name) is None}
    return dataclasses.replace(train, **still_open)
