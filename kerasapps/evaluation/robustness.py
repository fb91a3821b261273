"""How a network and its files do under attack and on corrupted examples; without TensorFlow."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import Markup

from kerasapps.config.metric import Answer, Metric
from kerasapps.evaluation.attack_lesson import AttackLesson
from kerasapps.evaluation.file_charts import Bar, bar_chart
from kerasapps.evaluation.formats import figure
from kerasapps.evaluation.sections import Section, Table, plain_section
from kerasapps.evaluation.shown import DASH, Shown

KERAS: Final = "Keras"
"""The network itself among those that are judged; the others are files."""
_CALLED: Final = {"jpeg": "JPEG"}

Figures = Mapping[str, float]
"""Name of a file, or `KERAS` → the metric's share."""


@dataclass(frozen=True, kw_only=True)
class Robustness:
    """Figures of the network and its files, on examples of the test split that were changed.

    Attributes:
        examples: how many, drawn at random where the split has more.
        plain: figures on these as they are.
        radius: of the attacks; None where there were none.
        steps: of each attack.
        attacked: figures under attack; empty without attacks. Files see what was made against the
            network.
        corrupted: kind of corruption → the figures of each strength, from the weakest.
        lesson: what a training against attacks has taught; None where there was none.
    """

    examples: int
    plain: Figures
    radius: float | None = None
    steps: int = 0
    attacked: Figures = field(default_factory=dict)
    corrupted: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    lesson: AttackLesson | None = None

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Robustness:
        """The figures that `to_dict` gave."""
        corrupted = {
            kind: {name: tuple(each) for name, each in figures.items()}
            for kind, figures in values["corrupted"].items()
        }
        lesson = values.get("lesson")  # older bundles have none
        lesson = None if lesson is None else AttackLesson.from_dict(lesson)
        return cls(**{**values, "corrupted": corrupted, "lesson": lesson})

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        corrupted = {
            kind: {name: list(each) for name, each in figures.items()}
            for kind, figures in self.corrupted.items()
        }
        plain, attacked = dict(self.plain), dict(self.attacked)
        lesson = None if self.lesson is None else self.lesson.to_dict()
        changed = {"plain": plain, "attacked": attacked, "corrupted": corrupted, "lesson": lesson}
        return {**vars(self), **changed}

    def without(self, names: Collection[str]) -> Robustness:
        """The same without some files, which others have taken the place of."""

        def left(figures: Mapping[str, Any]) -> dict[str, Any]:
            return {name: value for name, value in figures.items() if name not in names}

        return dataclasses.replace(
            self,
            plain=left(self.plain),
            attacked=left(self.attacked),
            corrupted={kind: left(figures) for kind, figures in self.corrupted.items()},
        )

    def mean(self, kind: str, name: str) -> float | None:
        """Of all strengths of a corruption."""
        figures = self.corrupted[kind].get(name)
        return None if figures is None else statistics.fmean(figures)

    def line(self, answer: Answer) -> str:
        """What became of the network, in words."""
        metric = answer.metric
        attacked = [] if self.radius is None else [self._attacked(metric)]
        corrupted = [
            f"{_CALLED.get(kind, kind)} {_shown(self.mean(kind, KERAS), metric)}"
            for kind in self.corrupted
        ]
        told = [*attacked, *([f"with {', '.join(corrupted)}"] if corrupted else [])]
        plain = _shown(self.plain[KERAS], metric)
        return f"{_title(metric)} {'; '.join(told)} (as they are: {plain})"

    def warnings(self, answer: Answer) -> list[str]:
        """Of a training that has taught little; none where it has, or there was none."""
        warning = "" if self.lesson is None else self.lesson.warning(answer.fitted)
        return [warning] if warning else []

    def _attacked(self, metric: Metric) -> str:
        return (
            f"under attack {_shown(self.attacked[KERAS], metric)} (PGD-{self.steps}, radius "
            f"{self.radius:.3g})"
        )

    def shown(self, metric: Metric, *, noun: str) -> Shown:
        """The figures of the network and each file for the terminal.

        Args:
            metric: whose share they are.
            noun: what the examples are, in the plural.
        """
        attack = "" if self.radius is None else f": PGD-{self.steps}, radius {self.radius:.3g}"
        table = self._table(metric)
        return Shown(
            title=f"{table.heading} of {self.examples:,} {noun} under attacks and noise{attack}",
            columns=table.columns,
            rows=[[str(cell) for cell in row] for row in table.rows],
        )

    def section(self, answer: Answer, *, judged_on: str, noun: str) -> Section:
        """What a report says of it.

        Args:
            answer: by whose metric what ships is judged.
            judged_on: the split that the examples are from.
            noun: what they are, in the plural.
        """
        metric = answer.metric
        return plain_section(
            "robustness",
            link="Robustness",
            heading="Attacks and noise",
            lead=" ".join((*self.warnings(answer), self._lead(judged_on, noun))),
            # Markup: our own SVG, whose texts are escaped.
            charts=[("Keras", Markup(bar_chart("robust", "Keras", self._bars(metric))))],
            tables=[self._table(metric), *self._lessons(answer), *self._strengths(metric)],
        )

    def _lead(self, judged_on: str, noun: str) -> str:
        lead = f"Judged on {self.examples:,} {noun} of the {judged_on} split."
        if self.radius is not None:
            lead += (
                f" Each was attacked in {self.steps} steps of projected gradient descent (PGD) "
                f"within a radius of {self.radius:.3g}."
            )
            if set(self.attacked) - {KERAS}:
                lead += (
                    " A file has no gradients to follow: it sees what was made against the Keras "
                    "network, in whole pixel values. An attack of its own might do more harm."
                )
            elif not self.corrupted:
                lead += (
                    " The attack changes word vectors, which no file takes: files are not judged."
                )
        if self.corrupted:
            lead += " Noise, blur, JPEG and brightness are in five strengths; the mean is shown."
        return lead

    def _bars(self, metric: Metric) -> list[Bar]:
        values = {"as they are": self.plain[KERAS]}
        if self.radius is not None:
            values["attacked"] = self.attacked[KERAS]
        for kind in self.corrupted:
            values[_CALLED.get(kind, kind)] = self.mean(kind, KERAS) or 0.0
        return [Bar(name, value, _shown(value, metric)) for name, value in values.items()]

    def _table(self, metric: Metric) -> Table:
        kinds = [*self.corrupted]
        attack = [] if self.radius is None else ["attacked"]
        return Table(
            heading=_title(metric),
            columns=["", "as they are", *attack, *(_CALLED.get(kind, kind) for kind in kinds)],
            rows=[
                [
                    name,
                    _shown(self.plain[name], metric),
                    *([_shown(self.attacked.get(name), metric)] if attack else []),
                    *(_shown(self.mean(kind, name), metric) for kind in kinds),
                ]
                for name in self.plain
            ],
        )

    def _lessons(self, answer: Answer) -> list[Table]:
        return [] if self.lesson is None else [self.lesson.table(answer.fitted)]

    def _strengths(self, metric: Metric) -> list[Table]:
        if not self.corrupted:
            return []
        return [
            Table(
                heading="Keras, by strength",
                columns=["", *map(str, range(1, 6))],
                rows=[
                    [_CALLED.get(kind, kind), *(_shown(each, metric) for each in figures[KERAS])]
                    for kind, figures in self.corrupted.items()
                ],
            )
        ]


def _title(metric: Metric) -> str:
    """The metric's name as a line begins with it."""
    return metric.name[:1].upper() + metric.name[1:]


def _shown(share: float | None, metric: Metric) -> str:
    return DASH if share is None else figure(metric.figure(share), metric)
