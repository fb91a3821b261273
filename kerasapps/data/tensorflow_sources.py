"""`tf.data.Dataset`s and TFDS data sets are streamed into picture files.

The only module of `data` that uses TensorFlow; it imports it inside its functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.arrays import label_name
from kerasapps.data.examples import Listing
from kerasapps.data.materialise import PictureWriter, find_pictures
from kerasapps.data.pixels import PixelScale, check_picture_shape
from kerasapps.errors import DataError, DependencyError

_EXPECTED = "(image, label), one picture or one batch of them an element"


def list_dataset(dataset: Any, *, work_dir: Path) -> Listing:
    """Write the pictures of a finite `tf.data.Dataset` to files, one by one, and list them.

    Args:
        dataset: of `(image, label)`. An image of rank 3 is one picture and of rank 4 a batch; a
            string is one encoded picture and a vector of strings a batch. Labels are whole numbers
            or strings. The values are as in `list_arrays`.
        work_dir: where the files go.

    Raises:
        DataError: if the dataset is endless, empty, or its elements are something else.
    """
    batched = _check_spec(dataset)
    scale = PixelScale()
    with PictureWriter(work_dir) as writer:
        for number, (image, label) in enumerate(_pairs(dataset, batched)):
            what = f"picture {number}"
            writer.add(_picture(image, scale, what), label_name(_scalar(label, what)), None)
        if not writer.count:
            raise DataError("the tf.data.Dataset is empty")
        return writer.finish()


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
    try:
        import tensorflow_datasets as tfds
    except ImportError as error:
        raise DependencyError(f"tfds:{name} needs: pip install tensorflow-datasets") from error
    try:
        builder = tfds.builder(name)
        key = f"tfds:{builder.info.full_name}:{builder.data_path}"
        listing = find_pictures(work_dir, key)
        if listing is not None:
            return listing
        builder.download_and_prepare()
    except Exception as error:  # unknown names, no network, bad configs: each its own exception
        raise DataError(f"TFDS cannot prepare {name!r}: {_first_line(error)}") from error
    image_key, label_key, names = _features(tfds, builder)
    with PictureWriter(work_dir) as writer:
        for split, target in _tfds_splits(builder).items():
            dataset = builder.as_dataset(
                split=split,
                shuffle_files=False,
                decoders={image_key: tfds.decode.SkipDecoding()},
            )
            for example in dataset.as_numpy_iterator():
                label = names(example[label_key])
                writer.add(example[image_key], label, target)
        return writer.finish(key=key)


def _check_spec(dataset: Any) -> bool | None:
    """Whether elements are batches; None when only the elements can tell.

    Raises:
        DataError: if they cannot be `(image, label)`, or never end.
    """
    import tensorflow as tf

    spec = dataset.element_spec
    if not isinstance(spec, tuple) or len(spec) != 2:
        raise DataError(
            f"the tf.data.Dataset yields {_short(spec)}: expected {_EXPECTED}; map it to (image, "
            "label) first"
        )
    image, label = spec
    if not isinstance(image, tf.TensorSpec) or not isinstance(label, tf.TensorSpec):
        raise DataError(
            f"the tf.data.Dataset yields {_short(spec)}: expected dense tensors, {_EXPECTED}"
        )
    if dataset.cardinality() == tf.data.INFINITE_CARDINALITY:
        raise DataError("the tf.data.Dataset never ends: leave out repeat(), or add take(count)")
    if image.shape.rank is None:
        return None
    single = 0 if image.dtype == tf.string else 3
    if image.shape.rank not in (single, single + 1):
        raise DataError(
            f"the images of the tf.data.Dataset have shape {image.shape}: expected "
            "(height, width, channels), or a batch of such"
        )
    batched = bool(image.shape.rank == single + 1)
    wanted = 1 if batched else 0
    column = batched and label.shape.rank == 2 and label.shape[-1] == 1
    if label.shape.rank not in (None, wanted) and not column:
        raise DataError(
            f"the labels of the tf.data.Dataset have shape {label.shape}: expected one "
            "whole number or string a picture; map one-hot labels with tf.argmax"
        )
    return batched


def _pairs(dataset: Any, batched: bool | None) -> Iterator[tuple[Any, Any]]:
    for image, label in dataset.as_numpy_iterator():
        single = 0 if isinstance(image, bytes) or np.asarray(image).dtype == object else 3
        if np.ndim(image) > single if batched is None else batched:
            yield from zip(image, label, strict=True)
        else:
            yield image, label


def _picture(image: Any, scale: PixelScale, what: str) -> np.ndarray | bytes:
    if isinstance(image, bytes):
        return image
    pixels = np.asarray(image)
    check_picture_shape(pixels.shape, what=what)
    return scale.to_uint8(pixels, what=what)


def _scalar(label: Any, what: str) -> object:
    value = np.asarray(label)
    if value.size != 1:
        raise DataError(
            f"the label of {what} has shape {value.shape}: expected one whole number or string; "
            "map one-hot labels with tf.argmax"
        )
    return value.reshape(()).item()


def _features(tfds: Any, builder: Any) -> tuple[str, str, Any]:
    """The keys of the picture and of the label, and what turns a label into its name."""
    features = dict(builder.info.features)
    pictures = [key for key, kind in features.items() if type(kind) is tfds.features.Image]
    labels = [key for key, kind in features.items() if isinstance(kind, tfds.features.ClassLabel)]
    wanted = builder.info.supervised_keys
    if wanted and len(wanted) == 2 and wanted[0] in pictures and wanted[1] in features:
        image_key, label_key = wanted
    elif len(pictures) == 1 and len(labels) == 1:
        image_key, label_key = pictures[0], labels[0]
    else:
        raise DataError(
            f"TFDS data set {builder.name!r} has the features {', '.join(features)}: "
            "expected one picture and one label"
        )
    feature = features[label_key]
    if isinstance(feature, tfds.features.ClassLabel):
        return image_key, label_key, lambda value: feature.int2str(int(value))
    return image_key, label_key, lambda value: label_name(_scalar(value, "an example"))


def _tfds_splits(builder: Any) -> dict[str, str | None]:
    """Which TFDS split becomes which of ours."""
    names = list(builder.info.splits)
    if "train" in names:
        return {name: name for name in ("train", "validation", "test") if name in names}
    return {name: None for name in names}


def _short(spec: Any) -> str:
    text = str(spec)
    return text if len(text) < 200 else f"{text[:200]}…"


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
