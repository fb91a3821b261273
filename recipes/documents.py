"""The papers of a bundle: what happened, what was measured, what to look at."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasapps.data.audit import Audit
from kerasapps.data.examples import Examples, Splits
from kerasapps.evaluation.metrics import ClassificationMetrics, worst_mistakes
from kerasapps.evaluation.report import AuditSection, Report, ShownMistake, write_report
from kerasapps.evaluation.thumbnail import png_thumbnail
from kerasapps.export.artifact import Artifact
from kerasapps.export.bundle import BundleContent, versions
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.training import History, Runtime

MISTAKES = 24
LISTED = 20
THUMBNAIL = 160


def describe_bundle(
    task: str,
    network: keras.Model,
    *,
    splits: Splits,
    spec: ImageSpec,
    metrics: ClassificationMetrics,
    probabilities: np.ndarray,
    history: History,
    settings: Mapping[str, Any],
    environment: Mapping[str, Any],
) -> BundleContent:
    """Everything that a bundle says of itself; the report is drawn when the artifacts are known."""

    def write_documents(folder: Path, artifacts: Sequence[Artifact]) -> None:
        history.write_csv(folder / "history.csv")
        report = Report(
            title=settings["run"],
            task=task.replace("_", " "),
            labels=splits.labels,
            metrics=metrics,
            history=[dataclasses.asdict(row) for row in history.rows],
            audit=audit_sections(splits.audit),
            settings=_groups(settings),
            artifacts=[_reference(metrics), *map(report_row, artifacts)],
            mistakes=show_mistakes(splits.test, probabilities, splits.labels),
            environment=environment,
        )
        write_report(folder / "report.html", report=report)

    counts = {name: sum(by_class.values()) for name, by_class in splits.audit.counts.items()}
    return BundleContent(
        task=task,
        labels=splits.labels,
        input=spec.to_dict(),
        metrics=metrics.to_dict(),
        data={"source": settings["data"], "fingerprint": splits.fingerprint, "examples": counts},
        settings=settings,
        history=history.as_dict(),
        environment=environment,
        model=network,
        write_documents=write_documents,
    )


def environment_of(runtime: Runtime) -> dict[str, Any]:
    """Versions and how the model was trained."""
    return versions() | {"training": str(runtime)}


def report_row(artifact: Artifact) -> dict[str, object]:
    """An artifact as the report's table takes it."""
    memory = artifact.peak_memory_mb
    return {
        "name": artifact.name,
        "path": artifact.path,
        "size_bytes": artifact.size_bytes,
        "metric": artifact.metric,
        "delta": artifact.delta,
        "agreement": artifact.agreement,
        "latency_p50_ms": artifact.latency_ms,
        "latency_p95_ms": artifact.latency_p95_ms,
        "peak_memory_bytes": None if memory is None else memory * 2**20,
        "passed": artifact.passed,
        "kept": artifact.path is not None and not artifact.passed,
        "reason": artifact.reason,
    }


def _reference(metrics: ClassificationMetrics) -> dict[str, object]:
    return {"name": "Keras", "path": "model.keras", "metric": metrics.accuracy, "passed": None}


def show_mistakes(
    examples: Examples, probabilities: np.ndarray, labels: Sequence[str]
) -> list[ShownMistake]:
    """The most confident wrong answers with their pictures."""
    spec = ImageSpec(THUMBNAIL, THUMBNAIL, 3, "pad")
    found = worst_mistakes(np.asarray(examples.labels), probabilities, limit=MISTAKES)
    return [
        ShownMistake(
            true=labels[each.true],
            predicted=labels[each.predicted],
            confidence=each.confidence,
            picture=png_thumbnail(load_image(examples.paths[each.index], spec), side=THUMBNAIL),
            source=examples.paths[each.index].name,
        )
        for each in found
    ]


def audit_sections(audit: Audit) -> list[AuditSection]:
    """The audit as tables; those with nothing in them are left out."""
    counts = audit.counts
    labels = list(dict.fromkeys(label for split in counts.values() for label in split))
    per_class = [[label, *(split.get(label, 0) for split in counts.values())] for label in labels]
    sizes = [[name, *getattr(audit.sizes, name)] for name in ("width", "height", "short_side")]
    imbalance = f"Largest training class over smallest: {audit.imbalance:.2f}."
    sections = [
        AuditSection(
            heading="Pictures per class", rows=per_class, columns=("class", *counts), note=imbalance
        ),
        AuditSection(
            heading="Picture sizes in pixels",
            rows=sizes,
            columns=("", "smallest", "median", "largest"),
        ),
        _listed(
            "Broken files",
            [(each.path, each.reason) for each in audit.broken],
            ("file", "reason"),
            "They were left out.",
        ),
        _listed(
            "Duplicates across splits",
            [(d.copy, d.copy_split, d.kept, d.kept_split) for d in audit.duplicates],
            ("file", "split", "same as", "split"),
            "The first of each pair was left out.",
        ),
        _listed(
            "Same picture, different labels",
            [(", ".join(map(str, c.paths)), ", ".join(c.labels)) for c in audit.conflicts],
            ("files", "labels"),
            "",
        ),
        _listed(
            "Converted pictures",
            [(n.path, n.what, n.treatment) for n in audit.notes],
            ("file", "what", "treatment"),
            "",
        ),
        _listed("Warnings", [(warning,) for warning in audit.warnings], (), ""),
    ]
    return [section for section in sections if section.rows]


def _listed(
    heading: str, rows: Sequence[Sequence[object]], columns: Sequence[str], note: str
) -> AuditSection:
    more = f" The first {LISTED} of {len(rows)} are listed." if len(rows) > LISTED else ""
    return AuditSection(
        heading=f"{heading} ({len(rows)})", rows=rows[:LISTED], columns=columns, note=note + more
    )


def _groups(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with the plain values first, as a group of their own."""
    plain = {name: value for name, value in settings.items() if not isinstance(value, Mapping)}
    return {"run": plain} | {n: v for n, v in settings.items() if isinstance(v, Mapping)}
