"""The figures that tags are judged by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kerasapps.config import kinds
from kerasapps.config.metric import Answer, Metric

TRANSITIONS_FILE: Final = "transitions.json"
"""Of a bundle: the scores of tags beside each other."""

F1 = Metric(name="F1", key="f1", quality="entity_f1", tolerance=0.5, of_examples=False)
"""Of entities: both ends and the type must be right."""
WORDS = Metric(name="accuracy", key="word_accuracy", quality="accuracy")
"""Share of the words whose likeliest tag, each taken alone, is right."""
TAGS = Answer(metric=F1, fitted=WORDS, judged=F1)

TAG_ANSWER: Mapping[str, Any] = {
    "kind": kinds.TAGS,
    "tags_file": "labels.txt",
    "transitions_file": TRANSITIONS_FILE,
    "scheme": "IOB2",
}
"""The file gives a score a word and tag; see `docs/bundles.md`."""
