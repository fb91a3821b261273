"""How far a self-training is: what is labelled by now, and what is asked about next."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.config import UnlabelledConfig
from kerasapps.data.splits import Splits
from kerasapps.data.taken import taken
from kerasapps.data.unlabelled import with_labels
from kerasapps.workflow.self_training.labels import (
    THRESHOLD,
    Labelling,
    believed,
    beside_labelled,
    digest_of,
    tempered,
)
from kerasapps.workflow.self_training.sure import Known


@dataclass(frozen=True)
class Labelled:
    """How far it is.

    Attributes:
        splits: the labelled examples.
        others: those without labels.
        config: what was asked for.
        known: how sure networks are when they are right; None: nobody asked yet.
        rounds: what was believed after each network.
        scores: the mean of those of all networks, `(n, k)`.
    """

    splits: Splits[Any]
    others: Any
    config: UnlabelledConfig
    known: Known | None = None
    rounds: tuple[Labelling, ...] = ()
    scores: NDArray[np.float64] | float = 0.0

    @classmethod
    def begun(cls, splits: Splits[Any], others: Any, config: UnlabelledConfig) -> Labelled:
        """Where nothing is labelled yet.

        Args:
            splits: the labelled examples.
            others: those without labels, whatever theirs are.
            config: what was asked for.
        """
        form = np.asarray(splits.train.labels)
        blank = np.zeros((len(others), *form.shape[1:]), form.dtype)
        return cls(splits, with_labels(others, blank, like=splits.train), config)

    @property
    def threshold(self) -> float:
        """From which score on a label is believed."""
        asked = self.config.pseudo_threshold
        return THRESHOLD if asked is None else asked

    @property
    def grown(self) -> Splits[Any]:
        """The splits that the next network is trained on."""
        if not self.rounds:
            return self.splits
        weight = self.config.weight_in(len(self.rounds))
        return beside_labelled(self.splits, self.others, self.rounds[-1], weight=weight)

    @property
    def asked(self) -> Splits[Any]:
        """The same, with what is asked about in the test split's place: validation is its end."""
        parts = (self.others, self.splits.validation)
        every = np.arange(sum(map(len, parts)))
        return dataclasses.replace(self.grown, test=taken(parts, every, like=self.others))

    @property
    def digest(self) -> str:
        """Tells the training examples, and those that are asked about, from others."""
        grown = self.grown
        pseudo = "" if grown.pseudo is None else grown.pseudo.digest
        return f"{grown.fingerprint[:16]} {pseudo} {digest_of(self.others)}"

    def knowing(self, known: Known) -> Labelled:
        """The same, once it is known how sure networks are."""
        return dataclasses.replace(self, known=known)

    def after(self, answers: NDArray[np.float32]) -> Labelled:
        """How far it is once a network has answered.

        Args:
            answers: of all that was asked about, `(n, k)`.
        """
        assert self.known is not None
        kind, count = self.splits.target.kind, len(self.rounds)
        scores = tempered(answers[: len(self.others)], self.known.temperature, kind=kind)
        mean = (self.scores * count + scores) / (count + 1)
        labelling = believed(mean, self.threshold, kind=kind, names=self.splits.labels)
        return dataclasses.replace(self, rounds=(*self.rounds, labelling), scores=mean)
