"""The targets of a TFDS data set: one feature or several, and what each of them holds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasapps.config.targets import TargetKind, bare_column
from kerasapps.data.sources.tfds import tfds_features, tfds_splits
from kerasapps.data.targets.forms import LOOKED_AT, TargetForm, find_form
from kerasapps.errors import DataError

_HELD_BACK = -1  # what TFDS stores where a class label is held back

CellOf = Callable[[Any], Any]
"""The value of a feature, as numpy has it → what a cell of a table would have; None: missing."""


@dataclass(frozen=True)
class TfdsColumns:
    """Where a TFDS data set has an example and its target.

    Attributes:
        example: the key of the example.
        targets: the keys of the target: one, or several that are answered together.
        cells: what is read of each.
        is_class: whether the target is one class label.
    """

    example: str
    targets: tuple[str, ...]
    cells: tuple[CellOf, ...]
    is_class: bool

    def cell(self, row: Any) -> Any:
        """The target of a row: one value, a list, or a mapping of several answers."""
        each = {
            key: cell_of(row[key]) for key, cell_of in zip(self.targets, self.cells, strict=True)
        }
        return each if len(each) > 1 else each[self.targets[0]]

    def hides(self, builder: Any, split: str, **options: Any) -> bool:
        """Whether the classes of a split are held back, as those of a competition's test are."""
        if not self.is_class:
            return False
        first = next(tfds_rows(builder, [split], **options), None)
        return first is not None and self.cell(first) is None

    def form(
        self, builder: Any, *, kind: TargetKind | None, columns: Sequence[str], **options: Any
    ) -> TargetForm:
        """What the targets are taken for, by the first rows of the data set.

        Args:
            builder: of the data set, prepared.
            kind: what the user says; None: guessed.
            columns: likewise; see `find_form`.
            options: of `builder.as_dataset`.
        """
        if kind == "class" or (self.is_class and kind is None):
            return TargetForm()
        rows = tfds_rows(builder, tfds_splits(builder), **options)
        form = find_form(
            map(self.cell, itertools.islice(rows, LOOKED_AT)), kind=kind, columns=columns
        )
        return form.of_column(self.targets[0])


def tfds_rows(builder: Any, splits: Iterable[str], **options: Any) -> Iterator[Any]:
    """The rows of some splits, as numpy has them; `options` are those of `as_dataset`."""
    for split in splits:
        dataset = builder.as_dataset(split=split, shuffle_files=False, **options)
        yield from dataset.as_numpy_iterator()


def tfds_columns(
    tfds: Any,
    builder: Any,
    *,
    kind: Any,
    noun: str,
    example: tuple[str, str | None],
    label: str | None = None,
    columns: Sequence[str] = (),
) -> TfdsColumns:
    """Where examples and targets are: by the user's names, else by the kinds of the features.

    Args:
        tfds: the module.
        builder: of the data set.
        kind: class of the example's feature.
        noun: what an example is, for messages.
        example: the option that names the example's feature, and the name that the user gave.
        label: the feature of the target that the user named.
        columns: likewise those of several answers; see `kind_of_column`.

    Raises:
        DataError: if a feature is not there, or it cannot be told which is meant.
    """
    features = dict(builder.info.features)
    targets = tuple(name if name in features else bare_column(name) for name in columns)
    option, named = example
    wanted = {option: [named], "label_column": [label], "target_columns": targets}
    for which, names in wanted.items():
        missing = [name for name in names if name is not None and name not in features]
        if missing:
            raise DataError(
                f"TFDS data set {builder.name!r} has no feature {missing[0]!r} ({which}); its "
                f"features: {', '.join(sorted(features))}"
            )
    if label is not None:
        targets = (label,)
    key: str | None = named
    if key is None and targets:
        rest = [name for name, each in features.items() if type(each) is kind]
        key = rest[0] if len(rest) == 1 else None
    if key is None or not targets:
        found = tfds_features(tfds, builder, kind=kind, noun=noun)
        key, targets = key or found[0], targets or found[1:]
    return TfdsColumns(
        key,
        targets,
        tuple(_cell_of(tfds, features[name]) for name in targets),
        len(targets) == 1 and isinstance(features[targets[0]], tfds.features.ClassLabel),
    )


def _cell_of(tfds: Any, feature: Any) -> CellOf:
    if isinstance(feature, tfds.features.ClassLabel):
        return lambda value: None if int(value) == _HELD_BACK else str(feature.int2str(int(value)))
    inner = getattr(feature, "feature", None)
    if isinstance(inner, tfds.features.ClassLabel):
        return lambda values: [str(inner.int2str(int(value))) for value in np.asarray(values)]
    return _plain


def _plain(value: Any) -> Any:
    """A single value, or a list of them; the one value of an array of one."""
    values = np.asarray(value)
    if values.ndim > 1:
        raise DataError(f"a target has shape {values.shape}: expected one value, or a list of them")
    return values.tolist() if values.ndim else values.item()
