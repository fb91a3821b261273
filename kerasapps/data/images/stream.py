"""Pictures that come one by one, or batch by batch, are streamed into files."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config.targets import TargetKind
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.materialise import picture_writer
from kerasapps.data.images.pixels import PixelScale, check_picture_shape
from kerasapps.data.images.values import as_array, is_array, plain_picture
from kerasapps.data.sources.datasets import each_label
from kerasapps.data.sources.places import Place, read_place
from kerasapps.data.sources.stream_labels import LabelOf, cells_of_source
from kerasapps.data.sources.streams import pairs_of, until_repeated
from kerasapps.data.targets.reader import TargetReader, looked_into
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

_LOOKED_AT = 100  # examples that are in memory at once


def list_picture_stream(
    data: Any,
    *,
    work_dir: Path,
    kind: TargetKind | None = "class",
    columns: Sequence[str] = (),
) -> PictureListing:
    """Write the pictures of a generator, an iterable or a Keras data set to files, and list them.

    Args:
        data: yields `(image, label)`, or batches of them; an image has any form that
            `plain_picture` takes, a batch is an array `(n, h, w, c)`. A `keras.utils.PyDataset` is
            read once from its first batch to its last. Its `class_names` or `class_indices`, if it
            has them, name the classes.
        work_dir: where the files go.
        kind: what the targets are; None: guessed.
        columns: see `find_form`.

    Raises:
        DataError: if it is empty, never ends, or its elements are something else.
    """
    what = f"the {type(data).__name__}"
    examples = until_repeated(_singles(pairs_of(data, noun="image")), digest=_digest, what=what)
    return write_pictures(
        examples, source=data, work_dir=work_dir, what=what, kind=kind, columns=columns
    )


def write_pictures(
    examples: Iterable[tuple[Any, Any]],
    *,
    source: Any,
    work_dir: Path,
    what: str,
    kind: TargetKind | None,
    columns: Sequence[str] = (),
) -> PictureListing:
    """Write pictures to files, one by one, and list them.

    Args:
        examples: of `(image, label)`.
        source: may know the names of its classes.
        work_dir: where the files go.
        what: names the source in an error.
        kind: what the targets are; None: guessed.
        columns: see `find_form`.

    Raises:
        DataError: if there are none, or one does not fit; it names it by its number.
    """
    scale = PixelScale()
    label_of = cells_of_source(source, kind=kind)
    form, stream = looked_into(
        examples, _cell_by(label_of), kind=kind, columns=columns, most=_LOOKED_AT
    )
    targets = TargetReader(form.of_column())
    with picture_writer(work_dir) as writer:
        for number, (image, label) in enumerate(stream):
            picture = _picture(image, scale, f"picture {number}")
            try:
                value = label_of(label)
            except DataError as error:
                raise DataError(f"picture {number}: {error}") from error
            key, problem = targets.read(value)
            if problem is not None:
                raise DataError(f"picture {number}: {problem.reason}")
            writer.add(picture, key, None)
        if not writer.count:
            raise DataError(f"{what} is empty")
        scale.check()
        return replace(
            writer.finish(),
            guesses=tuple(targets.form.told),
            warnings=tuple(targets.warnings()),
            form=targets.form,
        )


def _cell_by(label_of: LabelOf) -> Callable[[tuple[Any, Any]], Any]:
    """The target of an example; None where it is none, which reading it tells."""

    def cell_of(example: tuple[Any, Any]) -> Any:
        with contextlib.suppress(DataError):
            return label_of(example[1])

    return cell_of


def _singles(pairs: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """Single examples; batches of pixels are taken apart."""
    for image, label in pairs:
        pixels = as_array(image, what="a batch of pictures") if is_array(image) else None
        if pixels is None or pixels.ndim != 4:
            yield image, label
            continue
        labels = each_label(label) if isinstance(label, Mapping) else np.asarray(label)
        if np.shape(labels)[:1] != pixels.shape[:1]:
            raise DataError(f"a batch has {len(pixels)} pictures, and labels {np.shape(labels)}")
        yield from zip(pixels, labels, strict=True)


def _digest(example: tuple[Any, Any]) -> bytes:
    picture = plain_picture(example[0])
    if isinstance(picture, np.ndarray):
        content = picture.tobytes()
    else:
        content = picture if isinstance(picture, bytes) else str(picture).encode()
    return content + str(example[1]).encode()


def _picture(image: Any, scale: PixelScale, what: str) -> np.ndarray | bytes:
    picture = plain_picture(image, what=what)
    if isinstance(picture, np.ndarray):
        check_picture_shape(picture.shape, what=what)
        return scale.to_uint8(picture, what=what)
    return picture if isinstance(picture, bytes) else read_picture(picture)


def read_picture(place: Place) -> bytes:
    """The encoded bytes of a picture.

    Raises:
        DataError: if it cannot be read.
    """
    try:
        return read_place(place)
    except OSError as error:
        raise DataError(f"cannot read {printable(str(place))}: {error.strerror}") from error
