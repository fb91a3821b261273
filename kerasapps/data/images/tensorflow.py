"""`tf.data.Dataset`s and TFDS data sets are streamed into picture files.

This module, `tensorflow_texts` and `tensorflow_pairs` are the only ones of `data` that use
TensorFlow; they import it inside their functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.examples import SPLITS, Listing
from kerasapps.data.images.materialise import PictureWriter, find_pictures
from kerasapps.data.images.stream import write_pictures
from kerasapps.data.labels import Labels
from kerasapps.data.sources.split_names import split_named
from kerasapps.data.sources.stream_labels import class_names, labels_of
from kerasapps.errors import DataError, DependencyError
from kerasapps.room import is_out_of_space

Rank = Callable[[Any], int]


def list_dataset(dataset: Any, *, work_dir: Path) -> Listing:
    """Write the pictures of a finite `tf.data.Dataset` to files, one by one, and list them.

    Args:
        dataset: of `(image, label)`. An image of rank 3 is one picture and of rank 4 a batch; a
            string is one encoded picture and a vector of strings a batch. Labels are whole numbers
            or strings; the `class_names` of a Keras data set name their classes, and its labels may
            be one-hot. The values are as in `list_arrays`.
        work_dir: where the files go.

    Raises:
        DataError: if the dataset is endless, empty, or its elements are something else.
    """
    batched = check_pairs(
        dataset, noun="image", rank=_image_rank, classes=class_names(dataset) or ()
    )
    return write_pictures(
        iterate_pairs(dataset, batched),
        label_of=labels_of(dataset),
        work_dir=work_dir,
        what="the tf.data.Dataset",
    )


def list_tfds(name: str, *, work_dir: Path) -> Listing:
    """Prepare a TFDS data set, keep its encoded pictures as files, and list them.

    The splits train, validation and test are used when they are there; a data set without train is
    pooled and split here. The TFDS folder is that of `TFDS_DATA_DIR`, or TFDS's default.

    Args:
        name: what `tfds.builder` takes: `NAME`, `NAME/config`, `NAME:version`.
        work_dir: where the files go.

    Raises:
        DataError: if TFDS has no such data set, or it is not one of pictures with one label.
        DependencyError: if tensorflow-datasets is not installed.
    """
    tfds, builder = find_tfds(name)
    key = f"tfds:{builder.info.full_name}:{builder.data_path}"
    listing = find_pictures(work_dir, key)
    if listing is not None:
        return listing
    prepare_tfds(builder, name)
    image_key, label_key = tfds_features(tfds, builder, kind=tfds.features.Image, noun="picture")
    name_of = tfds_label_names(tfds, builder.info.features[label_key])
    with PictureWriter(work_dir) as writer:
        for split, target in tfds_splits(builder).items():
            dataset = builder.as_dataset(
                split=split,
                shuffle_files=False,
                decoders={image_key: tfds.decode.SkipDecoding()},
            )
            for example in dataset.as_numpy_iterator():
                writer.add(example[image_key], name_of(example[label_key]), target)
        return writer.finish(key=key)


def check_pairs(
    dataset: Any,
    *,
    noun: str,
    rank: Rank,
    classes: Sequence[str] = (),
    second: str = "label",
    expected: str = "one whole number or string each; map one-hot labels with tf.argmax",
) -> bool | None:
    """Whether the elements of a `tf.data.Dataset` are batches; None when only they can tell.

    Args:
        dataset: of `(example, label)`.
        noun: what an example is: "image" or "text".
        rank: the rank of a single example by its dtype.
        classes: their names, where the data set knows them: labels may then be one-hot.
        second: what a label is, where it is something else.
        expected: what the labels of a dataset should be, for a message.

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
    example, label = spec
    if not isinstance(example, tf.TensorSpec) or not isinstance(label, tf.TensorSpec):
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
    # A label may be a column of one value, or as wide as there are classes.
    row = label.shape.rank == 1 + int(batched) and label.shape[-1] in (1, len(classes) or 1)
    if label.shape.rank not in (None, int(batched)) and not (row and (batched or classes)):
        raise DataError(
            f"the {second}s of the tf.data.Dataset have shape {label.shape}: expected {expected}"
        )
    return batched


