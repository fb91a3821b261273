"""Whether a file tags as the Keras model does, not only as well."""

from __future__ import annotations

from collections.abc import Sequence

from kerasapps.data.tags.schemes import entities_of
from kerasapps.export.gate import Agreement

LEAST_LIKENESS = 0.8  # of a file's entities to Keras'; good int8 files keep far more


def same_tags(
    tags: Sequence[Sequence[str]], reference: Sequence[Sequence[str]], *, tolerance: float
) -> Agreement:
    """How many sentences have Keras' tags, word for word, and whether the entities are alike.

    A file whose entities are as good by chance, and others, does not pass.

    Args:
        tags: the file's, of each sentence.
        reference: Keras', likewise.
        tolerance: points of F1 that the file may lose.
    """
    pairs = list(zip(tags, reference, strict=True))
    same = sum(list(ours) == list(theirs) for ours, theirs in pairs) / len(pairs)
    shared, count = 0, 0
    for ours, theirs in pairs:
        found, known = {*entities_of(ours)}, {*entities_of(theirs)}
        shared += 2 * len(found & known)
        count += len(found) + len(known)
    likeness = shared / count if count else 1.0
    least = LEAST_LIKENESS - tolerance / 100
    if likeness >= least:
        return Agreement(same)
    return Agreement(
        same,
        f"marks other entities than Keras: {100 * likeness:.1f} F1 against Keras' own, and needs "
        f"{100 * least:.1f}, however good either is",
    )
