"""`tf.data.Dataset`s and TFDS data sets of texts become rows, one at a time."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from kerasapps.config import TextConfig
from kerasapps.config.targets import TargetKind
from kerasapps.data.sources.datasets import check_pairs, iterate_pairs, text_rank
from kerasapps.data.sources.rows import Row, RowListing
from kerasapps.data.sources.stream_labels import cells_of_source, class_names
from kerasapps.data.sources.tfds import find_tfds, prepare_tfds, tfds_splits
from kerasapps.data.sources.tfds_targets import tfds_columns, tfds_rows
from kerasapps.errors import DataError


def list_text_dataset(dataset: Any, *, kind: TargetKind | None = "class") -> RowListing:
    """The rows of a finite `tf.data.Dataset` of `(string, label)`, batched or not.

    Args:
        dataset: of them.
        kind: what the targets are; None: guessed.

    Raises:
        DataError: if its elements are something else, or never end.
    """
    names = class_names(dataset) or ()
    batched = check_pairs(
        dataset,
        noun="text",
        rank=functools.partial(text_rank, before="tokens"),
        classes=names,
        vectors=kind != "class",
    )
    label_of = cells_of_source(dataset, kind=kind)

    def rows() -> Iterator[Row]:
        for number, (text, label) in enumerate(iterate_pairs(dataset, batched)):
            try:
                yield Row("", number, (text, label_of(label)))
            except DataError as error:
                raise DataError(f"text {number}: {error}") from error

    return RowListing([rows])


def list_text_tfds(name: str, *, config: TextConfig) -> RowListing:
    """The rows of a TFDS data set with one text and one label, or those named by the options.

    A label is a class, a sequence of classes, or whatever the options name.

    The splits train, validation and test are used when they are there; a data set without train is
    pooled. A split whose labels are held back is left out.

    Args:
        name: what `tfds.builder` takes: `NAME`, `NAME/config`, `NAME:version`.
        config: the features that hold text and label, where that is not clear.

    Raises:
        DataError: if TFDS has no such data set, or it is of another kind.
        DependencyError: if tensorflow-datasets is not installed.
    """
    tfds, builder = find_tfds(name)
    prepare_tfds(builder, name)
    columns = tfds_columns(
        tfds,
        builder,
        kind=tfds.features.Text,
        noun="text",
        example=("text_column", config.text_column),
        label=config.label_column,
        columns=config.target_columns,
    )
    listing = RowListing(columns=(columns.example, ", ".join(columns.targets)))
    for source, target in tfds_splits(builder).items():
        if columns.hides(builder, source):
            listing.warnings.append(f"the labels of the split {source} are held back: left out")
            continue

        def rows(source: str = source, target: Any = target) -> Iterator[Row]:
            for number, example in enumerate(tfds_rows(builder, [source]), start=1):
                values = (example[columns.example], columns.cell(example))
                yield Row(source, number, values, target)

        listing.parts.append(rows)
    return listing
