"""Epochs and files of a run as the tables of its report take them."""

from __future__ import annotations

from dataclasses import asdict

from kerasapps.config.metric import Answer, Metric
from kerasapps.deploy.manifest import KERAS_FILE
from kerasapps.export.artifact import Artifact, ElsewhereFigures
from kerasapps.training import EpochRow
from kerasapps.workflow.judging import Judged


def history_row(row: EpochRow, answer: Answer) -> dict[str, object]:
    """An epoch as the report takes it: a judge's figure under its own name, or not at all."""
    values = row.to_dict(answer.fitted.name)
    judged = values.pop("val_metric", None)
    return values if judged is None else values | {f"val_{answer.judged.name}": judged}


def report_row(artifact: Artifact, *, metric: Metric) -> dict[str, object]:
    """An artifact as the report's table takes it; `metric` is what it was judged by."""
    memory = artifact.peak_memory_mb
    return {
        "name": artifact.name,
        "path": artifact.path,
        "size_bytes": artifact.size_bytes,
        "compressed_bytes": artifact.compressed_bytes,
        "metric": None if artifact.metric is None else metric.figure(artifact.metric),
        "delta": artifact.delta,
        "agreement": artifact.agreement,
        "latency_p50_ms": artifact.latency_ms,
        "latency_p95_ms": artifact.latency_p95_ms,
        "peak_memory_bytes": None if memory is None else memory * 1e6,
        "passed": artifact.passed,
        "kept": artifact.path is not None and not artifact.passed,
        "reason": artifact.reason,
        "scores": artifact.scores,
        "note": artifact.note,
        "elsewhere": _elsewhere_row(artifact.elsewhere, metric=metric),
    }


def _elsewhere_row(figures: ElsewhereFigures | None, *, metric: Metric) -> dict[str, object] | None:
    if figures is None:
        return None
    shown = None if figures.metric is None else metric.figure(figures.metric)
    return {**asdict(figures), "metric": shown}


def reference_row(judged: Judged, *, metric: Metric) -> dict[str, object]:
    """The Keras model as the report's table takes it, before all files."""
    figure = metric.figure(judged.metric)
    return {"name": "Keras", "path": KERAS_FILE, "metric": figure, "passed": None}
