"""What a training against attacks has taught, or has not; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from kerasapps.config.metric import Metric
from kerasapps.evaluation.formats import figure
from kerasapps.evaluation.sections import Table
from kerasapps.wording.counted import counted

_LEAST: Final = 0.1
"""Of the way from a constant answer to a perfect one: with less, nothing is learnt."""
_OUTWITTED: Final = 2 / 3
"""Of what is borne of the training's attacks, beyond a constant answer: with less under stronger
ones the network has learnt to mislead those of the training (Wong et al. 2020, section 5.3)."""


@dataclass(frozen=True, kw_only=True)
class AttackLesson:
    """Figures of a network on validation examples, each a share of what is perfect, 0 to 1.

    Attributes:
        examples: how many.
        steps: of each attack in training.
        known: under attacks of so many steps.
        stronger: steps of stronger attacks.
        borne: under such.
        constant: of an answer that is the same for all examples, the usual one.
    """

    examples: int
    steps: int
    known: float
    stronger: int
    borne: float
    constant: float

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> AttackLesson:
        """The figures that `to_dict` gave."""
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    @property
    def is_lost(self) -> bool:
        """Whether next to nothing was learnt under attack."""
        return self.borne - self.constant < _LEAST * (1 - self.constant)

    @property
    def is_outwitted(self) -> bool:
        """Whether the attacks of the training were misled, while those of more steps are not."""
        beyond = self.known - self.constant
        enough = beyond >= _LEAST * (1 - self.constant)
        return enough and self.borne - self.constant < _OUTWITTED * beyond

    def warning(self, metric: Metric) -> str:
        """What is wrong with it, and what to change; empty where nothing is.

        Args:
            metric: that is counted while a network is trained.
        """
        borne = f"{_shown(self.borne, metric)} {metric.name} on validation under {self._attacks}"
        if self.is_outwitted:
            return (
                f"Warning: it has learnt to mislead the attacks of its training "
                f"({counted(self.steps, 'step')}) rather than to bear attacks: "
                f"{_shown(self.known, metric)} under these, but {borne}. Take --adversarial-steps "
                f"{self._more}, a smaller --adversarial, or more --epochs."
            )
        if self.is_lost:
            several = "" if self.steps > 1 else f", --adversarial-steps {self._more}"
            return (
                f"Warning: it has learnt next to nothing under attack: {borne}, where the same "
                f"answer to all has {_shown(self.constant, metric)}. Take more --epochs{several}, "
                "a larger --width, or a smaller --adversarial; --attack alone only judges."
            )
        return ""

    def table(self, metric: Metric) -> Table:
        """The figures, for a report.

        Args:
            metric: that is counted while a network is trained.
        """
        known = f"under attacks as in training ({counted(self.steps, 'step')})"
        return Table(
            heading=f"What it has learnt of attacks, on {self.examples:,} of validation",
            columns=["", metric.name],
            rows=[
                [known, _shown(self.known, metric)],
                [f"under {self._attacks}", _shown(self.borne, metric)],
                ["the same answer to all", _shown(self.constant, metric)],
            ],
        )

    @property
    def _attacks(self) -> str:
        return f"attacks of {self.stronger} steps"

    @property
    def _more(self) -> int:
        """Steps in training that are worth a try."""
        return next((steps for steps in (5, 10) if self.steps < steps), 2 * self.steps)


def _shown(share: float, metric: Metric) -> str:
    return figure(metric.figure(share), metric)
