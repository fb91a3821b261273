"""Which answers of a network are believed, with numpy.

Reference: Lee 2013, "Pseudo-Label"; Sohn et al. 2020, "FixMatch", section 2.2 (a threshold on the
score).
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kerasapps.config.targets import TargetKind
from kerasapps.data.pseudo import Pseudo
from kerasapps.data.splits import Splits
from kerasapps.data.taken import taken
from kerasapps.data.unlabelled import with_labels
from kerasapps.evaluation.logits import logits_of
from kerasapps.evaluation.shown import per_cent
from kerasapps.wording.counted import counted

THRESHOLD: Final = 0.95
_SHOWN: Final = 12  # classes that a line names


@dataclass(frozen=True)
class Labelling:
    """What a network says of unlabelled examples, as far as it is believed.

    Attributes:
        rows: int64 `(m,)`, the examples of whose labels it is sure, rising.
        labels: of these, class numbers int32 `(m,)`, or whether each has each label uint8 `(m, k)`.
        total: examples that it was asked about.
        names: of the classes or labels.
    """

    rows: NDArray[np.int64]
    labels: NDArray[Any]
    total: int
    names: tuple[str, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Class or label → how many examples got it."""
        if self.labels.ndim == 2:
            each = self.labels.sum(axis=0)
        else:
            each = np.bincount(self.labels, minlength=len(self.names))
        return dict(zip(self.names, map(int, each), strict=True))

    @property
    def line(self) -> str:
        """How many examples got a label, and which, the most frequent first."""
        known, counts = len(self.rows), sorted(self.counts.items(), key=lambda each: -each[1])
        shown = ", ".join(f"{name} {count:,}" for name, count in counts[:_SHOWN])
        more = f", and {counted(len(counts) - _SHOWN, 'other')}" if len(counts) > _SHOWN else ""
        return f"{known:,} of {self.total:,} ({per_cent(known / self.total)}): {shown}{more}"

    @property
    def collapse(self) -> str:
        """What is odd about the labels, in a sentence; "" where nothing is."""
        given = [name for name, count in self.counts.items() if count]
        if not len(self.rows) or self.labels.ndim == 2 or len(given) == len(self.names):
            return ""
        if len(given) == 1:
            return (
                f"Warning: every label is {given[0]!r}. A network that learns from them says so of "
                "everything: give more labelled examples, or leave the unlabelled ones out"
            )
        lacking = [repr(name) for name in self.names if name not in given]
        shown = ", ".join(lacking[:_SHOWN]) + ("…" if len(lacking) > _SHOWN else "")
        return (
            f"Warning: no example got the label {shown}: of what the others learn from them these "
            "get nothing"
        )


def tempered(scores: NDArray[Any], temperature: float, *, kind: TargetKind) -> NDArray[np.float64]:
    """The scores that logits divided by a temperature give.

    Args:
        scores: of classes, which sum to 1, or of labels, `(n, k)`.
        temperature: more than 0.
        kind: which of the two.
    """
    logits = logits_of(scores, kind=kind) / temperature
    if kind == "labels":
        return 0.5 * (1 + np.tanh(logits / 2))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def sureness(scores: NDArray[np.float64], *, kind: TargetKind) -> NDArray[np.float64]:
    """How sure the scores are of each example, `(n,)`: of a set of labels as of its least sure."""
    if kind == "labels":
        return np.maximum(scores, 1 - scores).min(axis=1)
    return scores.max(axis=1)


def answers(scores: NDArray[np.float64], *, kind: TargetKind) -> NDArray[Any]:
    """The likeliest class of each, int32 `(n,)`, or the likely labels, uint8 `(n, k)`."""
    if kind == "labels":
        return (scores > 0.5).astype(np.uint8)
    return scores.argmax(axis=1).astype(np.int32)


def believed(
    scores: NDArray[np.float64], threshold: float, *, kind: TargetKind, names: tuple[str, ...]
) -> Labelling:
    """The answers of which scores are sure, and as large a share of each class as of all together.

    A class of which a network is never so sure would else get nothing, and be forgotten by those
    that learn from the labels: of it the likeliest ones are taken.

    Args:
        scores: as sure as they are right, `(n, k)`.
        threshold: from which score on.
        kind: what the scores are of.
        names: of the classes or labels.

    References: Cascante-Bonilla et al. 2021, "Curriculum Labeling" (shares in place of scores);
    Zhang et al. 2021, "FlexMatch" (thresholds by class).
    """
    sure, given = sureness(scores, kind=kind), answers(scores, kind=kind)
    taken = sure >= threshold
    share = float(taken.mean()) if len(taken) else 0.0
    if kind != "labels":
        for number in np.unique(given):
            rows = np.flatnonzero(given == number)
            likeliest = rows[np.argsort(-sure[rows], kind="stable")]
            taken[likeliest[: math.ceil(share * len(rows))]] = True
    rows = np.flatnonzero(taken)
    return Labelling(rows, given[rows], len(scores), names)


def beside_labelled(
    splits: Splits[Any],
    unlabelled: Any,
    labelling: Labelling,
    *,
    weight: float,
) -> Splits[Any]:
    """The splits, with what was labelled at the end of the training split.

    Args:
        splits: the labelled examples.
        unlabelled: the examples that a network was asked about.
        labelling: what it said.
        weight: of each.
    """
    if not len(labelling.rows):
        return splits
    given = taken((unlabelled,), labelling.rows, like=unlabelled)
    given = with_labels(given, labelling.labels, like=splits.train)
    every = np.arange(len(splits.train) + len(given))
    pseudo = Pseudo(count=len(given), weight=weight, digest=digest_of(given, labelling.labels))
    train = taken((splits.train, given), every, like=splits.train)
    return dataclasses.replace(splits, train=train, pseudo=pseudo)


def digest_of(examples: Any, *arrays: NDArray[Any]) -> str:
    """Tells examples, and what is said of them, from others."""
    digest = hashlib.sha256(np.ascontiguousarray(examples.contents).tobytes())
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]
