"""Examples whose labels are known, to judge a finished bundle on; no TensorFlow is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.config import UnknownClasses
from kerasapps.data.labels import clean_label, numbered_otherwise
from kerasapps.errors import DataError
from kerasapps.terminal.streams import tell
from kerasapps.wording.counted import counted
from kerasapps.wording.shortened import shortened


@dataclass(frozen=True, eq=False)
class LabelledSets:
    """Raw inputs, a set of labels each.

    Attributes:
        inputs: as the bundle's reader takes them.
        labels: names of each example's labels; may be none.
        contents: uint64 `(n,)`, of a digest of each; see `data.splits`.
    """

    inputs: Sequence[Any]
    labels: Sequence[Collection[str]]
    contents: NDArray[np.uint64]

    def of(self, rows: NDArray[np.intp]) -> LabelledSets:
        """Those at some places."""
        return LabelledSets(
            [self.inputs[row] for row in rows],
            [self.labels[row] for row in rows],
            self.contents[rows] if len(self.contents) else self.contents,
        )


def truth_of(
    labelled: LabelledSets, known: Sequence[str], *, unknown_classes: UnknownClasses
) -> NDArray[np.bool_]:
    """Whether each example has each label that a bundle knows, `(n, labels)`.

    Args:
        labelled: the examples.
        known: the bundle's labels, in the order of its outputs.
        unknown_classes: what to do with other labels: "skip" takes no notice of them, and says so.

    Raises:
        DataError: for a label that the bundle does not know, or if there is no example.
    """
    places = {clean_label(label)[0]: place for place, label in enumerate(known)}
    places |= {label: place for place, label in enumerate(known)}
    unknown = Counter(
        label for labels in labelled.labels for label in labels if label not in places
    )
    if unknown and unknown_classes == "error":
        listed = shortened([repr(label) for label in sorted(unknown)])
        skip = "Set unknown_classes to skip to take no notice of such labels"
        found = [label for labels in labelled.labels for label in labels]
        raise DataError(
            f"the data has the label {listed}, which the bundle does not know; its labels are "
            f"{shortened(known)}. {numbered_otherwise(found, known) or skip}."
        )
    for label, count in sorted(unknown.items()):
        had = counted(count, "example")
        tell(f"Warning: the bundle does not know the label {label!r}, which {had} had.")
    if not len(labelled.labels):
        raise DataError("the data holds no usable example.")
    truth = np.zeros((len(labelled.labels), len(known)), bool)
    for row, labels in enumerate(labelled.labels):
        truth[row, [places[label] for label in labels if label in places]] = True
    return truth
