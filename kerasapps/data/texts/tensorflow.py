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
from kerasapps.data.sources.tfds import (
    find_tfds,
    prepare_tfds,
    tfds_features,
    tfds_label_names,
    tfds_splits,
)
from kerasapps.errors import DataError

_UNLABELLED = -1  # what TFDS stores where a class label is held back


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
    text, label = _keys(tfds, builder, config)
    name_of = tfds_label_names(tfds, builder.info.features[label])
    listing = RowListing()
    held_back = isinstance(builder.info.features[label], tfds.features.ClassLabel)
    for source, target in tfds_splits(builder).items():
        dataset = builder.as_dataset(split=source, shuffle_files=False)
        first = next(dataset.take(1).as_numpy_iterator(), None)
        if first is not None and held_back and int(first[label]) == _UNLABELLED:
            listing.warnings.append(f"the labels of the split {source} are held back: left out")
            continue

        def rows(dataset: Any = dataset, source: str = source, target: Any = target) -> Any:
            for number, example in enumerate(dataset.as_numpy_iterator(), start=1):
                known = not held_back or int(example[label]) != _UNLABELLED
                value = name_of(example[label]) if known else None
                yield Row(source, number, (example[text], value), target)

        listing.parts.append(rows)
    return listing


def _keys(tfds: Any, builder: Any, config: TextConfig) -> tuple[str, str]:
    features = dict(builder.info.features)
    for option in ("text_column", "label_column"):
        wanted = getattr(config, option)
        if wanted is not None and wanted not in features:
            raise DataError(
                f"TFDS data set {builder.name!r} has no feature {wanted!r} ({option}); its "
                f"features: {', '.join(features)}"
            )
    if config.text_column is not None and config.label_column is not None:
        return config.text_column, config.label_column
    text, label = tfds_features(tfds, builder, kind=tfds.features.Text, noun="text")
    return config.text_column or text, config.label_column or label
