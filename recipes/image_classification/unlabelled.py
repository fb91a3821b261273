"""Pictures without labels; without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from kerasapps.config import ImageConfig
from kerasapps.data.audit import Listed
from kerasapps.data.images import steps
from kerasapps.data.images.arrays import list_arrays
from kerasapps.data.images.collect import collect_pictures
from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.materialise import picture_writer
from kerasapps.data.images.sources import list_picture_source
from kerasapps.data.sources.file_entries import EntryColumns, concatenated
from kerasapps.data.sources.file_listing import BrokenFile
from kerasapps.data.sources.forms import is_frame
from kerasapps.data.sources.places import ShardPlace
from kerasapps.data.unlabelled import Unlabelled
from kerasapps.errors import DataError
from kerasapps.recipes.image_classification.predicting import picture_files
from kerasapps.recipes.unlabelled import (
    has_labels,
    inputs_of,
    items_of,
    names_label,
    place_of,
    temperature,
)
from kerasapps.workflow.bulk.feed import Part
from kerasapps.workflow.bulk.files import feed_of_files
from kerasapps.workflow.bulk.tables import frame_part
from kerasapps.workflow.steps import Options

__all__ = ["NOISE", "inputs", "read", "temperature"]

NOISE: Final = {"augment": "strong"}
_NONE = "?"  # the label of what has none


def read(data: Any, *, options: Options, folder: Path) -> Unlabelled[PictureExamples]:
    """The pictures of any form, each looked into; see `UnlabelledSteps`."""
    image: ImageConfig = options["image"]
    place, files = place_of(data), picture_files(image.image_column)
    if place is not None:
        parts = feed_of_files([place.argument], files=files).parts
        listing = _list_parts(parts, folder)
        labelled = any(names_label(part, image.label_column) for part in parts)
        if place.folder is not None:
            above = {Path(str(entry.path)).parent for entry in listing.entries}
            labelled |= len(above - {place.folder}) > 1
        return _looked_into(listing, labelled=labelled, notes=[n for p in parts for n in p.notes])
    if is_frame(data):
        part = frame_part(data, choice=files.choice(Path()), asked=files.asked(Path()))
        listing = _list_parts([part], folder)
        return _looked_into(
            listing, labelled=names_label(part, image.label_column), notes=part.notes
        )
    inputs = inputs_of(data)
    if inputs is not None:
        listing = list_arrays(inputs, [_NONE] * len(inputs), work_dir=folder)
        return _looked_into(replace(listing, warnings=()), labelled=has_labels(data))
    return _looked_into(list_picture_source(data, work_dir=folder, image=image), labelled=True)


def inputs(examples: PictureExamples) -> Sequence[Any]:
    """Encoded pictures: files, or places within shards."""
    return examples.paths


def _list_parts(parts: Sequence[Part], folder: Path) -> PictureListing:
    """What `predict` would be asked of as files; bytes that a table holds are written to some."""
    columns, broken = EntryColumns(), list[BrokenFile]()
    with picture_writer(folder) as writer:
        for item in items_of(parts):
            if item.problem is not None and not item.name:  # of the folder as a whole
                raise DataError(item.problem)
            if item.problem is not None:
                broken.append(BrokenFile(Path(item.name), item.problem))
            elif isinstance(item.value, bytes):
                writer.add(item.value, _NONE, None)
            elif isinstance(item.value, ShardPlace):
                columns.add(item.value, _NONE)
            else:
                columns.add(Path(item.value), _NONE)
        held = writer.finish().entries if writer.count else None
    entries = columns.finish()
    if held is not None:
        entries = concatenated([entries, held])
    return PictureListing(entries, tuple(broken))


def _looked_into(
    listing: PictureListing, *, labelled: bool, notes: Sequence[str] = ()
) -> Unlabelled[PictureExamples]:
    if not listing.errors and not len(listing.entries) and not listing.broken:
        raise DataError("it holds no pictures")
    collection = collect_pictures(listing)
    errors = [*listing.errors, *(steps.check(listing, collection).errors if collection else ())]
    if errors:
        raise DataError("\n".join(errors))
    examples = PictureExamples(
        collection.entries.places, (0,) * len(collection), collection.contents
    )
    broken: Listed[Any] = collection.broken
    return Unlabelled(examples, broken, [*listing.guesses, *notes], labelled)
