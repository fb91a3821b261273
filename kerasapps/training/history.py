"""What happened in each epoch of a training."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.config import Monitor


def is_judged(monitor: Monitor | None) -> bool:
    """Whether a task's own judge measures the monitor after each epoch, as BLEU and macro-F1."""
    return monitor not in (None, "accuracy", "loss")


@dataclass(frozen=True)
class EpochRow:
    """One epoch.

    Attributes:
        epoch: number, counted from 1 over all phases.
        phase: "train", or "head" and "fine-tune" with a pretrained backbone.
        learning_rate: the optimizer's rate at the last step.
        seconds: wall-clock time of training and validation.
        loss: mean cross-entropy on the training batches, per example or token, with label
            smoothing and class weights and as they went by (dropout and augmentation on), without
            L1 and L2 penalties.
        accuracy: share of training examples, or tokens, right, 0 to 1; the target is the larger
            part where augmentation mixes two.
        val_loss: mean plain cross-entropy on the validation split.
        val_accuracy: share of validation examples, or tokens, right, 0 to 1.
        val_metric: what the task's own judge says (macro-F1, 0 to 1; BLEU, 0 to 100), None where
            nobody asked it.
    """

    epoch: int
    phase: str
    learning_rate: float
    seconds: float
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    val_metric: float | None = None

    def merit(self, monitor: Monitor = "accuracy") -> tuple[float, float]:
        """What the best epoch has the most of.

        Args:
            monitor: "accuracy", the smaller loss deciding between equals; "loss", the accuracy
                deciding; or one that a judge measures (see `is_judged`), which is `val_metric`, the
                smaller loss deciding.

        Raises:
            ValueError: for a judge's monitor without a `val_metric`.
        """
        if monitor == "loss":
            return -self.val_loss, self.val_accuracy
        if monitor == "accuracy":
            return self.val_accuracy, -self.val_loss
        if self.val_metric is None:
            raise ValueError(f"Epoch {self.epoch} has no figure for the monitor {monitor!r}.")
        return self.val_metric, -self.val_loss


@dataclass(frozen=True)
class History:
    """All epochs of a training.

    Attributes:
        rows: one for each epoch, in order.
        best_epoch: the epoch whose weights the model has (see `EpochRow.merit`).
        stopped: why training ended: "epochs", "early stopping" or "time budget"; "paused" if the
            caller ended it and it may go on.
        seconds: wall-clock time over all runs that it took.
        extended: epochs after which it was finished and then went on to become a longer training,
            with the weights of the best epoch until then and a fresh optimizer.
    """

    rows: tuple[EpochRow, ...]
    best_epoch: int
    stopped: str
    seconds: float
    extended: tuple[int, ...] = ()

    @property
    def best(self) -> EpochRow:
        """The row of the epoch whose weights the model has."""
        return next(row for row in self.rows if row.epoch == self.best_epoch)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> History:
        """The history that `as_dict` gave."""
        extended = tuple(values.get("extended", ()))
        return cls(**{**values, "rows": rows_from_dicts(values["rows"]), "extended": extended})

    def write_csv(self, path: Path) -> None:
        """Write one line for each epoch under a header of `EpochRow`'s field names.

        `val_metric` is left out where no epoch has one.
        """
        names = [field.name for field in dataclasses.fields(EpochRow)]
        if all(row.val_metric is None for row in self.rows):
            names.remove("val_metric")
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=names, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(dataclasses.asdict(row) for row in self.rows)


def rows_from_dicts(dicts: Iterable[Mapping[str, Any]]) -> tuple[EpochRow, ...]:
    """The rows that `History.as_dict` wrote."""
    return tuple(EpochRow(**values) for values in dicts)
