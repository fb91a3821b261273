"""Pictures in shards become a listing; they stay where they lie."""

from __future__ import annotations

from pathlib import Path

from kerasapps.config import ImageConfig
from kerasapps.data.images.folder import PICTURES
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.table_rows import list_rows
from kerasapps.data.images.tables import picture_tables
from kerasapps.data.sources.file_places import FilePlaces
from kerasapps.data.sources.rows import RowListing
from kerasapps.data.sources.shard_files import Shards
from kerasapps.data.sources.shard_tables import add_shards


def list_picture_shards(shards: Shards, *, config: ImageConfig, work_dir: Path) -> PictureListing:
    """List the pictures in shards, where they lie: nothing is written out.

    Args:
        shards: of one data set.
        config: the fields that the user named.
        work_dir: where pictures go that are no encoded bytes, such as arrays.

    Raises:
        DataError: if a shard cannot be read, or its fields cannot be told.
        DependencyError: if reading their format needs a package that is not installed.
    """
    places = FilePlaces(shards.parts[0].file.parent, examples=PICTURES)
    rows = RowListing()
    add_shards(rows, shards, kind=picture_tables(config, places), in_place=True)
    return list_rows(rows, places, config, work_dir)
