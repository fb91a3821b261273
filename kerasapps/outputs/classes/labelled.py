"""Examples whose classes are known, to judge a finished bundle on; no TensorFlow is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.config import UnknownClasses
from kerasapps.data.labels import clean_label, numbered_otherwise, warn_alike
from kerasapps.errors import DataError
from kerasapps.terminal.streams import tell
from kerasapps.wording.counted import counted
from kerasapps.wording.shortened import shortened


@dataclass(frozen=True, eq=False)
class Labelled:
    """Raw inputs, one label each.

    Attributes:
        inputs: picture files, or texts.
        labels: class names.
        contents: uint64 `(n,)`, of a digest of each; see `data.splits`.
    """

    inputs: Sequence[Any]
    labels: Sequence[str]
    contents: NDArray[np.uint64]

    def of(self, rows: NDArray[np.intp]) -> Labelled:
        """Those at some places."""
        return Labelled(
            [self.inputs[row] for row in rows],
            [self.labels[row] for row in rows],
            self.contents[rows] if len(self.contents) else self.contents,
        )


def place_labels(
    labelled: Labelled, known: Sequence[str], *, unknown_classes: UnknownClasses
) -> tuple[list[Any], list[int]]:
    """The inputs whose classes a bundle knows, and the places of their classes among its labels.

    Args:
        labelled: the examples.
        known: the bundle's labels, in the order of its outputs.
        unknown_classes: what to do with examples of another class: "skip" leaves them out, and
            says so.

    Raises:
        DataError: for a class that the bundle does not know, or if nothing is left.
    """
    places = {clean_label(label)[0]: place for place, label in enumerate(known)}
    places |= {label: place for place, label in enumerate(known)}
    unknown = Counter(label for label in labelled.labels if label not in places)
    if unknown and unknown_classes == "error":
        listed = shortened([repr(label) for label in sorted(unknown)])
        near = warn_alike([*known, *unknown])
        hint = "".join(f" {line[0].upper()}{line[1:]}." for line in near if "differ" in line)
        skip = "Set unknown_classes to skip to leave such examples out"
        raise DataError(
            f"the data has the class {listed}, which the bundle does not know; its labels are "
            f"{shortened(known)}.{hint} {numbered_otherwise(labelled.labels, known) or skip}."
        )
    for label, count in sorted(unknown.items()):
        left_out = counted(count, "example")
        tell(f"Warning: the bundle does not know the class {label!r}: {left_out} left out.")
    pairs = zip(labelled.inputs, labelled.labels, strict=True)
    kept = [(each, places[label]) for each, label in pairs if label in places]
    if not kept:
        raise DataError(
            "the data holds no example of a class that the bundle knows; its labels are "
            f"{shortened(known)}"
        )
    return [each for each, _ in kept], [place for _, place in kept]
