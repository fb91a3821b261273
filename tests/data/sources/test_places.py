"""Places in columns are the places that were put in, in a few bytes each, wherever they go."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from kerasapps.data.sources.places import Places, ShardPlace, read_place
from kerasapps.errors import DataError
from kerasapps.shards import FORMATS

FILES = (Path("a/1.png"), Path("7.png"), Path("/x/ä b.jpg"), Path("a/2.png"), Path("../up.png"))
SHARDS = tuple(ShardPlace(Path("s/b.tfrecord"), 10 * n, 7, n, "image") for n in range(3))
BOTH = (*FILES, *SHARDS)


def test_each_place_is_the_one_that_was_put_in() -> None:
    places = Places.of(BOTH)
    assert len(places) == len(BOTH) and tuple(places) == BOTH and places == BOTH
    assert places[-1] == SHARDS[-1] and places[1:3] == FILES[1:3]
    assert places.select(np.array([6, 0])) == (SHARDS[1], FILES[0])
    assert places.select(np.arange(len(BOTH)) == 2) == FILES[2:3]
    assert places != FILES and Places.of(()) == () and not len(Places())
    with pytest.raises(IndexError):
        places[len(BOTH)]


def test_a_name_that_is_not_utf8_stays_as_the_system_has_it() -> None:
    name = os.fsdecode(b"caf\xe9.png")
    assert Places.of([Path("a", name)])[0] == Path("a", name)


def test_places_that_are_sent_take_their_own_names_only() -> None:
    many = Places.of([Path(f"folder{n}", "x" * 50) for n in range(1000)] + [*BOTH])
    few = many.select(np.array([1003, 1006, 3]))
    sent = pickle.dumps(few)
    assert len(sent) < 1500
    assert pickle.loads(sent) == (FILES[3], SHARDS[1], Path("folder3", "x" * 50))


def test_a_million_take_bytes_each() -> None:
    places = Places.of(Path("folder", f"{n:08d}.png") for n in range(2000))
    assert len(pickle.dumps(places)) < 2000 * 45


def test_what_reads_a_place_names_it(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"picture")
    assert read_place(file) == b"picture"
    assert str(SHARDS[2]) == "s/b.tfrecord, example 2" and SHARDS[2].name == "b.tfrecord, example 2"
    with pytest.raises(OSError, match="at most"):
        read_place(file, limit=3)


def test_a_stamp_changes_with_the_file_and_the_record(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"1234")
    (before,) = Places.of([file]).stamps()
    first, second = Places.of([ShardPlace(file, 0, 2, 0), ShardPlace(file, 2, 2, 1)]).stamps()
    file.write_bytes(b"12345")
    assert len({before, first, second, *Places.of([file]).stamps()}) == 4
    assert first != next(Places.of([ShardPlace(file, 0, 2, 0)]).stamps())


def test_a_stamp_changes_with_the_time_of_a_file_and_with_the_field(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"1234")
    places = Places.of([file, ShardPlace(file, 0, 2, 1, "x"), ShardPlace(file, 0, 2, 1, "y")])
    before = [*places.stamps()]
    os.utime(file, ns=(1, 1))  # other bytes of the same size
    assert len({*before, *places.stamps()}) == 6


def test_records_are_one_by_any_name_of_their_shard_and_two_by_two_fields(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to("a")
    records = [
        ShardPlace(tmp_path / name, 0, 2, 1, field) for name in ("a", "link") for field in "xy"
    ]
    one, other, same, also = Places.of(records).identities().tolist()
    assert one == same != other == also


def test_places_tell_how_they_lie_in_their_shards() -> None:
    records = [ShardPlace(Path(name), start, 7 + start, 1) for start in (20, 0) for name in "ba"]
    places = Places.of(records)  # b first
    assert [places[int(row)] for row in places.stored_order()] == [  # type: ignore[union-attr]
        ShardPlace(Path(name), start, 7 + start, 1) for name in "ba" for start in (0, 20)
    ]
    assert places.mean_bytes() == 17.0 and Places().mean_bytes() == 0.0
    assert Places.of(FILES).stored_order() is None


def test_an_example_of_a_shard_has_a_limit_too(tmp_path: Path) -> None:
    with FORMATS["tfrecord"].write(tmp_path / "a.tfrecord") as shard:
        offset, length = shard.add({"image": b"picture"})
    place = ShardPlace(tmp_path / "a.tfrecord", offset, length, 1, "image")
    assert read_place(place, limit=7) == b"picture"
    with pytest.raises(DataError, match=r"a\.tfrecord, example 1 has 7 bytes, and 6 are read"):
        read_place(place, limit=6)


def test_links_and_other_names_of_a_file_are_one(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "link.png").symlink_to("a.png")
    (tmp_path / "b.png").write_bytes(b"x")
    gone = tmp_path / "gone.png"
    names = [tmp_path / "a.png", tmp_path / "link.png", tmp_path / "b.png", gone, gone]
    one, link, other, first, again = Places.of(names).identities().tolist()
    assert one == link != other and first == again not in (one, other)
    assert len({*map(tuple, Places.of(BOTH).digests().tolist())}) == len(BOTH)


def test_places_are_joined() -> None:
    parts = [Places.of(BOTH), Places(), Places.of(BOTH[2:]).select(np.array([1, 4]))]
    assert Places.joined(parts) == (*BOTH, BOTH[3], BOTH[6])
