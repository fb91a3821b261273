"""How `predict` asks of pictures: files, what tables name or hold, and records of shards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from kerasapps.config import ImageConfig
from kerasapps.data.images.columns import PICTURE_NAMES, picture_choice, picture_column
from kerasapps.data.images.folder import PICTURES
from kerasapps.data.sources.columns import Wanted
from kerasapps.data.sources.picture_formats import is_picture_file
from kerasapps.recipes.answering import AnyBundle, show_answers
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.bulk.files import FileKind, feed_of_files
from kerasapps.workflow.bulk.named_files import file_kind
from kerasapps.workflow.input_files import gather_files


def picture_answers(bundle: AnyBundle, options: Mapping[str, Any]) -> Answers:
    """How pictures are answered; `options` are those of `predict` that were given."""
    gather = partial(gather_files, noun="picture", is_one=is_picture_file)
    shown = show_answers(bundle, kind="file", gather=gather, options=options)
    stream = partial(feed_of_files, files=picture_files(options.get("image_column")))
    return replace(shown, stream=stream, noun="picture", in_shards=True, in_lists=True)


def picture_files(named: str | None) -> FileKind:
    """Pictures; `named` is the user's `image_column`."""
    return file_kind(
        "file",
        PICTURES,
        Wanted("picture", "image_column", named, PICTURE_NAMES),
        is_header=picture_choice(ImageConfig(), are_files=lambda _: False).is_header,
        column_of=picture_column,
        in_shards=True,
    )
