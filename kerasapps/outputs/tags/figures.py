"""Every figure of predicted tags, on one split; without TensorFlow."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kerasapps.errors import DataError
from kerasapps.evaluation.shown import Shown, per_cent
from kerasapps.outputs.tags.counts import Scores, Sentences, entity_scores
from kerasapps.outputs.tags.errors import KINDS, entity_errors
from kerasapps.wording.counted import counted


@dataclass(frozen=True)
class TagMetrics:
    """What predicted tags are worth.

    Attributes:
        sentences: number of sentences the figures are from.
        words: their words.
        precision: share of the predicted entities that are right: both ends and the type.
        recall: share of the true entities that were found.
        f1: harmonic mean of the two, over all types together.
        macro_f1: mean of the F1 of each type.
        word_accuracy: share of the words with the right tag, most of which are no entity's.
        whole_sentences: share of the sentences all of whose tags are right.
        per_type: type → its precision, recall, F1 and true entities.
        errors: kind of error → entities; see `outputs.tags.errors`.

    Examples:
        >>> truth = [["B-PER", "I-PER", "O"]]
        >>> metrics = kerasapps.evaluation.tag_metrics(truth, [["B-PER", "O", "O"]])
        >>> metrics.f1, metrics.errors["boundary"]
        (0.0, 1)
    """

    sentences: int
    words: int
    precision: float
    recall: float
    f1: float
    macro_f1: float
    word_accuracy: float
    whole_sentences: float
    per_type: Mapping[str, Scores]
    errors: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, ready for `json.dumps`."""
        return dataclasses.asdict(self)

    def shown(self) -> Shown:
        """The figures of each type, and the errors by kind."""
        rows = [
            [name, *map(per_cent, (each.precision, each.recall, each.f1)), f"{each.support:,}"]
            for name, each in self.per_type.items()
        ]
        support = sum(each.support for each in self.per_type.values())
        overall = map(per_cent, (self.precision, self.recall, self.f1))
        wrong = ", ".join(f"{count:,} {kind}" for kind, count in self.errors.items() if count)
        return Shown(
            title=f"{counted(self.sentences, 'sentence')}, {counted(self.words, 'word')}",
            columns=("entity", "precision", "recall", "F1", "number"),
            rows=[*rows, ["all", *overall, f"{support:,}"]],
            lines=[
                f"Words with the right tag {per_cent(self.word_accuracy)}, "
                f"sentences without an error {per_cent(self.whole_sentences)}",
                f"Errors: {wrong or 'none'}",
            ],
        )


def tag_metrics(truth: Sentences, predicted: Sentences) -> TagMetrics:
    """Every figure of predicted tags; entities are judged by `seqeval` where it is installed.

    Args:
        truth: IOB2 tags of each sentence.
        predicted: likewise, of the same lengths.

    Raises:
        DataError: if there are no sentences, or the lengths do not fit each other.

    Examples:
        >>> truth = [["B-LOC", "O"], ["O"]]
        >>> kerasapps.evaluation.tag_metrics(truth, truth).f1
        1.0
    """
    lengths = [[len(tags) for tags in sentences] for sentences in (truth, predicted)]
    if lengths[0] != lengths[1]:
        raise DataError("true and predicted tags must be of the same sentences, a tag a word.")
    if not sum(lengths[0]):
        raise DataError("There are no words to evaluate: the split is empty.")
    overall, types = entity_scores(truth, predicted)
    pairs = list(zip(truth, predicted, strict=True))
    kinds = Counter(error.kind for each in pairs for error in entity_errors(*each))
    right = sum(sum(map(str.__eq__, *each)) for each in pairs)
    return TagMetrics(
        sentences=len(pairs),
        words=sum(lengths[0]),
        precision=overall.precision,
        recall=overall.recall,
        f1=overall.f1,
        macro_f1=sum(each.f1 for each in types.values()) / len(types) if types else 0.0,
        word_accuracy=right / sum(lengths[0]),
        whole_sentences=sum(list(one) == list(other) for one, other in pairs) / len(pairs),
        per_type=types,
        errors={kind: kinds[kind] for kind in KINDS},
    )
