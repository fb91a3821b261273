"""What must be the same on all machines of a training, told and compared before its first step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kerasapps.cluster.cluster import Cluster
from kerasapps.config.differing import differing
from kerasapps.config.dotted import dotted
from kerasapps.errors import TrainingError

_MOST: Final = 5  # differences that one message names


class DifferentError(TrainingError):
    """A worker is not as the chief is; all machines find that at the same time."""


def passport(parts: Mapping[str, Any]) -> bytes:
    """What a machine says of itself.

    Args:
        parts: part, in words ("Keras", "the data's fingerprint") → its value, JSON-able; mappings
            are compared entry by entry, called "train.epochs" and so on.
    """
    return json.dumps(dotted(parts)).encode()


def require_same(passports: Sequence[bytes], cluster: Cluster, *, advice: str) -> None:
    """Refuses workers that differ from the chief, in the same words on every machine.

    Args:
        passports: of all machines, in their order.
        cluster: says what they are called.
        advice: what to do, a sentence.

    Raises:
        DifferentError: naming the first worker that differs, and each part.
    """
    chief, *workers = (json.loads(each) for each in passports)
    for place, worker in enumerate(workers, start=1):
        changed = [
            f"{each.name} is {each.second}, the chief's {each.first}"
            for each in differing(chief, worker)
        ]
        if changed:
            more = f"; and {len(changed) - _MOST} more" if len(changed) > _MOST else ""
            raise DifferentError(
                f"{cluster.name_of(place)} cannot help {cluster.name_of(0)}: "
                f"{'; '.join(changed[:_MOST])}{more}. {advice}"
            )
