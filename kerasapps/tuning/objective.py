"""What a search optimizes, and the limits that its winner has to keep."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Final, get_args

from kerasapps.config import Direction, TuneConfig
from kerasapps.config.checks import choose
from kerasapps.config.export import TFLiteMode
from kerasapps.config.metric import Answer, Metric
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.tuning.trial import Figures

_NONE: Final[Mapping[str, Direction | None]] = MappingProxyType({})
_LIMITED_MODE: Final = "int8"  # the file that a limit is about when the objective names none


@dataclass(frozen=True)
class Objective:
    """The figure to optimize, and limits on the exported file.

    Attributes:
        name: of the figure.
        direction: "max" or "min".
        mode: the exported file that every trial must make and measure; None: none.
        max_size_mb: limit of that file, in MB (10^6 bytes).
        max_latency_ms: limit of its median time for one example on one thread, in ms.
        answer: says what the figures are; its metric decides between trials that tie.
    """

    name: str
    direction: Direction
    mode: str | None = None
    max_size_mb: float | None = None
    max_latency_ms: float | None = None
    answer: Answer = field(kw_only=True)

    @property
    def limited(self) -> bool:
        """Whether there is a limit at all."""
        return self.max_size_mb is not None or self.max_latency_ms is not None

    @property
    def tells_each_epoch(self) -> bool:
        """Whether the epochs foretell the objective: only then can a trial be seen as hopeless."""
        return self.name.startswith("val_") or self.name == self._of_the_file

    @property
    def monitor(self) -> str:
        """The figure of each epoch that pruning watches: the objective itself, if it can be."""
        return self.name if self.name.startswith("val_") else self.answer.figure

    @property
    def monitor_direction(self) -> Direction:
        """What is better of the monitored figure."""
        return self.direction if self.name == self.monitor else _better(self.monitor, self.answer)

    @property
    def metric(self) -> Metric | None:
        """What the objective measures; None if that is a loss, a time, a size or a number."""
        return metric_of(self.name, self.answer)

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
        metric = self.answer.metric
        names = [metric.monitored] if self.mode is None else [self._of_the_file, metric.monitored]
        sign = 1 if metric.better == "max" else -1
        return (
            *(sign * figures.get(name, -sign * math.inf) for name in names),
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
        return max([0.0, *(size / limit - 1 for size, limit, _ in self._measured(figures))])

    def excess(self, figures: Figures) -> str:
        """The broken limits in words: `int8 file 3.2 MB (limit 2 MB)`; empty within all.

        Raises:
            TrainingError: if a limited figure was not reported.
        """
        broken = [
            f"{size:.3g} {unit} (limit {limit:g} {unit})"
            for size, limit, unit in self._measured(figures)
            if size > limit
        ]
        return f"{self.mode} file {', '.join(broken)}" if broken else ""

    def to_dict(self) -> dict[str, Any]:
        """The objective in JSON's types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Objective:
        """The objective that `to_dict` wrote."""
        metrics = {name: Metric(**metric) for name, metric in values["answer"].items()}
        return cls(**{**values, "answer": Answer(**metrics)})

    @property
    def _of_the_file(self) -> str:
        return f"{self.mode}_{self.answer.metric.quality}"

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
            return max(figure, 0.0) if self.limited else figure
        return 1 / (1 + max(figure, 0.0)) if self.limited else -figure


def make_objective(
    tune: TuneConfig, *, answer: Answer, own: Mapping[str, Direction | None] = _NONE
) -> Objective:
    """The objective that `tune` asks for.

    Args:
        tune: the search.
        answer: what the task answers, and the figures that it is judged by.
        own: `val_NAME` of each metric of the user's → what is better of it; None where nothing
            says so.

    Raises:
        ConfigError: if there is no such figure, with the known ones and the nearest; or if nothing
            says what is better of it.
    """
    limited = tune.max_size_mb is not None or tune.max_latency_ms is not None
    usual = f"{_LIMITED_MODE}_{answer.metric.quality}" if limited else answer.figure
    name = usual if tune.objective is None else tune.objective
    choose(name, [*known_figures(answer), *own], what="TuneConfig.objective")
    if tune.direction is None and own.get(name, "max") is None:
        raise ConfigError(
            f"TuneConfig.objective is {name!r}, and nothing says what is better of that metric: "
            "set TuneConfig.direction to max or min."
        )
    mode = name.partition("_")[0]
    if mode not in get_args(TFLiteMode):
        mode = _LIMITED_MODE if limited else ""
    return Objective(
        name=name,
        direction=tune.direction or own.get(name) or _better(name, answer),
        mode=mode or None,
        max_size_mb=tune.max_size_mb,
        max_latency_ms=tune.max_latency_ms,
        answer=answer,
    )


def known_figures(answer: Answer) -> list[str]:
    """Every figure that a task can be optimized for."""
    trained = [answer.figure, answer.fitted.monitored, answer.judged.monitored, "val_loss"]
    trained += [answer.fitted.quality, "loss"]
    costs = ["epochs", "seconds", "parameters"]
    exported = [
        f"{mode}_{what}"
        for mode in get_args(TFLiteMode)
        for what in (answer.metric.quality, "size_mb", "latency_ms")
    ]
    return list(dict.fromkeys([*trained, *costs, *exported]))


def metric_of(name: str, answer: Answer) -> Metric | None:
    """What a figure of the network or of a file measures; None if it is no quality."""
    metrics = (answer.metric, answer.fitted, answer.judged)
    prefixes = ("", "val_", *(f"{mode}_" for mode in get_args(TFLiteMode)))
    named = {f"{prefix}{each.quality}": each for each in metrics for prefix in prefixes}
    return named.get(name)


def not_finite(figures: Figures) -> str:
    """The first figure that is NaN or infinite, in words; empty when all are numbers."""
    for name, value in figures.items():
        if not math.isfinite(value):
            return f"{name} is {value}"
    return ""


def _better(name: str, answer: Answer) -> Direction:
    metric = metric_of(name, answer)
    return "min" if metric is None else metric.better


def _reported(figures: Figures, name: str) -> float:
    if name not in figures:
        names = ", ".join(figures) or "nothing"
        raise TrainingError(f"The trial reported no {name}, only: {names}.")
    return float(figures[name])
