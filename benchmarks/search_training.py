"""One trial of the searches that `search_efficiency.py` compares, the same for all of them.

Keras' own `compile` and `fit`, so that what differs is which configurations a search tries, which
of them it ends early, and what it does besides training.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from search_tasks import TASKS

EPOCHS = 9  # of a whole trial; Hyperband's brackets of factor 3 fit it
PATIENCE = 3

Report = Callable[[int, Mapping[str, float]], bool]
"""Hears of each epoch, from 1, and its figures; False ends the trial."""


class Trials:
    """Builds and trains configurations, and writes when each began and ended, and how well.

    Args:
        task: a name of `TASKS`.
        arrays: file that `numpy.savez` wrote.
        log: a line of JSON is appended for each trial that begins or ends.
        seed: of first weights and shuffling, the same in every trial.
    """

    def __init__(self, task: str, *, arrays: Path, log: Path, seed: int) -> None:
        self.task = TASKS[task]
        with np.load(arrays) as file:
            self.arrays = dict(file)
        self._log, self._seed, self._began = log, seed, 0.0

    def build(self, values: Mapping[str, Any]) -> Any:
        """A compiled model."""
        import keras

        self._began = time.time()
        keras.utils.set_random_seed(self._seed)
        model = self.task.network(self.arrays, values)
        model.compile(
            optimizer=keras.optimizers.Adam(values["learning_rate"]),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
            jit_compile=False,  # compiling takes longer than such a trial
        )
        return model

    def fit(
        self,
        model: Any,
        values: Mapping[str, Any],
        *,
        epochs: int = EPOCHS,
        initial_epoch: int = 0,
        report: Report | None = None,
        callbacks: Sequence[Any] = (),
    ) -> Any:
        """Trains `model`; the history, or what `fit` raises.

        Args:
            model: what `build` returned last.
            values: those that it was built with.
            epochs: up to which it is trained.
            initial_epoch: done before.
            report: hears of each epoch, and may end the trial.
            callbacks: others of Keras.
        """
        import keras

        watch = _watch(report)
        patience = keras.callbacks.EarlyStopping("val_loss", patience=PATIENCE)
        built = time.time() - self._began
        self._write(began=self._began)
        with self._ending(watch, built):
            return model.fit(
                self.arrays["x"],
                self.arrays["y"],
                validation_data=(self.arrays["val_x"], self.arrays["val_y"]),
                batch_size=int(values["batch_size"]),
                validation_batch_size=1000,
                epochs=epochs,
                initial_epoch=initial_epoch,
                callbacks=[watch, patience, *callbacks],
                verbose=0,
            )

    @contextmanager
    def _ending(self, watch: Any, built: float) -> Iterator[None]:
        """Writes the trial's end, however it ends."""
        state = "failed"
        try:
            yield
            state = "stopped" if watch.ended_early else "done"
        finally:
            self._write(
                began=self._began,
                ended=time.time(),
                state=state,
                score=max(watch.scores, default=None),
                epochs=len(watch.scores),
                training=built + watch.seconds,
            )

    def _write(self, **event: object) -> None:
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")


def _watch(report: Report | None) -> Any:
    """A callback that times epochs without what other callbacks do between them, and reports."""
    import keras

    class Watch(keras.callbacks.Callback):
        """First of the callbacks, so that the others' work is not taken for training."""

        def __init__(self) -> None:
            super().__init__()
            self.scores: list[float] = []
            self.seconds, self.ended_early = 0.0, False
            self._began = time.time()  # what `fit` does before its first epoch is training

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if self.scores:
                self._began = time.time()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.seconds += time.time() - self._began
            self.scores.append(float(logs["val_accuracy"]))
            if report is not None and not report(epoch + 1, logs):
                self.ended_early = self.model.stop_training = True

    return Watch()
