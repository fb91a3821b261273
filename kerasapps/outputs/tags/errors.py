"""What kind of error each wrong entity is; without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kerasapps.data.tags.schemes import Span, entities_of

Kind: TypeAlias = Literal["boundary", "type", "both", "missed", "invented"]
KINDS: dict[Kind, str] = {
    "boundary": "the right type, but it begins or ends elsewhere",
    "type": "the right words, but another type",
    "both": "some of the right words, and another type",
    "missed": "no entity was found there",
    "invented": "there is no entity",
}


@dataclass(frozen=True)
class EntityError:
    """One entity that is wrong, or was not found.

    Attributes:
        kind: see `KINDS`.
        true: what is there; None where nothing is.
        predicted: what was found; None where nothing was.
    """

    kind: Kind
    true: Span | None
    predicted: Span | None


def entity_errors(truth: Sequence[str], predicted: Sequence[str]) -> list[EntityError]:
    """The errors in one sentence, each true or predicted entity in one at most.

    A predicted entity that overlaps a true one is an attempt at it; the one that shares most
    words with it is taken, and those that remain are missed or invented.

    Args:
        truth: IOB2 tags.
        predicted: likewise, of the same length.
    """
    entities, found = entities_of(truth), entities_of(predicted)
    right = {*entities} & {*found}
    true = [each for each in entities if each not in right]
    wrong = [each for each in found if each not in right]
    pairs = sorted(
        ((_shared(one, other), one, other) for one in true for other in wrong),
        key=lambda pair: (-pair[0], pair[1].label != pair[2].label, pair[1:]),
    )
    errors: list[EntityError] = []
    for shared, one, other in pairs:
        if shared and one in true and other in wrong:
            errors.append(EntityError(_kind(one, other), one, other))
            true.remove(one)
            wrong.remove(other)
    errors += [EntityError("missed", each, None) for each in true]
    errors += [EntityError("invented", None, each) for each in wrong]
    return sorted(errors, key=lambda each: (each.true or each.predicted or Span(0, 0, ""))[:2])


def _shared(one: Span, other: Span) -> int:
    """Words that two entities have in common."""
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _kind(true: Span, predicted: Span) -> Kind:
    if true.label == predicted.label:
        return "boundary"
    return "type" if true[:2] == predicted[:2] else "both"
