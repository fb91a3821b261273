"""What is packed small and is large is refused before it is unpacked."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from array_record.python.array_record_module import ArrayRecordWriter

from kerasapps.errors import DataError
from kerasapps.shards import FORMATS, array_record, parquet
from kerasapps.shards.kept import Bytes
from kerasapps.shards.riegeli import unpacked_sizes
from tests.shards.shards_made import make_shard


@pytest.mark.parametrize(
    "options", ["group_size:1", "group_size:16", "uncompressed", "group_size:3,brotli:1", ""]
)
def test_the_chunks_of_any_file_are_followed_to_its_end(tmp_path: Path, options: str) -> None:
    draw = random.Random(options)
    for most in (0, 1, 40, 70_000):
        file = tmp_path / f"{most}.arrayrecord"
        writer = ArrayRecordWriter(str(file), options)
        sizes = [draw.randrange(most + 1) for _ in range(90)]
        for size in sizes:
            writer.write(draw.choice((bytes, draw.randbytes))(size))
        writer.close()
        content = Bytes(file)
        assert sum(unpacked_sizes(content.read, content.size)) >= sum(sizes)
        with pytest.raises(DataError):
            list(unpacked_sizes(content.read, content.size - 9))


def test_bombs_are_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = [{"x": bytes(200_000)}]
    for name, module in (("arrayrecord", array_record), ("parquet", parquet)):
        file = tmp_path / name
        make_shard(file, bomb, name=name)
        assert len(list(FORMATS[name].scan(file))) == 1
        monkeypatch.setattr(module, "MOST_BYTES", 40_000)
        make_shard(file, bomb if name == "parquet" else [], name=name)
        if name == "arrayrecord":
            writer = ArrayRecordWriter(str(file), "group_size:1")
            writer.write(bytes(200_000))
            writer.close()
        with pytest.raises(DataError, match=rf"{file}: .*200,0\d\d bytes"):
            list(FORMATS[name].scan(file))
