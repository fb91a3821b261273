"""Data sets of TFDS as tables: each feature of one value is a column, as is each of a vector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from kerasapps.data.sources.delimited import Record
from kerasapps.data.sources.table import Table
from kerasapps.data.sources.tfds import find_tfds, prepare_tfds, tfds_splits
from kerasapps.errors import DataError
from kerasapps.wording.shortened import shortened


class _Column(NamedTuple):
    """Where a column's value is in an example.

    Attributes:
        path: keys of the features, from the outermost.
        place: in a vector; None for a single value.
        classes: names of the values of a class label; None for other features.
    """

    path: tuple[str, ...]
    place: int | None = None
    classes: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """Such as "alcohol", or "features 1" of a vector."""
        return self.path[-1] if self.place is None else f"{self.path[-1]} {self.place + 1}"

    def value(self, example: Any) -> object:
        """The value in an example: a number, a text or the name of a class; None if held back."""
        for key in self.path:
            example = example[key]
        value = example if self.place is None else example[self.place]
        if self.classes is None:
            return value
        return self.classes[value] if value >= 0 else None


def open_tfds(name: str) -> list[tuple[Table, str | None]]:
    """The splits of a TFDS data set, each a table with the split that it stands for.

    Args:
        name: what `tfds.builder` takes: `NAME`, `NAME/config`, `NAME:version`.

    Raises:
        DataError: if TFDS has no such data set, or none of its features is a value or a vector.
        DependencyError: if tensorflow-datasets is not installed.
    """
    tfds, builder = find_tfds(name)
    columns, others = _columns(tfds, builder.info.features)
    if not columns:
        raise DataError(
            f"TFDS data set {builder.name!r} has the features {', '.join(others)}: expected some "
            "of one value each"
        )
    prepare_tfds(builder, name)
    tables = [
        (_table(builder, split, columns), target) for split, target in tfds_splits(builder).items()
    ]
    if others:
        told = f"{builder.name}: left out features that are no single values: {shortened(others)}"
        tables[0][0].notes.append(told)
    return tables


def _table(builder: Any, split: str, columns: Sequence[_Column]) -> Table:
    def records(_: Sequence[int]) -> Iterator[Record]:
        dataset = builder.as_dataset(split=split, shuffle_files=False)
        for number, example in enumerate(dataset.as_numpy_iterator(), start=1):
            yield Record(number, [column.value(example) for column in columns])

    return Table(split, _names(columns), True, (), records)


def _names(columns: Sequence[_Column]) -> list[str]:
    """Those of the features; of features that share a name their whole paths."""
    counts = Counter(column.name for column in columns)
    return [
        column.name if counts[column.name] == 1 else "/".join((*column.path[:-1], column.name))
        for column in columns
    ]


def _columns(tfds: Any, features: Any) -> tuple[list[_Column], list[str]]:
    """The columns in the order of their names, and the features that are none.

    TFDS lists the features of a stored data set in any order.
    """
    kinds = (tfds.features.Tensor, tfds.features.Scalar, tfds.features.Text)
    columns: list[_Column] = []
    others: list[str] = []
    for path, feature in sorted(_leaves(tfds, features, ()), key=lambda leaf: leaf[0]):
        if isinstance(feature, tfds.features.ClassLabel):
            columns.append(_Column(path, classes=tuple(feature.names)))
        elif type(feature) in kinds and feature.shape == ():
            columns.append(_Column(path))
        elif type(feature) in kinds and len(feature.shape) == 1 and feature.shape[0] is not None:
            columns += [_Column(path, place) for place in range(feature.shape[0])]
        else:
            others.append("/".join(path))
    return columns, others


def _leaves(
    tfds: Any, features: Any, above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The features that hold no further ones, with the keys that lead to them."""
    for key, feature in dict(features).items():
        if isinstance(feature, tfds.features.FeaturesDict):
            yield from _leaves(tfds, feature, (*above, key))
        else:
            yield (*above, key), feature