def iterate_pairs(dataset: Any, batched: bool | None) -> Iterator[tuple[Any, Any]]:
    """Single `(example, label)` pairs of a dataset; `batched` as `check_pairs` gave it."""
    for example, label in dataset.as_numpy_iterator():
        single = 0 if isinstance(example, bytes) or np.asarray(example).dtype == object else 3
        if np.ndim(example) > single if batched is None else batched:
            yield from zip(example, label, strict=True)
        else:
            yield example, label


def _image_rank(dtype: Any) -> int:
    return 0 if dtype.name == "string" else 3


def scalar(label: Any, what: str) -> object:
    """The one value of a label that may be an array of one.

    Raises:
        DataError: naming the example `what`, if there are more.
    """
    value = np.asarray(label)
    if value.size != 1:
        raise DataError(
            f"the label of {what} has shape {value.shape}: expected one whole number or string; "
            "map one-hot labels with tf.argmax"
        )
    return value.reshape(()).item()


def find_tfds(name: str) -> tuple[Any, Any]:
    """The module `tensorflow_datasets` and the builder of a data set by name.

    Raises:
        DataError: if TFDS has no such data set.
        DependencyError: if tensorflow-datasets is not installed.
    """
    try:
        import tensorflow_datasets as tfds
    except ImportError as error:
        raise DependencyError(f"tfds:{name} needs: pip install tensorflow-datasets") from error
    try:
        return tfds, tfds.builder(name)
    except Exception as error:  # unknown names and bad configs: each its own exception
        raise DataError(f"TFDS cannot prepare {name!r}: {_first_line(error)}") from error


def prepare_tfds(builder: Any, name: str) -> None:
    """Download and convert a TFDS data set unless it lies there.

    Raises:
        DataError: if that fails.
    """
    try:
        builder.download_and_prepare()
    except Exception as error:  # no network, a moved file: each its own exception
        if is_out_of_space(error):
            raise  # a download found the disk full
        raise DataError(f"TFDS cannot prepare {name!r}: {_first_line(error)}") from error


def tfds_features(tfds: Any, builder: Any, *, kind: Any, noun: str) -> tuple[str, str]:
    """The keys of the example and of its label.

    Args:
        tfds: the module.
        builder: of the data set.
        kind: class of the example's feature.
        noun: what an example is, for the message.

    Raises:
        DataError: if there is not one of each; it lists the features.
    """
    features = dict(builder.info.features)
    examples = [key for key, feature in features.items() if type(feature) is kind]
    labels = [key for key, each in features.items() if isinstance(each, tfds.features.ClassLabel)]
    wanted = builder.info.supervised_keys
    if wanted and len(wanted) == 2 and wanted[0] in examples and wanted[1] in features:
        return wanted[0], wanted[1]
    if len(examples) == 1 and len(labels) == 1:
        return examples[0], labels[0]
    raise DataError(
        f"TFDS data set {builder.name!r} has the features {', '.join(features)}: "
        f"expected one {noun} and one label"
    )


def tfds_label_names(tfds: Any, feature: Any) -> Callable[[Any], str]:
    """A function from a label of that feature to the name of its class."""
    if isinstance(feature, tfds.features.ClassLabel):
        return lambda value: str(feature.int2str(int(value)))
    labels = Labels()
    return lambda value: labels.name(scalar(value, "an example"), what="an example")


def tfds_splits(builder: Any) -> dict[str, str | None]:
    """Which TFDS split becomes which of ours; of two names of one split the plain one counts."""
    names = list(builder.info.splits)
    plain = {name: split for name in names if name.isalpha() and (split := split_named(name))}
    chosen = {name: split for name, split in plain.items() if name == split or split not in names}
    if "train" in chosen.values():
        return dict(sorted(chosen.items(), key=lambda item: SPLITS.index(item[1])))
    return dict.fromkeys(names)


def _short(spec: Any) -> str:
    text = str(spec)
    return text if len(text) < 200 else f"{text[:200]}…"


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
