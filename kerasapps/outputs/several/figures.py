"""Figures of several answers: those of each, and one for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasapps.config.metric import Metric
from kerasapps.evaluation.shown import Shown, per_cent
from kerasapps.outputs.several.answer import MEAN_SCORE
from kerasapps.wording.counted import counted

if TYPE_CHECKING:
    from kerasapps.workflow.result import Showable


@dataclass(frozen=True)
class AnswerFigures:
    """How one answer of several fared.

    Attributes:
        name: of the answer.
        metric: by which it is judged.
        score: what it is worth beside others, from 0 to 1; see `score_of`.
        figures: all of them.
    """

    name: str
    metric: Metric
    score: float
    figures: Showable

    @property
    def value(self) -> str:
        """Its metric's figure for people."""
        values = self.figures.to_dict()
        return self.metric.text(self.metric.figure(self.metric.share(values)))


@dataclass(frozen=True)
class SeveralMetrics:
    """How several answers fared on one split.

    Attributes:
        examples: number of examples the figures are from.
        mean_score: mean of the answers' scores: the share that is right, the micro-F1, or of
            numbers the share of the variance that is explained.
        parts: the answers.
    """

    examples: int
    mean_score: float
    parts: tuple[AnswerFigures, ...]

    @classmethod
    def of(cls, parts: Sequence[AnswerFigures], *, examples: int) -> SeveralMetrics:
        """With the mean of their scores."""
        return cls(examples, sum(each.score for each in parts) / len(parts), tuple(parts))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`; `answers` has all figures of each by its name."""
        return {
            "examples": self.examples,
            MEAN_SCORE.key: self.mean_score,
            "scores": {each.name: each.score for each in self.parts},
            "answers": {each.name: each.figures.to_dict() for each in self.parts},
        }

    def shown(self) -> Shown:
        """A row an answer, the mean, and what each answer's figures say beside their table."""
        rows = [
            [each.name, each.metric.name, each.value, per_cent(each.score)] for each in self.parts
        ]
        said = [
            f"{each.name}: {line}" for each in self.parts for line in each.figures.shown().lines
        ]
        return Shown(
            title=counted(self.examples, "example"),
            columns=("answer", "figure", "value", "score"),
            rows=[*rows, ["all", MEAN_SCORE.name, "", per_cent(self.mean_score)]],
            lines=[*said, "--json has all figures of each answer"],
        )
