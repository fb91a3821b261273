"""What happened in each epoch of a training."""

from __future__ import annotations

import csv
import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kerasapps.files.paths import file_place


@dataclass(frozen=True)
class Fitted:
    """How a network does after an epoch; see `EpochRow`."""

    loss: float
    figure: float
    val_loss: float
    val_figure: float
    metrics: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class EpochRow:
    """One epoch.

    Attributes:
        epoch: number, counted from 1 over all phases.
        phase: "train", or "head" and "fine-tune" with a pretrained backbone.
        learning_rate: the optimizer's rate at the last step; 0 of a head that was solved.
        seconds: wall-clock time of training and validation.
        loss: mean of the criterion's loss on the training batches, with label smoothing and weights
            and as they went by (dropout and augmentation on), without L1 and L2 penalties.
        figure: what the criterion counts, on the training batches; of classes and tokens the share
            that is right, 0 to 1, where the target is the larger part if augmentation mixes two.
        val_loss: mean plain loss on the validation split.
        val_figure: the same figure on the validation split.
        val_metric: what the task's own judge says, in its figure's own scale; None where nobody
            asked it.
        metrics: what the user's own say, of training by their names, of validation by `val_…`; None
            for one that was not measured, or is no number.

    Examples:
        >>> row = kerasapps.training.EpochRow(
        ...     epoch=1, phase="train", learning_rate=1e-3, seconds=2.0,
        ...     loss=0.9, figure=0.6, val_loss=0.8, val_figure=0.7,
        ... )
        >>> row.to_dict("right")["val_right"]
        0.7
    """

    epoch: int
    phase: str
    learning_rate: float
    seconds: float
    loss: float
    figure: float
    val_loss: float
    val_figure: float
    val_metric: float | None = None
    metrics: Mapping[str, float | None] = field(default_factory=dict)

    def to_dict(self, quality: str) -> dict[str, Any]:
        """Plain values, in which the figures are called after what they measure.

        Args:
            quality: `Metric.quality` of the figure.
        """
        names = {"figure": quality, "val_figure": f"val_{quality}"}
        values = dataclasses.asdict(self)
        metrics = values.pop("metrics")
        return {names.get(name, name): value for name, value in values.items()} | metrics

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> EpochRow:
        """The row that `to_dict` wrote."""
        quality = quality_of(values)
        names = {quality: "figure", f"val_{quality}": "val_figure"}
        plain = {names.get(name, name): value for name, value in values.items()}
        known = {each.name for each in dataclasses.fields(cls)} - {"metrics"}
        metrics = {name: plain.pop(name) for name in [*plain] if name not in known}
        return cls(**plain, metrics=metrics)


def quality_of(values: Mapping[str, Any]) -> str:
    """What the figures of an epoch are called among its plain values.

    Raises:
        TypeError: if it has none.
    """
    for name in values:
        if name.startswith("val_") and name not in ("val_loss", "val_metric"):
            return name.removeprefix("val_")
    raise TypeError("an epoch without a figure")


@dataclass(frozen=True)
class History:
    """All epochs of a training.

    Attributes:
        rows: one for each epoch, in order.
        best_epoch: the epoch whose weights the model has (see `Monitor.merit`).
        stopped: why training ended: "validation stopped gaining, cooled down", "epochs", "early
            stopping", "time budget", "time limit" of a training for which nobody set a length, or
            "the callback NAME"; "paused" if the caller ended it and it may go on.
        seconds: wall-clock time over all runs that it took.
        extended: epochs after which it was finished and then went on to become a longer training,
            with the weights of the best epoch until then and a fresh optimizer.
        quality: what the rows' figures are called in files (`Metric.quality`).

    Examples:
        >>> row = kerasapps.training.EpochRow(
        ...     epoch=1, phase="train", learning_rate=1e-3, seconds=2.0,
        ...     loss=0.9, figure=0.6, val_loss=0.8, val_figure=0.7,
        ... )
        >>> history = kerasapps.training.History((row,), 1, "epochs", 2.0, quality="right")
        >>> history.best.val_loss
        0.8
    """

    rows: tuple[EpochRow, ...]
    best_epoch: int
    stopped: str
    seconds: float
    extended: tuple[int, ...] = ()
    quality: str = field(kw_only=True)

    @property
    def best(self) -> EpochRow:
        """The row of the epoch whose weights the model has."""
        return next(row for row in self.rows if row.epoch == self.best_epoch)

    @property
    def is_solved(self) -> bool:
        """Whether a head that was solved is all there is (see `head`): no step was taken."""
        return all(row.phase == "head" and row.learning_rate == 0 for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        values = dataclasses.asdict(self)
        quality = values.pop("quality")
        return {**values, "rows": [row.to_dict(quality) for row in self.rows]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> History:
        """The history that `as_dict` gave."""
        return cls(
            **{
                **values,
                "rows": tuple(EpochRow.from_dict(row) for row in values["rows"]),
                "extended": tuple(values.get("extended", ())),
                "quality": quality_of(next(iter(values["rows"]), {})),
            }
        )

    def write_csv(self, path: str | os.PathLike[str]) -> None:
        """Write one line for each epoch under a header of the names in `EpochRow.to_dict`.

        Folders above the file are made.

        `val_metric` is left out where no epoch has one.
        """
        rows = [row.to_dict(self.quality) for row in self.rows]
        names = list(rows[0])
        if all(row.val_metric is None for row in self.rows):
            names.remove("val_metric")
        place = file_place(path, what="path")
        with place.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=names, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
