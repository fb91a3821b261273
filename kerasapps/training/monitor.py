"""What the best epoch has the best of, and when it is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kerasapps.config import TrainConfig
from kerasapps.config.metric import Answer, Metric
from kerasapps.training.history import EpochRow

LOSS = "loss"


@dataclass(frozen=True)
class Monitor:
    """A figure of each epoch.

    Attributes:
        name: one of `Answer.monitors`.
        answer: whose figures they are.

    Examples:
        >>> from kerasapps.config.metric import Answer, Metric
        >>> right = Metric(name="share right", key="right", quality="right")
        >>> answer = Answer(metric=right, fitted=right, judged=right)
        >>> kerasapps.training.Monitor.of(kerasapps.TrainConfig(), answer).name
        'right'
    """

    name: str
    answer: Answer

    @classmethod
    def of(cls, config: TrainConfig, answer: Answer) -> Monitor:
        """The one that `config` names, or the usual one of the answer."""
        return cls(config.monitor or answer.monitors[0], answer)

    @property
    def is_judged(self) -> bool:
        """Whether a task's own judge measures it after each epoch, not the training's steps."""
        return self.name not in (LOSS, self.answer.fitted.quality)

    def merit(self, row: EpochRow) -> tuple[float, float]:
        """What the best epoch has the most of, whichever direction is better of the figure.

        Of equals the smaller validation loss decides; of equal losses the better figure.

        Raises:
            ValueError: for a judge's figure that the epoch lacks.
        """
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

        Better is a lower validation loss or, where a judge's figure is monitored, a higher merit: a
        network that cannot answer yet may have a figure of 0 for some epochs, in which only its
        loss shows progress.

        Args:
            rows: the epochs so far.
            patience: how many epochs without anything better are too many.
        """
        if patience == 0 or not rows:
            return False
        merits = [self.merit(row) if self.is_judged else (-row.val_loss, 0.0) for row in rows]
        return len(rows) - 1 - merits.index(max(merits)) >= patience


def _rising(metric: Metric, figure: float) -> float:
    """The figure so that more is better."""
    return figure if metric.better == "max" else -figure
