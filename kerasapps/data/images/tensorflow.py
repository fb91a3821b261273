"""`tf.data.Dataset`s and TFDS data sets are streamed into picture files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kerasapps.config.targets import TargetKind
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.materialise import find_pictures, picture_writer
from kerasapps.data.images.stream import write_pictures
from kerasapps.data.sources.datasets import check_pairs, iterate_pairs
from kerasapps.data.sources.stream_labels import class_names
from kerasapps.data.sources.tfds import (
    find_tfds,
    prepare_tfds,
    tfds_features,
    tfds_label_names,
    tfds_splits,
)


def list_picture_dataset(
    dataset: Any,
    *,
    work_dir: Path,
    kind: TargetKind | None = "class",
    columns: Sequence[str] = (),
) -> PictureListing:
    """Write the pictures of a finite `tf.data.Dataset` to files, one by one, and list them.

    Args:
        dataset: of `(image, label)`. An image of rank 3 is one picture and of rank 4 a batch; a
            string is one encoded picture and a vector of strings a batch. Labels are whole numbers
            or strings; the `class_names` of a Keras data set name their classes, and its labels may
            be one-hot. The values are as in `list_arrays`.
        work_dir: where the files go.
        kind: what the targets are; None: guessed.
        columns: see `find_form`.

    Raises:
        DataError: if the dataset is endless, empty, or its elements are something else.
    """
    batched = check_pairs(
        dataset,
        noun="image",
        rank=_image_rank,
        classes=class_names(dataset) or (),
        vectors=kind != "class",
    )
    return write_pictures(
        iterate_pairs(dataset, batched),
        source=dataset,
        work_dir=work_dir,
        what="the tf.data.Dataset",
        kind=kind,
        columns=columns,
    )


def list_picture_tfds(name: str, *, work_dir: Path) -> PictureListing:
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
    with picture_writer(work_dir) as writer:
        for split, target in tfds_splits(builder).items():
            dataset = builder.as_dataset(
                split=split,
                shuffle_files=False,
                decoders={image_key: tfds.decode.SkipDecoding()},
            )
            for example in dataset.as_numpy_iterator():
                writer.add(example[image_key], name_of(example[label_key]), target)
        return writer.finish(key=key)


def _image_rank(dtype: Any) -> int:
    return 0 if dtype.name == "string" else 3
