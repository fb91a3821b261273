"""How many entities were found: a small counter, and the judge that everybody quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from kerasapps.data.tags.schemes import entities_of

Sentences = Sequence[Sequence[str]]
"""Tags of sentences, IOB2."""
_AVERAGES = {"micro avg", "macro avg", "weighted avg"}


@dataclass(frozen=True)
class Scores:
    """Precision, recall and F1, 0 to 1.

    Attributes:
        precision: share of the predicted entities that are there.
        recall: share of the true entities that were found.
        f1: their harmonic mean; 0 where nothing is right.
        support: true entities.
    """

    precision: float
    recall: float
    f1: float
    support: int

    @classmethod
    def of(cls, right: int, predicted: int, true: int) -> Scores:
        """From numbers of entities; a share of none is 0."""
        precision = right / predicted if predicted else 0.0
        recall = right / true if true else 0.0
        both = precision + recall
        return cls(precision, recall, 2 * precision * recall / both if both else 0.0, true)


def entity_scores(truth: Sentences, predicted: Sentences) -> tuple[Scores, Mapping[str, Scores]]:
    """Scores of all entities (micro average) and of each type, by `seqeval` where it is installed.

    Args:
        truth: the true tags.
        predicted: those to judge, of the same lengths.
    """
    if find_spec("seqeval") is None:
        return counted_scores(truth, predicted)
    return judged_scores(truth, predicted)


def counted_scores(truth: Sentences, predicted: Sentences) -> tuple[Scores, Mapping[str, Scores]]:
    """As `entity_scores`, counted here: an entity is right if both ends and its type are."""
    right, found, true = Counter[str](), Counter[str](), Counter[str]()
    for ours, theirs in zip(predicted, truth, strict=True):
        predictions, entities = {*entities_of(ours)}, {*entities_of(theirs)}
        right.update(each.label for each in predictions & entities)
        found.update(each.label for each in predictions)
        true.update(each.label for each in entities)
    types = sorted({*found, *true})
    each = {name: Scores.of(right[name], found[name], true[name]) for name in types}
    return Scores.of(right.total(), found.total(), true.total()), each


def judged_scores(truth: Sentences, predicted: Sentences) -> tuple[Scores, Mapping[str, Scores]]:
    """As `entity_scores`, by `seqeval`."""
    from seqeval.metrics import classification_report

    if not any(entities_of(tags) for tags in (*truth, *predicted)):
        return Scores.of(0, 0, 0), {}  # seqeval cannot judge none
    plain = [list(tags) for tags in truth], [list(tags) for tags in predicted]
    said: dict[str, dict[str, Any]] = classification_report(
        *plain, output_dict=True, zero_division=0
    )
    types = {name: _scores(said[name]) for name in sorted({*said} - _AVERAGES)}
    return _scores(said["micro avg"]), types


def _scores(values: Mapping[str, Any]) -> Scores:
    return Scores(
        float(values["precision"]),
        float(values["recall"]),
        float(values["f1-score"]),
        int(values["support"]),
    )
