"""From scores that come again and again to what was heard, and when; no TensorFlow is imported.

Scores of single windows jump, and a word is in several windows. So they are averaged over a short
while, and something is heard from where its mean passes a threshold until another class is likelier
or the mean has fallen to half of it.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kerasapps.deploy.rules import is_number
from kerasapps.errors import ConfigError

LOWEST = 0.5
"""A class that is not likelier than all others together is not heard."""

WRONG = 0.01
"""Share of what is heard in the validation split that may be wrong."""

FEW = 20
"""Sounds of which such a share says nothing."""


@dataclass(frozen=True)
class Detector:
    """How scores become detections.

    Attributes:
        threshold: mean score from which on a class is heard, 0 to 1.
        smoothing_seconds: over which scores are averaged.
        hop_seconds: from one window to the next.
    """

    threshold: float = 0.8
    smoothing_seconds: float = 0.3
    hop_seconds: float = 0.1

    def __post_init__(self) -> None:
        for name, low, high in (
            ("threshold", 0.0, 1.0),
            ("smoothing_seconds", 0.0, 60.0),
            ("hop_seconds", 0.001, 60.0),
        ):
            if not is_number(getattr(self, name), low, high):
                given = reprlib.repr(getattr(self, name))
                raise ConfigError(f"{name} must be a number from {low:g} to {high:g}, got {given}.")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for the manifest."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Detector:
        """What `to_dict` gave.

        Raises:
            ConfigError: for other fields or values.
        """
        try:
            return cls(**values)
        except TypeError:
            raise ConfigError("Detector has other fields than these.") from None


@dataclass(frozen=True)
class Detection:
    """Something that was heard.

    Attributes:
        label: what.
        score: the largest mean score, 0 to 1.
        start: seconds from the beginning of the sound, of the window that was heard first.
        end: seconds, of the window that was heard last.
    """

    label: str
    score: float
    start: float
    end: float


def detections(
    scores: np.ndarray,
    spans: np.ndarray | Sequence[tuple[float, float]],
    *,
    labels: Sequence[str],
    detector: Detector,
) -> list[Detection]:
    """What is heard in windows that follow one another.

    Args:
        scores: float `(windows, classes)`.
        spans: start and end of each, in seconds, `(windows, 2)`.
        labels: of the classes; see `stands_for_nothing`.
        detector: how.
    """
    found: list[Detection] = []
    now: int | None = None
    for place, mean in enumerate(_smoothed(scores, detector)):
        best = int(mean.argmax())
        if now is not None and (best != now or mean[now] < detector.threshold / 2):
            now = None
        is_heard = mean[best] >= detector.threshold and not stands_for_nothing(labels[best])
        if now is None and is_heard:
            now = best
            start, end = map(float, spans[place])
            found.append(Detection(labels[best], float(mean[best]), start, end))
        elif now is not None:
            last = found[-1]
            score = max(last.score, float(mean[now]))
            found[-1] = Detection(last.label, score, last.start, float(spans[place][1]))
    return found


def stands_for_nothing(label: str) -> bool:
    """Whether a class is of silence or of all that is not meant: it is never heard."""
    return label.startswith("_")


def _smoothed(scores: np.ndarray, detector: Detector) -> np.ndarray:
    """Means of each window and those shortly before it."""
    count = max(1, round(detector.smoothing_seconds / detector.hop_seconds))
    sums = np.cumsum(np.vstack([np.zeros((1, scores.shape[1])), scores]), axis=0)
    ends = np.arange(1, len(scores) + 1)
    starts = np.maximum(ends - count, 0)
    means: np.ndarray = (sums[ends] - sums[starts]) / (ends - starts)[:, None]
    return means


def suitable_detector(
    truth: np.ndarray,
    probabilities: np.ndarray,
    *,
    labels: Sequence[str],
    seconds: float,
    smoothing: float,
    threshold: float | None,
) -> Detector:
    """A detector that is wrong in one case of a hundred of those that it lets pass.

    Args:
        truth: class numbers of sounds that nothing was learnt from, int `(n,)`.
        probabilities: what the network says of them, float `(n, classes)`.
        labels: of the classes; see `stands_for_nothing`.
        seconds: of a window.
        smoothing: over how many seconds scores are averaged.
        threshold: what was asked for; None: what suits.
    """
    hop = max(0.001, round(min(Detector.hop_seconds, seconds / 8), 3))
    if threshold is None:
        nothing = [number for number, label in enumerate(labels) if stands_for_nothing(label)]
        let_pass = ~np.isin(probabilities.argmax(axis=1), nothing)
        threshold = _suitable_threshold(truth[let_pass], probabilities[let_pass])
    return Detector(threshold, smoothing_seconds=smoothing, hop_seconds=hop)


def _suitable_threshold(truth: np.ndarray, probabilities: np.ndarray) -> float:
    best, wrong = probabilities.max(axis=1), probabilities.argmax(axis=1) != truth
    if len(truth) < FEW:
        return Detector.threshold
    order = np.argsort(-best, kind="stable")
    shares = np.cumsum(wrong[order]) / np.arange(1, len(order) + 1)
    within = np.flatnonzero(shares <= WRONG)
    lowest = float(best[order[within[-1]]]) if len(within) else 1.0
    return round(min(max(lowest, LOWEST), 0.99), 3)
