"""How many labels networks give again that were not trained on them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from kerasapps.config.iob2 import OUTSIDE
from kerasapps.data.splits import Splits

_EVEN: Final = 0.5  # what has a higher score is a label


def share_given_again(splits: Splits[Any], answers: Any) -> float:
    """The share of the labels of training and validation that out-of-fold answers have, too.

    Of sets of labels it is F1 over all sets, of tags F1 over the words of entities.

    Args:
        splits: the examples.
        answers: as `OutOfFold` has them, of classes, labels or tags.
    """
    parts = (splits.train, splits.validation)
    if isinstance(answers, list):
        names = [tag for part in parts for tags in part.tags for tag in tags]
        known = {name: place for place, name in enumerate(splits.labels)}
        truth = np.array([known.get(name, -1) for name in names])
        given = np.concatenate([each.argmax(axis=1) for each in answers])
        # Most words are of no entity: networks that find none would have most tags right.
        outside = known.get(OUTSIDE, len(known))
        named = truth != outside
        return _agreement((truth == given) & named, named, given != outside)
    truth = np.concatenate([np.asarray(part.labels) for part in parts])
    if truth.ndim == 1:
        return float(np.mean(answers.argmax(axis=1) == truth))
    # Most labels are not set: networks that set none would have most of these right.
    truth, given = truth > _EVEN, answers > _EVEN
    return _agreement(truth & given, truth, given)


def _agreement(both: np.ndarray, truth: np.ndarray, given: np.ndarray) -> float:
    """F1 of what is given, where `both` is right."""
    return float(2 * both.sum() / max(truth.sum() + given.sum(), 1))
