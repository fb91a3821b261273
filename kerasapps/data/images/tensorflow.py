"""`tf.data.Dataset`s and TFDS data sets are streamed into picture files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasapps.config import ImageConfig
from kerasapps.config.targets import TargetKind
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.materialise import find_pictures, picture_writer
from kerasapps.data.images.stream import write_pictures
from kerasapps.data.sources.datasets import check_pairs, iterate_pairs
from kerasapps.data.sources.stream_labels import class_names
from kerasapps.data.sources.tfds import find_tfds, prepare_tfds, tfds_splits
from kerasapps.data.sources.tfds_targets import TfdsColumns, tfds_columns, tfds_rows
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.reader import TargetReader
from kerasapps.errors import DataError


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


def list_picture_tfds(
    name: str, *, work_dir: Path, image: ImageConfig = ImageConfig()
) -> PictureListing:
    """Prepare a TFDS data set, keep its encoded pictures as files, and list them.

    The splits train, validation and test are used when they are there; a data set without train is
    pooled and split here. The TFDS folder is that of `TFDS_DATA_DIR`, or TFDS's default.

    Args:
        name: what `tfds.builder` takes: `NAME`, `NAME/config`, `NAME:version`.
        work_dir: where the files go.
        image: the features that hold picture and targets, where that is not clear.

    Raises:
        DataError: if TFDS has no such data set, it is not one of pictures with targets, or one of
            them is none.
        DependencyError: if tensorflow-datasets is not installed.
    """
    tfds, builder = find_tfds(name)
    columns = tfds_columns(
        tfds,
        builder,
        kind=tfds.features.Image,
        noun="picture",
        example=("image_column", image.image_column),
        label=image.label_column,
        columns=image.target_columns,
    )
    plain = columns.is_class and image.target_kind in (None, "class")
    asked = (
        "" if plain else f":{image.target_kind}:{':'.join(image.target_columns or columns.targets)}"
    )
    key = f"tfds:{builder.info.full_name}:{builder.data_path}:{columns.example}{asked}"
    listing = find_pictures(work_dir, key)
    if plain and listing is not None:
        return listing
    prepare_tfds(builder, name)
    encoded = {"decoders": {columns.example: tfds.decode.SkipDecoding()}}
    form = columns.form(builder, kind=image.target_kind, columns=image.target_columns, **encoded)
    listing = listing or _written(
        builder, columns, form, encoded=encoded, work_dir=work_dir, key=key
    )
    return replace(listing, guesses=tuple(form.told), form=form)


def _written(
    builder: Any,
    columns: TfdsColumns,
    form: TargetForm,
    *,
    encoded: Mapping[str, Any],
    work_dir: Path,
    key: str,
) -> PictureListing:
    targets, warnings = TargetReader(form), []
    with picture_writer(work_dir) as writer:
        for split, target in tfds_splits(builder).items():
            if columns.hides(builder, split, **encoded):
                warnings.append(f"the labels of the split {split} are held back: left out")
                continue
            for number, row in enumerate(tfds_rows(builder, [split], **encoded)):
                label, problem = targets.read(columns.cell(row))
                if problem is not None:
                    raise DataError(f"picture {number} of {split}: {problem.reason}")
                writer.add(row[columns.example], label, target)
        return replace(writer.finish(key=key), warnings=tuple(warnings))


def _image_rank(dtype: Any) -> int:
    return 0 if dtype.name == "string" else 3
