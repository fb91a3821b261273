"""A folder of class folders with pictures becomes a listing."""

from __future__ import annotations

from pathlib import Path

from kerasapps.config.targets import TargetKind
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.sources.class_files import list_class_files
from kerasapps.data.sources.class_folders import ExampleFiles
from kerasapps.data.sources.picture_formats import is_picture_file
from kerasapps.data.targets.folders import folder_targets

PICTURES = ExampleFiles("picture", is_picture_file)
_SHOWN = ("cat/1.jpg", "dog/2.jpg")


def list_image_folder(root: Path, *, kind: TargetKind | None = "class") -> PictureListing:
    """List `root/class/**/picture` or `root/split/class/**/picture`, as `class_files` does.

    Args:
        root: an existing folder.
        kind: what the targets are; None: classes, or labels if links put many files into several.

    Raises:
        DataError: if the folder cannot be listed.
    """
    listing = list_class_files(root, examples=PICTURES, shown=_SHOWN)
    return folder_targets(listing, kind=kind)
