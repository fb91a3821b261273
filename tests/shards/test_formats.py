"""Every format of shards is written, read in order, and read at random."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from array_record.python.array_record_module import ArrayRecordWriter

from kerasapps.errors import DataError, DependencyError
from kerasapps.shards import FORMATS, format_of, named_format, shard_format
from kerasapps.shards.example import decode_example, encode_example
from tests.shards.shards_made import NAMES, make_shard

RECORDS = [
    {"label": number, "text": f"Grüße {number}", "jpg": bytes([number]) * (400 * number)}
    for number in range(1, 5)
]


def plain(value: object) -> object:
    """Texts as most formats have them: bytes."""
    return value.encode() if isinstance(value, str) else value


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_in_order_and_at_random(tmp_path: Path, name: str) -> None:
    kind, file = FORMATS[name], tmp_path / "shard"  # its content tells the format
    places = make_shard(file, RECORDS, name=name)
    assert format_of(file) == kind
    found = list(kind.scan(file))
    assert [(each.offset, each.length) for each in found] == places
    for number in (3, 0, 2, 0, 1):
        record = kind.at(file, *places[number])
        assert record == found[number].record
        assert {key: plain(record[key]) for key in ("text", "jpg")} == {
            key: plain(RECORDS[number][key]) for key in ("text", "jpg")
        }
        assert int(record["label"]) == number + 1  # type: ignore[call-overload]
        assert kind.content(file, *places[number], "png;jpg") == RECORDS[number]["jpg"]
    with pytest.raises(DataError, match=r"shard.*'png'.*'jpg'"):
        kind.content(file, *places[1], "png")
    assert [each.name for each in tmp_path.iterdir()] == ["shard"]


@pytest.mark.parametrize("name", NAMES)
def test_a_shard_that_is_not_finished_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyboardInterrupt), FORMATS[name].write(tmp_path / "shard") as shard:
        shard.add(RECORDS[0])
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_a_shard_without_records_has_none(tmp_path: Path, name: str) -> None:
    make_shard(tmp_path / f"a{FORMATS[name].suffix}", [], name=name)
    file = tmp_path / f"a{FORMATS[name].suffix}"
    assert format_of(file) == FORMATS[name]
    assert not list(FORMATS[name].read(file))


@pytest.mark.parametrize("name", NAMES)
def test_a_shard_that_is_cut_off_anywhere_says_so(tmp_path: Path, name: str) -> None:
    file = tmp_path / f"a{FORMATS[name].suffix}"
    make_shard(file, RECORDS, name=name)
    content = file.read_bytes()
    found = list(FORMATS[name].scan(file))
    ends = {0} if name == "tfrecord" else set()  # nothing marks its end
    ends |= {each.offset + each.length + 16 for each in found} if name == "tfrecord" else set()
    for size in {*range(0, len(content), len(content) // 37), len(content) - 1} - ends:
        file.write_bytes(content[:size])
        with pytest.raises(DataError, match=rf"a\{FORMATS[name].suffix}"):
            list(FORMATS[name].scan(file))


@pytest.mark.parametrize("name", ["tfrecord", "arrayrecord"])
def test_a_flipped_bit_is_found(tmp_path: Path, name: str) -> None:
    file = tmp_path / "a"
    places = make_shard(file, RECORDS, name=name)
    content = bytearray(file.read_bytes())
    content[content.index(b"Gr\xc3\xbc\xc3\x9fe 4") if name == "tfrecord" else 150] ^= 4
    file.write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        list(FORMATS[name].scan(file))
    with pytest.raises(DataError, match="damaged"):
        FORMATS[name].at(file, *places[-1 if name == "tfrecord" else 0])


def test_tensorflow_reads_and_writes_the_same_records(tmp_path: Path) -> None:
    tf = pytest.importorskip("tensorflow")
    file = tmp_path / "a.tfrecord"
    record = {"b": b"\0x", "i": [-1, 2**62], "f": [0.5, -2.0], "one": 7, "none": []}
    make_shard(file, [record], name="tfrecord")
    (content,) = tf.data.TFRecordDataset(str(file)).as_numpy_iterator()
    features = tf.train.Example.FromString(content).features.feature
    assert list(features["i"].int64_list.value) == [-1, 2**62]
    assert list(features["f"].float_list.value) == [0.5, -2.0]
    with tf.io.TFRecordWriter(str(file)) as writer:
        writer.write(content)
    assert list(FORMATS["tfrecord"].read(file)) == [record]


def test_what_no_example_can_hold_and_what_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="field 'n': 9223372036854775808 does not fit in 64 bits"):
        make_shard(tmp_path / "a", [{"n": 2**63}], name="tfrecord")
    sequence = encode_example({"x": 1}) + b"\x12\2\n\0"  # with lists of features behind
    for content, words in ((sequence, "tf.train.SequenceExample"), (b"", "without features")):
        with pytest.raises(DataError, match=words):
            decode_example(content)


@pytest.mark.parametrize("name", NAMES)
def test_another_length_is_of_another_record(tmp_path: Path, name: str) -> None:
    file = tmp_path / "a"
    offset, length = make_shard(file, RECORDS, name=name)[1]
    for other in (length - 1, length + 1):
        with pytest.raises(DataError, match=f"{file}"):
            FORMATS[name].at(file, offset, other)


def test_a_record_that_is_no_example_is_counted_from_one(tmp_path: Path) -> None:
    file = tmp_path / "a.arrayrecord"
    writer = ArrayRecordWriter(str(file), "group_size:1")
    for content in (encode_example({"x": 1}), b"\xff"):
        writer.write(content)
    writer.close()
    with pytest.raises(DataError, match=r"a\.arrayrecord, example 2: it is no"):
        list(FORMATS["arrayrecord"].scan(file))


def test_a_file_that_another_took_the_place_of_is_looked_at_anew(tmp_path: Path) -> None:
    file = tmp_path / "part-0"
    for name in ("tfrecord", "webdataset"):
        with FORMATS[name].write(file) as writer:
            writer.add({"txt": "words"})
        assert shard_format(file).name == name


def test_names_tell_formats() -> None:
    names = {
        "a.tfrecord": "tfrecord",
        "mnist-train.tfrecord-00000-of-00010": "tfrecord",
        "mnist-train.array_record-00000-of-00010": "arrayrecord",
        "train-00003-of-00012.tar": "webdataset",
        "train-00000-of-00002.parquet": "parquet",
    }
    assert {name: getattr(named_format(name), "name", None) for name in names} == names
    assert named_format("train-00000-of-01024") is None and named_format("a.csv") is None


def test_compressed_shards_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.tar.gz"
    file.write_bytes(b"\x1f\x8b" + bytes(600))
    with pytest.raises(DataError, match=r"compressed with gzip: unpack it first \(gzip -dc"):
        format_of(file)


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_shard(tmp_path / "a.tfrecord", RECORDS, name="tfrecord")
    monkeypatch.setitem(sys.modules, "google_crc32c", None)
    with pytest.raises(DependencyError, match=r"google-crc32c: pip install 'kerasapps\[shards\]'"):
        list(FORMATS["tfrecord"].scan(tmp_path / "a.tfrecord"))
    (tmp_path / "train-00000-of-00001").write_bytes((tmp_path / "a.tfrecord").read_bytes())
    assert format_of(tmp_path / "train-00000-of-00001") == FORMATS["tfrecord"]
    (tmp_path / "README").write_text("a text that is no shard of any format")
    assert format_of(tmp_path / "README") is None


def test_no_format_needs_tensorflow(tmp_path: Path) -> None:
    for name in NAMES:
        make_shard(tmp_path / name, RECORDS, name=name)
    code = (
        "import sys, json\nfrom pathlib import Path\nfrom kerasapps.shards import FORMATS\n"
        "found = [len(list(FORMATS[n].read(Path(sys.argv[1]) / n))) for n in FORMATS]\n"
        "print(json.dumps([found, 'tensorflow' in sys.modules]))"
    )
    run = [sys.executable, "-c", code, str(tmp_path)]
    ended = subprocess.run(run, capture_output=True, text=True, check=True)
    assert json.loads(ended.stdout) == [[4] * 4, False]


@pytest.mark.parametrize("name", NAMES)
def test_values_of_numpy_are_taken_and_others_refused(tmp_path: Path, name: str) -> None:
    values = {"i": np.int64(3), "f": np.float32(0.5), "v": np.arange(3)}
    make_shard(tmp_path / "a", [values], name=name)
    (record,) = FORMATS[name].read(tmp_path / "a")
    shown = {"i": b"3", "f": b"0.5", "v": b"[0, 1, 2]"} if name == "webdataset" else None
    assert {key: record[key] for key in values} == (shown or {"i": 3, "f": 0.5, "v": [0, 1, 2]})
    with pytest.raises(DataError, match="field 'x' is a object"):
        make_shard(tmp_path / "a", [{"x": object()}], name=name)
