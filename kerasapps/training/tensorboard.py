"""TensorBoard logs of a training."""

from __future__ import annotations

from pathlib import Path

import tensorflow as tf

from kerasapps.training.history import EpochRow, History
from kerasapps.training.progress import Course, Moment


class TensorBoardReporter:
    """Writes every epoch's figures as scalars, training and validation as two runs.

    Args:
        folder: the log folder to point TensorBoard at.
        quality: what the epochs' figures are called (`Metric.quality`).
    """

    def __init__(self, folder: Path, *, quality: str) -> None:
        self._quality = quality
        self._train = tf.summary.create_file_writer(str(folder / "train"))
        self._validation = tf.summary.create_file_writer(str(folder / "validation"))

    def begin(self, course: Course) -> None:
        """Nothing to log yet."""

    def update(self, moment: Moment) -> None:
        """Nothing: figures are logged for each epoch."""

    def epoch(self, row: EpochRow, *, best: bool) -> None:
        """Log the epoch."""
        own = {name: value for name, value in row.metrics.items() if value is not None}
        figures = {"loss": row.loss, self._quality: row.figure, "seconds": row.seconds}
        figures |= {name: own[name] for name in own if not name.startswith("val_")}
        self._log(self._train, row, {**figures, "learning_rate": row.learning_rate})
        judged = {"loss": row.val_loss, self._quality: row.val_figure}
        if row.val_metric is not None:
            judged["metric"] = row.val_metric
        judged |= {name[4:]: own[name] for name in own if name.startswith("val_")}
        self._log(self._validation, row, judged)

    def end(self, history: History) -> None:
        """Close the files."""
        self._train.close()
        self._validation.close()

    @staticmethod
    def _log(writer: tf.summary.SummaryWriter, row: EpochRow, figures: dict[str, float]) -> None:
        with writer.as_default(step=row.epoch):
            for name, value in figures.items():
                tf.summary.scalar(name, value)
        writer.flush()
