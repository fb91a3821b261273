"""Which of several files of a network is taken: the smallest that keeps the limits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kerasapps.config.metric import Metric
from kerasapps.export.artifact import Artifact
from kerasapps.wording.counted import counted
from kerasapps.workflow.reading import FEW_JUDGED

AS_SMALL = 1.02
"""Files this much larger than the smallest count as equally small: the fastest of them is taken."""
AS_FAST = 1.05
"""Of these, files this much slower than the fastest count as equally fast, as no two measurements
of one file are equal: what loses least is taken."""


@dataclass(frozen=True)
class Limits:
    """What a file must keep.

    Attributes:
        drop: what it may lose, in what the metric counts it in.
        size_mb: megabytes that it may have; None: any.
        latency_ms: milliseconds that one example may take; None: any.
    """

    drop: float
    size_mb: float | None
    latency_ms: float | None

    def objection(self, artifact: Artifact) -> str:
        """What is to be said against a file that loses little enough; empty for nothing."""
        return "; ".join(
            f"{value:.{digits}f} {unit}; the limit is {limit:g}"
            for value, limit, unit, digits in self._held(artifact)
            if value > limit
        )

    def excess(self, artifact: Artifact) -> float:
        """How many times the limit it misses most a file is; 1 or less where it keeps all."""
        return max((value / limit for value, limit, _, _ in self._held(artifact)), default=0.0)

    def doubt(self, metric: Metric, examples: int, split: str) -> str:
        """What is to be said of so few examples to choose by; empty where they are enough.

        Args:
            metric: by which files are compared.
            examples: of the split.
            split: that chooses.
        """
        counts = 100 / max(1, examples)  # of a share in points
        if examples >= FEW_JUDGED and (metric.is_error or counts <= self.drop):
            return ""
        seen = f"chosen on {counted(examples, f'{split} example')} only"
        if metric.is_error:
            return f"{seen}: what it loses may be luck"
        return (
            f"{seen}: each counts {counts:.2g} points, where {self.drop:g} may be lost, so what it "
            "loses may be luck"
        )

    def words(self, metric: Metric) -> str:
        """The limits, for a message."""
        named = (
            f"{self.drop:g} {metric.measure} of {metric.name} lost",
            None if self.size_mb is None else f"{self.size_mb:g} MB",
            None if self.latency_ms is None else f"{self.latency_ms:g} ms",
        )
        return ", ".join(filter(None, named))

    def _held(self, artifact: Artifact) -> Iterator[tuple[float, float, str, int]]:
        if self.size_mb is not None and artifact.size_bytes is not None:
            yield artifact.size_bytes / 1e6, self.size_mb, "MB", 3
        if self.latency_ms is not None and artifact.latency_ms is not None:
            yield artifact.latency_ms, self.latency_ms, "ms", 2


def by_size(rungs: Sequence[Artifact], metric: Metric) -> list[Artifact]:
    """Those that fit in the order in which they are taken.

    The smallest comes first, of equals the fastest, of equals again what loses least.

    Args:
        rungs: all that was tried.
        metric: by which files are compared.
    """
    waiting = sorted((each for each in rungs if each.passed), key=lambda each: each.size_bytes or 0)
    order = []
    while waiting:
        bound = AS_SMALL * (waiting[0].size_bytes or 0)
        equals = [each for each in waiting if (each.size_bytes or 0) <= bound]
        fastest = AS_FAST * min(each.latency_ms or math.inf for each in equals)
        quick = [each for each in equals if (each.latency_ms or math.inf) <= fastest]
        first = min(quick, key=lambda each: lost(each, metric))
        order.append(first)
        waiting.remove(first)
    return order


def lost(rung: Artifact, metric: Metric) -> float:
    """How much worse than Keras, as `Metric.lost` counts it; infinite where nobody knows."""
    if rung.delta is None:
        return math.inf
    return rung.delta if metric.better == "min" else -rung.delta


def nothing_fits(
    rungs: Sequence[Artifact], rejected: Mapping[str, str], limits: Limits, metric: Metric
) -> str:
    """Why nothing was chosen, and what came nearest, in a sentence.

    Args:
        rungs: all that was tried.
        rejected: name → why a file that fits did not pass on the test split.
        limits: of the file.
        metric: by which files are compared.
    """
    head = f"no file keeps the limits ({limits.words(metric)})"
    made = [each for each in rungs if each.metric is not None and each.size_bytes is not None]
    if not made:
        reasons = "; ".join(f"{each.name}: {each.reason}" for each in rungs)
        return f"no file could be made: {reasons}"

    def distance(rung: Artifact) -> tuple[bool, float, int]:
        # What loses too much is farther than what is too large: no limit can be set for it.
        points = lost(rung, metric)
        too_much = points > limits.drop
        return too_much, points if too_much else limits.excess(rung), rung.size_bytes or 0

    nearest = min(made, key=distance)
    why = rejected.get(nearest.name, nearest.reason)
    size = (nearest.size_bytes or 0) / 1e6
    return f"{head}; the nearest is {nearest.name} ({size:.3f} MB): {why}"
