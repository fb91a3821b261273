"""How sure a network is when it is right: by labelled examples that it was not trained on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.splits import Splits
from kerasapps.data.taken import taken
from kerasapps.terminal.streams import tell
from kerasapps.wording.counted import counted
from kerasapps.workflow.folds.cross import cross_validate
from kerasapps.workflow.self_training.labels import answers, sureness, tempered
from kerasapps.workflow.self_training.section import alone_line
from kerasapps.workflow.self_training.teacher import Course

FOLDS: Final = 5
FEWEST_VALIDATED: Final = 100
"""Validation examples with which scores are made as sure as they are right; with fewer it takes
networks that are trained on parts of all labelled examples."""
FEWEST_FOLDED: Final = 20
"""Labelled examples with which that is of any worth."""


@dataclass(frozen=True, eq=False)
class Known:
    """How sure networks were of labelled examples, and how often they were right.

    Attributes:
        temperature: that logits are to be divided by.
        judged_on: which examples, in words; "" where there were too few.
        sure: the score of each answer, float64 `(n,)`.
        right: whether it was right, bool `(n,)`.
    """

    temperature: float = 1.0
    judged_on: str = ""
    sure: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    right: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))

    @classmethod
    def of(
        cls,
        truth: NDArray[Any],
        scores: NDArray[Any],
        *,
        kind: Any,
        temperature: float,
        judged_on: str,
    ) -> Known:
        """What scores, `(n, k)`, say of examples whose answers are known."""
        scores = tempered(scores, temperature, kind=kind)
        right = answers(scores, kind=kind) == truth
        right = right.all(axis=1) if right.ndim == 2 else right
        return cls(temperature, judged_on, sureness(scores, kind=kind), right)

    def to_dict(self, threshold: float) -> dict[str, Any]:
        """Plain values, ready for JSON; of what reaches a threshold, too."""
        reached = self.right[self.sure >= threshold]
        return {
            "temperature": self.temperature,
            "judged_on": self.judged_on or None,
            "examples": len(self.right),
            "right": float(self.right.mean()) if len(self.right) else None,
            "reached": len(reached),
            "right_of_reached": float(reached.mean()) if len(reached) else None,
        }

    def line_at(self, threshold: float) -> str:
        """The same in words."""
        return alone_line(self.to_dict(threshold), threshold)


def is_validated(splits: Splits[Any]) -> bool:
    """Whether the validation split says how sure a network is."""
    return len(splits.validation) >= FEWEST_VALIDATED


def validated(course: Course, splits: Splits[Any], scores: NDArray[Any]) -> Known:
    """By the validation split, whose scores have the temperature that was fitted to it.

    Args:
        course: of the network.
        splits: the labelled examples.
        scores: of the validation split, `(n, k)`.
    """
    truth = np.asarray(splits.validation.labels)
    one = course.task.noun.removesuffix("s")
    return Known.of(
        truth,
        scores,
        kind=splits.target.kind,
        temperature=1.0,
        judged_on=f"{counted(len(truth), one)} for validation",
    )


def cross_checked(course: Course, splits: Splits[Any], *, folder: Path) -> Known:
    """By networks that were trained without some of the labelled examples.

    Args:
        course: how they are trained.
        splits: the labelled examples.
        folder: for checkpoints and answers; the caller removes it.
    """
    parts = (splits.train, splits.validation)
    count, one = sum(map(len, parts)), course.task.noun.removesuffix("s")
    if count < FEWEST_FOLDED:
        return Known()
    tell(
        f"How sure a network is when it is right: {FOLDS} trainings on parts of the "
        f"{counted(count, f'labelled {one}')}"
    )
    found = cross_validate(
        course.task,
        course.options,
        splits,
        folds=FOLDS,
        folder=folder,
        settings=course.settings,
        hooks=course.hooks,
        team=course.team,
        log_dir=course.log_dir / "sure",
    ).answers
    assert isinstance(found, np.ndarray)  # of classes or labels
    truth = np.asarray(taken(parts, np.arange(count), like=splits.train).labels)
    kind = splits.target.kind
    return Known.of(
        truth,
        found,
        kind=kind,
        temperature=course.task.unlabelled.temperature(truth, found, kind=kind),
        judged_on=f"the {counted(count, f'labelled {one}')}, cross-validated",
    )
