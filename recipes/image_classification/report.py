"""What a report says of pictures: the audit's tables and the worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasapps.data.examples import Examples
from kerasapps.data.images.audit import Audit
from kerasapps.evaluation.sections import Table
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.recipes.image_classification.thumbnail import png_thumbnail
from kerasapps.workflow.documents import MISTAKES, audit_sections, class_counts, listed

THUMBNAIL = 160


def show_pictures(
    examples: Examples, probabilities: np.ndarray, labels: Sequence[str]
) -> list[ShownMistake]:
    """The most confident wrong answers with their pictures."""
    spec = ImageSpec(THUMBNAIL, THUMBNAIL, 3, "pad")
    mistakes = worst_mistakes(np.asarray(examples.labels), probabilities, limit=MISTAKES)
    return [
        ShownMistake(
            true=labels[each.true],
            predicted=labels[each.predicted],
            confidence=each.confidence,
            picture=png_thumbnail(load_image(examples.paths[each.index], spec), side=THUMBNAIL),
            source=examples.paths[each.index].name,
        )
        for each in mistakes
    ]


def image_audit_sections(audit: Audit) -> list[Table]:
    """The audit as tables; those with nothing in them are left out."""
    sizes = [
        [name.replace("_", " "), *getattr(audit.sizes, name)]
        for name in ("width", "height", "short_side")
    ]
    sections = [
        class_counts(audit.counts, audit.imbalance, noun="Pictures"),
        Table(
            heading="Picture sizes in pixels",
            rows=sizes,
            columns=("", "smallest", "median", "largest"),
        ),
        listed(
            "Broken files",
            audit.broken,
            lambda one: (one.path, one.reason),
            columns=("file", "reason"),
            note="They were left out.",
        ),
        listed(
            "Duplicates across splits",
            audit.duplicates,
            lambda one: (one.copy, one.copy_split, one.kept, one.kept_split),
            columns=("file", "split", "same as", "split"),
            note="The first of each pair was left out.",
        ),
        listed(
            "Same picture, different labels",
            audit.conflicts,
            lambda one: (", ".join(map(str, one.paths)), ", ".join(one.labels)),
            columns=("files", "labels"),
        ),
        listed(
            "Converted pictures",
            audit.notes,
            lambda one: (one.path, one.what, one.treatment),
            columns=("file", "what", "treatment"),
        ),
    ]
    return audit_sections(sections, read_as=audit.guesses, warnings=audit.warnings)
