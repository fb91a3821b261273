"""Whether the targets of examples in memory have several columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def has_columns(labels: Any) -> bool:
    """Whether labels in memory are named columns: a mapping of them, or a DataFrame of pandas."""
    return isinstance(labels, Mapping) or (hasattr(labels, "columns") and hasattr(labels, "iloc"))


def has_several_targets(data: Any) -> bool:
    """Whether examples in memory have several values for a target, as several columns have.

    Args:
        data: `(examples, targets)`, a list of `(example, target)`, or a `tf.data.Dataset` of them;
            anything else has not.
    """
    spec = getattr(data, "element_spec", None)
    if spec is not None:
        return isinstance(spec, tuple) and len(spec) > 1 and isinstance(spec[1], Mapping)
    if not isinstance(data, tuple | list) or len(data) < 2:
        return False
    if isinstance(data, list) and all(isinstance(each, tuple) for each in data[:2]):
        return len(data[0]) > 1 and _is_several(data[0][1])
    targets = data[1]
    if has_columns(targets):
        return True
    return hasattr(targets, "__len__") and len(targets) > 0 and _is_several(next(iter(targets)))


def _is_several(target: Any) -> bool:
    several = getattr(target, "ndim", 0) == 1 and len(target) > 1
    return several or isinstance(target, Mapping | list | tuple)
