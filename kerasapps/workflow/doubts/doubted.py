"""From answers of networks to the examples whose labels these doubt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasapps.config.iob2 import OUTSIDE
from kerasapps.data.near.copies import answer_text
from kerasapps.data.splits import Splits
from kerasapps.evaluation.label_errors import doubtful_labels, doubtful_sets
from kerasapps.workflow.doubts.doubt import LabelDoubt


def doubts_of(
    splits: Splits[Any],
    answers: np.ndarray | list[np.ndarray],
    *,
    names: Sequence[str] = ("train", "test", "validation"),
) -> tuple[LabelDoubt, ...]:
    """Examples whose label is probably wrong by answers of networks that did not train on them.

    Args:
        splits: the examples, of classes, labels or tags.
        answers: as `OutOfFold` has them.
        names: the splits whose examples these are of, in their order.
    """
    examples = _Examples(splits, names)
    if isinstance(answers, list):
        return _of_words(splits, examples, answers)
    if splits.target.kind == "labels":
        return _of_sets(splits, examples, answers)
    doubts = doubtful_labels(examples.labels.astype(np.int64), answers)
    return tuple(
        examples.doubt(row, examples.label(row), splits.labels[suggested], confidence)
        for row, suggested, confidence in zip(
            doubts.rows.tolist(), doubts.suggested.tolist(), doubts.confidence, strict=True
        )
    )


class _Examples:
    """The examples of some splits in the order of out-of-fold answers."""

    def __init__(self, splits: Splits[Any], names: Sequence[str]) -> None:
        self._splits = splits
        self._names = [name for name in names if name in splits.names]
        self._parts = [getattr(splits, name) for name in self._names]
        self._starts = np.cumsum([0, *map(len, self._parts)])

    @property
    def labels(self) -> np.ndarray:
        return np.concatenate([np.asarray(part.labels) for part in self._parts if len(part)])

    def at(self, row: int) -> tuple[str, Any, int]:
        """The split of one, its examples, and its place among these."""
        part = int(np.searchsorted(self._starts, row, side="right")) - 1
        return self._names[part], self._parts[part], row - int(self._starts[part])

    def label(self, row: int) -> str:
        _, examples, place = self.at(row)
        return answer_text(self._splits, examples, place)

    def doubt(
        self, row: int, label: str, suggested: str, confidence: float, *, word: str = ""
    ) -> LabelDoubt:
        split, examples, place = self.at(row)
        tell = getattr(examples, "excerpt", None)
        text = word or ("" if tell is None else str(tell(place)))
        where = str(examples.origin(place))
        return LabelDoubt(where, split, label, suggested, round(float(confidence), 3), text)


def _of_sets(
    splits: Splits[Any], examples: _Examples, scores: np.ndarray
) -> tuple[LabelDoubt, ...]:
    sets = examples.labels.astype(np.uint8)
    doubtful, surest = doubtful_sets(sets, scores)
    rows = np.flatnonzero(doubtful.any(axis=1))
    rows = rows[np.argsort(-surest[rows], kind="stable")]

    def named(row: np.ndarray) -> str:
        return ", ".join(name for name, has in zip(splits.labels, row, strict=True) if has)

    return tuple(
        examples.doubt(row, named(sets[row]), named(sets[row] ^ doubtful[row]), surest[row])
        for row in rows.tolist()
    )


def _of_words(
    splits: Splits[Any], examples: _Examples, probabilities: Sequence[np.ndarray]
) -> tuple[LabelDoubt, ...]:
    """Of sentences each word whose tag is probably wrong."""
    codes = {name: code for code, name in enumerate(splits.labels)}
    tags: list[int] = []
    owners: list[int] = []
    places: list[int] = []
    for row, each in enumerate(probabilities):
        _, part, place = examples.at(row)
        known = [codes.get(tag, codes.get(OUTSIDE, 0)) for tag in part.tags[place]]
        assert len(known) == len(each), "every word has an answer"
        tags += known
        owners += [row] * len(known)
        places += range(len(known))
    doubts = doubtful_labels(np.array(tags, np.int64), np.concatenate([*probabilities]))
    told = []
    for row, suggested, confidence in zip(
        doubts.rows.tolist(), doubts.suggested.tolist(), doubts.confidence, strict=True
    ):
        _, part, place = examples.at(owners[row])
        word = part.sentences[place][places[row]]
        tag = part.tags[place][places[row]]
        told.append(
            examples.doubt(owners[row], tag, splits.labels[suggested], confidence, word=word)
        )
    return tuple(told)
