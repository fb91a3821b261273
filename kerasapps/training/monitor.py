"""What the best epoch has the best of, and when it is enough."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kerasapps.config import TrainConfig
from kerasapps.config.checks import choose
from kerasapps.config.metric import Answer, Direction, Metric
from kerasapps.errors import ConfigError
from kerasapps.training.history import EpochRow

LOSS = "loss"
OWN: Final = "val_"
"""How the name of a user's metric begins, as it is measured on validation."""

Directions = Mapping[str, Direction | None]
"""`val_NAME` of each metric of the user's → what is better of it; None where nothing says so."""
NO_DIRECTIONS: Final[Directions] = MappingProxyType({})


@dataclass(frozen=True)
class Monitor:
    """A figure of each epoch.

    Attributes:
        name: one of `Answer.monitors`, or `val_NAME` of a metric of the user's.
        answer: whose figures the former are.
        better: of the latter.

    Examples:
        >>> from kerasapps.config.metric import Answer, Metric
        >>> right = Metric(name="share right", key="right", quality="right")
        >>> answer = Answer(metric=right, fitted=right, judged=right)
        >>> kerasapps.training.Monitor.of(kerasapps.TrainConfig(), answer).name
        'right'
    """

    name: str
    answer: Answer
    better: Direction = "max"

    @classmethod
    def of(cls, config: TrainConfig, answer: Answer, own: Directions = NO_DIRECTIONS) -> Monitor:
        """The one that `config` names (see `check_monitor`), or the usual one of the answer.

        Args:
            config: `monitor` is read.
            answer: whose figures they are.
            own: the metrics of the user's, where what is better counts.
        """
        asked, name = _split(config.monitor or answer.monitors[0])
        return cls(name, answer, asked or own.get(name) or "max")

    @property
    def is_own(self) -> bool:
        """Whether it is a metric of the user's."""
        return self.name.startswith(OWN)

    @property
    def is_judged(self) -> bool:
        """Whether a task's own judge measures it after each epoch, not the training's steps."""
        return not self.is_own and self.name not in (LOSS, self.answer.fitted.quality)

    def merit(self, row: EpochRow) -> tuple[float, float]:
        """What the best epoch has the most of, whichever direction is better of the figure.

        Of equals the smaller validation loss decides; of equal losses the better figure. A metric
        of the user's that is no number is the worst.

        Raises:
            ValueError: for a judge's figure that the epoch lacks.
        """
        if self.is_own:
            own = row.metrics.get(self.name)
            sign = 1 if self.better == "max" else -1
            return -math.inf if own is None else sign * own, -row.val_loss
        figure = _rising(self.answer.fitted, row.val_figure)
        if self.name == LOSS:
            return -row.val_loss, figure
        if not self.is_judged:
            return figure, -row.val_loss
        if row.val_metric is None:
            raise ValueError(f"Epoch {row.epoch} has no figure for the monitor {self.name!r}.")
        return _rising(self.answer.judged, row.val_metric), -row.val_loss

    def figure(self, row: EpochRow) -> float:
        """The figure whose gains count beside those of the loss; more is better.

        Raises:
            ValueError: for a judge's figure that the epoch lacks.
        """
        if self.name == LOSS:
            return _rising(self.answer.fitted, row.val_figure)
        return self.merit(row)[0]

    def is_out_of_patience(self, rows: Sequence[EpochRow], patience: int) -> bool:
        """Whether the last `patience` epochs brought nothing better (0: never).

        Better is a lower validation loss or, where a judge's figure or a metric of the user's is
        monitored, a higher merit: a network that cannot answer yet may have a figure of 0 for some
        epochs, in which only its loss shows progress.

        Args:
            rows: the epochs so far.
            patience: how many epochs without anything better are too many.
        """
        if patience == 0 or not rows:
            return False
        by_merit = self.is_judged or self.is_own
        merits = [self.merit(row) if by_merit else (-row.val_loss, 0.0) for row in rows]
        return len(rows) - 1 - merits.index(max(merits)) >= patience


def check_monitor(config: TrainConfig, answer: Answer, own: Directions = NO_DIRECTIONS) -> None:
    """Refuses a monitor that nobody measures, and one of which nobody says what is better.

    Args:
        config: `monitor` is read: one of `Answer.monitors`, `val_NAME` of a metric of the user's,
            or that behind `max:` or `min:`.
        answer: whose figures may be monitored.
        own: the metrics of the user's.

    Raises:
        ConfigError: naming those that there are.
    """
    if config.monitor is None:
        return
    asked, name = _split(config.monitor)
    choose(name, [*answer.monitors, *own], what="TrainConfig.monitor")
    if asked is not None and name not in own:
        raise ConfigError(
            f"TrainConfig.monitor is {config.monitor!r}: what is better of {name} is known. Leave "
            f"{asked}: out, which is for metrics of your own."
        )
    if asked is None and own.get(name, "max") is None:
        raise ConfigError(
            f"TrainConfig.monitor is {name!r}, and nothing says what is better of that metric: "
            f"write max:{name} or min:{name}."
        )


def may_be_own(config: TrainConfig) -> bool:
    """Whether the monitor is named as metrics of the user's are, which only `Hooks` know."""
    asked, name = _split(config.monitor or "")
    return asked is not None or name.startswith(OWN)


def _split(name: str) -> tuple[Direction | None, str]:
    """`max:val_it` → "max" and "val_it"; without a direction None stands for it."""
    known: Mapping[str, Direction] = {"max:": "max", "min:": "min"}
    direction = known.get(name[:4])
    return direction, name if direction is None else name[4:]


def _rising(metric: Metric, figure: float) -> float:
    """The figure so that more is better."""
    return figure if metric.better == "max" else -figure
