"""What a report says of pictures: the audit's tables and the worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasapps.data.audit import Audit
from kerasapps.data.examples import Examples
from kerasapps.evaluation.metrics import worst_mistakes
from kerasapps.evaluation.report import AuditSection, ShownMistake
from kerasapps.evaluation.thumbnail import png_thumbnail
from kerasapps.preprocess.image import ImageSpec, load_image

from .documents import MISTAKES, class_counts, listed

THUMBNAIL = 160


def show_pictures(
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


def image_audit_sections(audit: Audit) -> list[AuditSection]:
    """The audit as tables; those with nothing in them are left out."""
    sizes = [[name, *getattr(audit.sizes, name)] for name in ("width", "height", "short_side")]
    sections = [
        class_counts(audit.counts, audit.imbalance, noun="Pictures"),
        AuditSection(
            heading="Picture sizes in pixels",
            rows=sizes,
            columns=("", "smallest", "median", "largest"),
        ),
        listed(
            "Broken files",
            [(each.path, each.reason) for each in audit.broken],
            ("file", "reason"),
            "They were left out.",
        ),
        listed(
            "Duplicates across splits",
            [(d.copy, d.copy_split, d.kept, d.kept_split) for d in audit.duplicates],
            ("file", "split", "same as", "split"),
            "The first of each pair was left out.",
        ),
        listed(
            "Same picture, different labels",
            [(", ".join(map(str, c.paths)), ", ".join(c.labels)) for c in audit.conflicts],
            ("files", "labels"),
            "",
        ),
        listed(
            "Converted pictures",
            [(n.path, n.what, n.treatment) for n in audit.notes],
            ("file", "what", "treatment"),
            "",
        ),
        listed("Warnings", [(warning,) for warning in audit.warnings], (), ""),
    ]
    return [section for section in sections if section.rows]
