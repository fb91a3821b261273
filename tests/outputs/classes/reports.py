"""A classifier's report, as most tests look at it."""

from __future__ import annotations

import functools

import numpy as np

from kerasapps.evaluation.report import Report
from kerasapps.evaluation.sections import Table
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.metrics import classification_metrics
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
from kerasapps.outputs.classes.report import class_report
from kerasapps.recipes.image_classification.thumbnail import png_thumbnail
from tests.evaluation.pages import HOSTILE, parsed

MAGENTA = (255, 0, 255)


def make_report(classes=5, *, examples=300, judged_on="test", mistakes=None, **changes):
    """A report of random predictions, with a picture for each of its worst mistakes."""
    rng = np.random.default_rng(0)
    names = [HOSTILE, *(f"class {number}" for number in range(1, classes))]
    labels = rng.integers(0, classes, examples)
    labels[labels == 1] = 0  # one class without test examples
    logits = rng.normal(size=(examples, classes)) + 2.5 * np.eye(classes)[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    picture = png_thumbnail(np.full((32, 32, 3), MAGENTA, np.uint8))
    metrics = classification_metrics(labels, probabilities, names=names)
    if mistakes is None:
        mistakes = [
            ShownMistake(
                true=names[each.true],
                predicted=names[each.predicted],
                confidence=each.confidence,
                picture=picture,
                source=HOSTILE,
            )
            for each in worst_mistakes(labels, probabilities, limit=12)
        ]
    table = Table(heading="Broken files", columns=("file", "reason"), rows=[(HOSTILE, "truncated")])
    said = class_report(metrics, judged_on=judged_on, mistakes=mistakes, audit=[table])
    values = {
        "title": f"run {HOSTILE}",
        "task": "image classification",
        "answer": CLASSES,
        "task_report": said,
        "judged_on": judged_on,
        "history": [
            {
                "epoch": number,
                "phase": "train",
                "learning_rate": 1e-3,
                "seconds": 2.0,
                "loss": 1 / number,
                "val_loss": 1.2 / number,
                "accuracy": 0.5,
                "val_accuracy": 0.4,
            }
            for number in range(1, 5)
        ],
        "settings": {"data": HOSTILE, "Training": {"epochs": 4, "time_budget": None}},
        "artifacts": [{"name": "keras", "size_bytes": 13_500_000, "metric": 0.9, "passed": None}],
        "environment": {"Python": "3.11.9", "precision": "float32"},
    }
    return metrics, Report(**{**values, **changes})


@functools.cache
def standard():
    """The parsed page of the report that most tests look at."""
    return parsed(make_report()[1])
