"""What a search optimizes, and the limits that its winner has to keep."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, get_args

from kerasapps.config import Direction, Quantization, TuneConfig
from kerasapps.config.checks import choose
from kerasapps.errors import TrainingError
from kerasapps.tuning.trial import Figures

_LIMITED_MODE: Final = "int8"  # the file that a limit is about when the objective names none
_SMALLER_IS_BETTER: Final = ("loss", "epochs", "seconds", "parameters", "size_mb", "latency_ms")


@dataclass(frozen=True)
class Objective:
    """The figure to optimize, and limits on the exported file.

    Attributes:
        name: of the figure.
        direction: "max" or "min".
        mode: the exported file that every trial must make and measure; None: none.
        max_size_mb: limit of that file, in MB (10^6 bytes).
        max_latency_ms: limit of its median time for one example on one thread, in ms.
        monitor: the figure of each epoch that pruning watches: such as val_accuracy or
            val_loss.
        quality: what the task is judged by, which decides between trials that tie.
    """

    name: str
    direction: Direction
    mode: str | None = None
    max_size_mb: float | None = None
    max_latency_ms: float | None = None
    monitor: str = "val_accuracy"
    quality: str = "val_accuracy"

    @property
    def limited(self) -> bool:
        """Whether there is a limit at all."""
        return self.max_size_mb is not None or self.max_latency_ms is not None

    @property
    def tells_each_epoch(self) -> bool:
        """Whether the epochs foretell the objective: only then can a trial be seen as hopeless."""
        return self.name.startswith("val_") or self.name.endswith(("_accuracy", "_bleu"))

    @property
    def monitor_direction(self) -> Direction:
        """What is better of the monitored figure."""
        return self.direction if self.name == self.monitor else _better(self.monitor)

    def figure(self, figures: Figures) -> float:
        """The objective among a trial's figures.

        Raises:
            TrainingError: if it was not reported, naming what was.
        """
        return _reported(figures, self.name)

    def score(self, figures: Figures) -> float:
        """What the search maximizes: the more the better, whatever the direction.

        A trial over a limit scores below every admissible one, and the lower the further it is
        beyond, so that a search that learns is led back within the limits.

        Raises:
            TrainingError: if the objective or a limited figure was not reported.
        """
        beyond = self.overshoot(figures)
        if beyond > 0:
            return -beyond / (1 + beyond)
        return self._rising(self.figure(figures))

    def merits(self, figures: Figures) -> tuple[float, ...]:
        """What decides between trials of one score, the more the better, the first before others.

        The task's own figure, of the file before that of the network; then a smaller loss.
        """
        names = [self.quality] if self.mode is None else [self._of_the_file, self.quality]
        worst = -math.inf  # a figure that was not reported
        return (
            *(figures.get(name, worst) for name in names),
            -figures.get("val_loss", math.inf),
        )

    def score_so_far(self, figures: Figures) -> float:
        """The score of a trial that ended early, taken from the monitored figure if need be.

        Its file was never made, so the limits say nothing about it.

        Raises:
            TrainingError: if neither the objective nor the monitored figure was reported.
        """
        if self.name in figures:
            return self._rising(figures[self.name])
        return self._rising(_reported(figures, self.monitor))

    def overshoot(self, figures: Figures) -> float:
        """How far the file is beyond the limits: 0 within all, 0.5 for half as much again.

        Raises:
            TrainingError: if a limited figure was not reported.
        """
        return max([0.0, *(found / limit - 1 for found, limit, _ in self._measured(figures))])

    def excess(self, figures: Figures) -> str:
        """The broken limits in words: `int8 file 3.2 MB (limit 2 MB)`; empty within all.

        Raises:
            TrainingError: if a limited figure was not reported.
        """
        broken = [
            f"{found:.3g} {unit} (limit {limit:g} {unit})"
            for found, limit, unit in self._measured(figures)
            if found > limit
        ]
        return f"{self.mode} file {', '.join(broken)}" if broken else ""

    @property
    def _of_the_file(self) -> str:
        return f"{self.mode}_{self.quality.removeprefix('val_')}"

    def _measured(self, figures: Figures) -> list[tuple[float, float, str]]:
        """What is measured, its limit and the unit, for each limit there is."""
        limits = (("size_mb", self.max_size_mb, "MB"), ("latency_ms", self.max_latency_ms, "ms"))
        return [
            (_reported(figures, f"{self.mode}_{what}"), limit, unit)
            for what, limit, unit in limits
            if limit is not None
        ]

    def _rising(self, figure: float) -> float:
        """`figure` so that more is better; with limits also at least 0, above every overshoot."""
        if self.direction == "max":
            return figure
        return 1 / (1 + max(figure, 0.0)) if self.limited else -figure


def make_objective(tune: TuneConfig, *, figure: str, judged: str | None = None) -> Objective:
    """The objective that `tune` asks for.

    Args:
        tune: the search.
        figure: what the task is judged by: "val_accuracy" or "val_bleu".
        judged: another figure that it measures where that is the objective, as "val_macro_f1".

    Raises:
        ConfigError: if the task has no such figure; it names the known ones and the nearest.
    """
    limited = tune.max_size_mb is not None or tune.max_latency_ms is not None
    quality = figure.removeprefix("val_")
    usual = f"{_LIMITED_MODE}_{quality}" if limited else figure
    name = usual if tune.objective is None else tune.objective
    choose(name, known_figures(figure, judged), what="TuneConfig.objective")
    mode = name.partition("_")[0]
    if mode not in get_args(Quantization):
        mode = _LIMITED_MODE if limited else ""
    return Objective(
        name=name,
        direction=tune.direction or _better(name),
        mode=mode or None,
        max_size_mb=tune.max_size_mb,
        max_latency_ms=tune.max_latency_ms,
        monitor=name if name.startswith("val_") else figure,
        quality=figure,
    )


def known_figures(figure: str, judged: str | None = None) -> list[str]:
    """Every figure that a task judged by `figure`, and by `judged`, can be optimized for."""
    quality = figure.removeprefix("val_")
    trained = [figure, "val_accuracy", *filter(None, [judged]), "val_loss", "accuracy", "loss"]
    costs = ["epochs", "seconds", "parameters"]
    exported = [
        f"{mode}_{what}"
        for mode in get_args(Quantization)
        for what in (quality, "size_mb", "latency_ms")
    ]
    return list(dict.fromkeys([*trained, *costs, *exported]))


def not_finite(figures: Figures) -> str:
    """The first figure that is NaN or infinite, in words; empty when all are numbers."""
    for name, value in figures.items():
        if not math.isfinite(value):
            return f"{name} is {value}"
    return ""


def _better(name: str) -> Direction:
    return "min" if name.endswith(_SMALLER_IS_BETTER) else "max"


def _reported(figures: Figures, name: str) -> float:
    if name not in figures:
        found = ", ".join(figures) or "nothing"
        raise TrainingError(f"The trial reported no {name}, only: {found}.")
    return float(figures[name])
