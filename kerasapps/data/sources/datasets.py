"""`tf.data.Dataset`s of two values: checked, and taken apart into single examples.

TensorFlow is imported only where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from kerasapps.errors import DataError

Rank = Callable[[Any], int]


def check_pairs(
    dataset: Any,
    *,
    noun: str,
    rank: Rank,
    classes: Sequence[str] = (),
    second: str = "label",
    expected: str = "one whole number or string each; map one-hot labels with tf.argmax",
    vectors: bool = False,
) -> bool | None:
    """Whether the elements of a `tf.data.Dataset` are batches; None when only they can tell.

    Args:
        dataset: of `(example, label)`.
        noun: what an example is: "image" or "text".
        rank: the rank of a single example by its dtype.
        classes: their names, where the data set knows them: labels may then be one-hot.
        second: what a label is, where it is something else.
        expected: what the labels of a dataset should be, for a message.
        vectors: whether a label may be a vector of several values, or a mapping of such by name.

    Raises:
        DataError: if the elements cannot be such pairs, or never end.
    """
    import tensorflow as tf

    form = f"({noun}, {second})"
    elements = f"{form}, one or one batch of them an element"
    spec = dataset.element_spec
    if not isinstance(spec, tuple) or len(spec) != 2:
        raise DataError(
            f"the tf.data.Dataset yields {_short(spec)}: expected {elements}; map it to {form} "
            "first"
        )
    example, labels = spec
    labels = [*labels.values()] if vectors and isinstance(labels, Mapping) else [labels]
    if not all(isinstance(each, tf.TensorSpec) for each in (example, *labels)):
        raise DataError(
            f"the tf.data.Dataset yields {_short(spec)}: expected dense tensors, {elements}"
        )
    if dataset.cardinality() == tf.data.INFINITE_CARDINALITY:
        raise DataError("the tf.data.Dataset never ends: leave out repeat(), or add take(count)")
    single = rank(example.dtype)
    if example.shape.rank is None:
        return None
    if example.shape.rank not in (single, single + 1):
        shape = "(height, width, channels)" if single == 3 else "()"
        raise DataError(
            f"the {noun}s of the tf.data.Dataset have shape {example.shape}: expected {shape}, or "
            "a batch of such"
        )
    batched = bool(example.shape.rank == single + 1)
    for label in labels:
        # It may be a column of one value, or as wide as there are classes.
        wide = vectors or label.shape[-1:] in ([1], [len(classes) or 1])
        row = label.shape.rank == 1 + int(batched) and wide
        named = batched or classes or vectors
        if label.shape.rank not in (None, int(batched)) and not (row and named):
            shape = f"shape {label.shape}: expected {expected}"
            raise DataError(f"the {second}s of the tf.data.Dataset have {shape}")
    return batched


def iterate_pairs(dataset: Any, batched: bool | None) -> Iterator[tuple[Any, Any]]:
    """Single `(example, label)` pairs of a dataset; `batched` as `check_pairs` gave it."""
    for example, label in dataset.as_numpy_iterator():
        single = 0 if isinstance(example, bytes) or np.asarray(example).dtype == object else 3
        if np.ndim(example) > single if batched is None else batched:
            yield from zip(example, each_label(label), strict=True)
        else:
            yield example, label


def each_label(labels: Any) -> Any:
    """The labels of a batch, one by one, where they are a mapping of columns; else as they are."""
    if not isinstance(labels, Mapping):
        return labels
    rows = zip(*labels.values(), strict=True)
    return [dict(zip(labels, row, strict=True)) for row in rows]


def text_rank(dtype: Any, *, before: str) -> int:
    """The rank of a single text.

    Args:
        dtype: of the texts.
        before: what texts become later, for the message.

    Raises:
        DataError: if they are no strings.
    """
    if dtype.name != "string":
        raise DataError(
            f"the texts of the tf.data.Dataset have dtype {dtype.name}: expected tf.string; give "
            f"the texts before they become {before}"
        )
    return 0


def _short(spec: Any) -> str:
    text = str(spec)
    return text if len(text) < 200 else f"{text[:200]}…"
