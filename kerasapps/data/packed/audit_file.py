"""An audit as a JSON file, from which the same audit is read again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.audit import Audit, BrokenRow, Finding, Listed, Passage
from kerasapps.data.found import Found
from kerasapps.data.lengths import Lengths
from kerasapps.data.sources.places import ShardPlace
from kerasapps.data.targets.audit import Together, Unlabelled
from kerasapps.data.targets.number_audit import NumberSpread, Outlier

Types = Sequence[type]

ITEMS: Types = (
    *(Audit, Finding, Listed, BrokenRow, Passage, Lengths),
    *(Together, Unlabelled, Outlier, NumberSpread),
)
"""What audits of all kinds are made of."""

_MOST = 10_000  # findings of one kind that are all kept; of more the first are


def audit_values(audit: Audit) -> Any:
    """The audit as values that `json.dumps` takes."""
    return _plain(audit)


def audit_of(values: Any, *, items: Types) -> Audit:
    """The audit that `audit_values` wrote.

    Args:
        values: read from JSON.
        items: classes of the findings of its kind of data.

    Raises:
        ValueError: if they are of no audit that this version knows.
    """
    try:
        audit = _restored(values, {each.__name__: each for each in (*ITEMS, *items)})
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it holds no audit that this version knows ({error})") from error
    if not isinstance(audit, Audit):
        raise ValueError("it holds no audit")
    return audit


def _plain(value: Any) -> Any:
    if isinstance(value, Found):
        many = len(value) > _MOST
        value = Listed(len(value), value[: Listed.LIMIT]) if many else value[:]
    if isinstance(value, Path | ShardPlace):
        return {"path": str(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)
        }
        return {"item": type(value).__name__, "fields": fields}
    if isinstance(value, Mapping):
        return {"map": [[_plain(key), _plain(each)] for key, each in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [*map(_plain, value)]}
    if isinstance(value, list):
        return [*map(_plain, value)]
    return value.item() if isinstance(value, np.generic) else value


def _restored(value: Any, known: Mapping[str, type]) -> Any:
    if isinstance(value, list):
        return [_restored(each, known) for each in value]
    if not isinstance(value, dict):
        return value
    if "item" in value:
        fields = {name: _restored(each, known) for name, each in value["fields"].items()}
        return known[value["item"]](**fields)
    if "map" in value:
        return {_restored(key, known): _restored(each, known) for key, each in value["map"]}
    if "path" in value:
        return Path(value["path"])
    return tuple(_restored(each, known) for each in value["tuple"])
