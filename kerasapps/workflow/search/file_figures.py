"""What an exported file is worth in the figures of a search."""

from __future__ import annotations

from pathlib import Path

from kerasapps.export.artifact import Artifact
from kerasapps.tuning.objective import Objective
from kerasapps.workflow.judging import Judging

MEASUREMENTS = 3  # of a latency that has a limit; the worst counts
_MEGABYTE = 10**6


def file_figures(
    artifact: Artifact, judging: Judging, *, objective: Objective, folder: Path
) -> dict[str, float]:
    """A file's figures under the names by which objectives and limits call them.

    Args:
        artifact: a file that stands, judged on the split that counts.
        judging: times it again, where its latency has a limit.
        objective: of the search.
        folder: scratch space.

    Returns:
        For the mode M: the answer's metric in its own scale under `M_` and its quality, `M_size_mb`
        (10^6 bytes) and `M_latency_ms` (median, one thread).

    Raises:
        ExportError: if the file does not run.
    """
    assert artifact.path is not None
    assert artifact.metric is not None and artifact.size_bytes is not None
    latencies = [artifact.latency_ms or 0.0]
    if objective.max_latency_ms is not None:
        latencies += [
            judging.time(artifact.path, folder / f"time-{number}").latency_ms
            for number in range(1, MEASUREMENTS)
        ]
    metric = objective.answer.metric
    return {
        f"{artifact.name}_{metric.quality}": metric.figure(artifact.metric),
        f"{artifact.name}_size_mb": artifact.size_bytes / _MEGABYTE,
        f"{artifact.name}_latency_ms": max(latencies),
    }
