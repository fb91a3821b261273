"""Two ways to train, timed in turn, each in a process of its own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Pair:
    """Medians of both sides, and the median of the ratios round by round."""

    ours: float
    keras: float
    ratio: float


def in_turn(script: str, options: Sequence[object], *, rounds: int) -> Pair:
    """Runs `script --side ours` and `script --side keras` in turn; each prints one number."""
    pairs = [
        (_side(script, "ours", options), _side(script, "keras", options)) for _ in range(rounds)
    ]
    return Pair(
        statistics.median(ours for ours, _ in pairs),
        statistics.median(keras for _, keras in pairs),
        statistics.median(ours / keras for ours, keras in pairs),
    )


def _side(script: str, side: str, options: Sequence[object]) -> float:
    environment = {k: v for k, v in os.environ.items() if k != "TF_ENABLE_ONEDNN_OPTS"}
    ended = subprocess.run(
        [sys.executable, script, "--side", side, *map(str, options)],
        env=environment | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"{side} failed: {ended.stderr[-2000:]}")
    return float(ended.stdout.split()[-1])


def our_steps_per_second(
    model: Any, runtime: Any, *, batches: Any, validation: Any, steps: int
) -> float:
    """Speed of the second of two epochs in our loop, validation left out.

    Args:
        model: built within the runtime's scope.
        runtime: precision and compiler.
        batches: first epoch → endless training batches.
        validation: finite batches.
        steps: batches of an epoch.
    """
    from kerasapps.config import TrainConfig
    from kerasapps.outputs.classes.answer import CLASSES
    from kerasapps.outputs.classes.criterion import CLASS_CRITERION
    from kerasapps.training.in_phases import fit_in_phases

    speed = _Speed(steps)
    with tempfile.TemporaryDirectory() as folder:
        fit_in_phases(
            model,
            batches=batches,
            validation=validation,
            steps_per_epoch=steps,
            config=TrainConfig(epochs=2, early_stopping=0),
            runtime=runtime,
            folder=Path(folder),
            settings={},
            epochs=2,
            answer=CLASSES,
            criterion=CLASS_CRITERION,
            reporter=speed,
        )
    return speed.steps_per_second


class _Speed:
    """A reporter that keeps the speed of the second epoch, validation left out where it can be.

    Args:
        steps: batches of an epoch.
    """

    def __init__(self, steps: int) -> None:
        self.steps_per_second = 0.0
        self._steps = steps

    def begin(self, plan: object) -> None:
        """Nothing to do."""

    def update(self, moment: Any) -> None:
        """The first epoch compiles and does not count."""
        if moment.epoch == 2:
            self.steps_per_second = moment.step / moment.seconds

    def epoch(self, row: Any, *, best: bool) -> None:
        """An epoch too short for an update counts whole, with its validation."""
        if row.epoch == 2 and not self.steps_per_second:
            self.steps_per_second = self._steps / row.seconds

    def end(self, history: object) -> None:
        """Nothing to do."""
