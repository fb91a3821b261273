"""What a source of pictures holds, before anybody looked inside them."""

from __future__ import annotations

from typing import TypeAlias

from kerasapps.data.sources.file_entries import FileEntries
from kerasapps.data.sources.file_listing import FileListing

PictureListing: TypeAlias = FileListing[FileEntries]
