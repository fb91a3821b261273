"""What several trainings of one recipe came to: figures over seeds, files, and CPU time."""

from __future__ import annotations

import resource
import statistics
from collections.abc import Sequence
from typing import Any


def summary(runs: Sequence[dict[str, float]]) -> dict[str, object]:
    """The mean of every figure, and how far the runs are apart."""
    row: dict[str, object] = {"runs": len(runs)}
    for name in runs[0]:
        values = [run[name] for run in runs]
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        row[name] = f"{statistics.mean(values):.4f} ± {spread:.4f}"
    return row


def file_row(artifact: Any) -> dict[str, object]:
    """A file beside the network that it was made of."""
    return {
        "file": artifact.name,
        "size": f"{artifact.size_bytes / 1000:.0f} kB" if artifact.size_bytes else "–",
        "figure": f"{artifact.metric:.4f}",
        "delta": f"{artifact.delta:+.3f}",
        "agreement": f"{artifact.agreement:.2%}",
        "latency": f"{artifact.latency_ms:.3f} ms",
        "passed": artifact.passed,
    }


def cpu_minutes() -> float:
    """CPU time of this process and of those that it has waited for."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent) / 60
