"""Pictures are looked into by all cores, and what is kept of each is a few bytes."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerasapps.config import ImageConfig, LoadConfig
from kerasapps.data.images import collect, steps
from kerasapps.data.images.collect import collect_pictures
from kerasapps.data.images.decode import Inspection
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.sources.file_entries import EntryColumns, FileEntries
from kerasapps.data.sources.places import ShardPlace
from kerasapps.process import all_cores
from tests.data.pictures import write_picture

COUNT = 4000


def test_other_processes_find_what_this_one_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what is odd, with what is broken, and with how Pillow is set."""
    files = [write_picture(tmp_path / f"{number}.png", number % 30) for number in range(40)]
    files[3].write_bytes(b"\x89PNG")
    Image.new("RGBA", (4, 5)).save(files[7])
    Image.new("RGB", (40, 50)).save(files[9])
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 900)
    columns = EntryColumns()
    for number, file in enumerate(files):
        columns.add(file, "ab"[number % 2], where="table.csv", number=number + 2)
    listing = PictureListing(columns.finish())
    alone = collect_pictures(listing)
    monkeypatch.setattr(all_cores, "ALONE_SECONDS", 0)
    shared = collect_pictures(listing)
    assert [str(each) for each in alone.broken.first] == [str(each) for each in shared.broken.first]
    assert [each.path for each in shared.broken.first] == [files[3], files[9]]
    assert "too large" in str(shared.broken.first[1]) and "row 11 of" in str(shared.broken.first[1])
    assert [*shared.entries] == [*alone.entries] and len(shared) == 38
    for name in ("digests", "sizes", "highs", "noted"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(shared, name))
    assert shared.notes == alone.notes and any("transparent" in str(note) for note in alone.notes)


def entries() -> FileEntries:
    columns = EntryColumns()
    for number in range(COUNT):
        columns.add(
            ShardPlace(Path("a.tfrecord"), 9 * number, 9, number, "image"), "ab"[number % 2]
        )
    return columns.finish()


def test_of_each_picture_bytes_are_kept_and_no_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    def seen(place: ShardPlace) -> Inspection:
        return Inspection(f"{place.number:064x}", 8, 8, (), 255)

    monkeypatch.setattr(collect, "inspect_image", seen)
    tracemalloc.start()
    try:
        listing = PictureListing(entries())
        collection = steps.collect(listing, options=ImageConfig(), work_dir=Path())
        placement = steps.place(collection, config=LoadConfig(), seed=0)
        audit = steps.audit("x", listing, collection, placement, options=ImageConfig())
        splits = steps.split(collection, placement, audit)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(splits.train) == 0.7 * COUNT
    assert kept / COUNT < 250 and peak / COUNT < 400
