"""Packing: nothing of others is touched, and what was stopped goes on with what is whole."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kerasapps
from kerasapps.data.packed import plan, write
from kerasapps.deploy.lock import hold
from kerasapps.errors import ConfigError, DataError, TrainingError
from kerasapps.workflow.packing import _held
from tests.data.pictures import write_classes


def pack(data: object, output: Path, **options: object) -> kerasapps.Pack:
    return kerasapps.pack(data, output=output, **options)  # type: ignore[arg-type]


def stopped_after(examples: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on packing is interrupted when so many examples are packed."""
    add = write._Counter.add

    def interrupted(self: write._Counter, count: int) -> None:
        add(self, count)
        if self.done >= examples:
            raise KeyboardInterrupt

    monkeypatch.setattr(write._Counter, "add", interrupted)


def pack_until(examples: int, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Packs reviews, and is interrupted once so many examples are written."""
    with monkeypatch.context() as patch:
        stopped_after(examples, patch)
        with pytest.raises(KeyboardInterrupt):
            pack("builtin:reviews", output, shard_mb=1)


def test_what_was_stopped_goes_on_with_the_shards_that_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "MIB", 10_000)
    monkeypatch.setattr(write, "_AT_ONCE", 1)
    output = tmp_path / "packed"
    pack_until(300, output, monkeypatch)
    assert not (output / "pack.json").exists()
    with pytest.raises(DataError, match="is not packed to its end: run the same pack command"):
        kerasapps.data.load_texts(output)
    whole = {file: file.stat().st_mtime_ns for file in output.glob("*.tfrecord")}
    assert len(whole) == 2
    first, *rest = sorted(whole)
    first.write_bytes(first.read_bytes()[:-1])  # as a killed process, or a full disk, may leave it
    done = pack("builtin:reviews", output, shard_mb=1)
    assert done.shards > len(whole)
    assert {file: file.stat().st_mtime_ns for file in rest} == {file: whole[file] for file in rest}
    assert kerasapps.verify_pack(output) == () and not (output / "unfinished").exists()
    packed, plain = map(kerasapps.data.load_texts, (output, "builtin:reviews"))
    assert packed.fingerprint == plain.fingerprint
    assert [*packed.train.texts] == [*plain.train.texts]


def test_other_data_or_shards_take_the_place_of_what_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "MIB", 10_000)
    output = tmp_path / "packed"
    pack_until(300, output, monkeypatch)
    done = pack("builtin:reviews", output, seed=1, shard_mb=3)
    assert len([*output.glob("*.tfrecord")]) == done.shards
    plain = kerasapps.data.load_texts("builtin:reviews", seed=1)
    assert [*kerasapps.data.load_texts(output).train.texts] == [*plain.train.texts]


def test_a_whole_shard_of_other_contents_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "MIB", 10_000)
    monkeypatch.setattr(write, "_AT_ONCE", 1)
    output = tmp_path / "packed"
    pack_until(300, output, monkeypatch)
    note = next((output / "unfinished").glob("train-*.json"))
    values = json.loads(note.read_text())
    note.write_text(json.dumps({**values, "digest": "of others"}))
    before = (output / values["name"]).stat().st_mtime_ns
    pack("builtin:reviews", output, shard_mb=1)
    assert (output / values["name"]).stat().st_mtime_ns > before


def test_the_same_call_again_does_nothing(tmp_path: Path) -> None:
    data = write_classes(tmp_path / "data", {"cat": 12, "dog": 12})
    first = pack(data, tmp_path / "packed")
    times = [file.stat().st_mtime_ns for file in sorted(first.folder.iterdir())]
    assert pack(data, tmp_path / "packed") == first
    assert [file.stat().st_mtime_ns for file in sorted(first.folder.iterdir())] == times
    with pytest.raises(ConfigError, match="packed already, with seed 0: name another"):
        pack(data, tmp_path / "packed", seed=1)
    write_classes(data, {"cat": 1}, first=77)
    with pytest.raises(ConfigError, match="the data have changed since"):
        pack(data, tmp_path / "packed")


def test_a_packed_folder_is_packed_in_another_format(tmp_path: Path) -> None:
    load = kerasapps.LoadConfig(test_split=0.4)
    first = pack("builtin:reviews", tmp_path / "one", load=load, seed=5)
    second = pack(first.folder, tmp_path / "two", format="parquet")
    assert (second.fingerprint, second.examples) == (first.fingerprint, first.examples)
    assert kerasapps.data.load_texts(second.folder, load=load).fingerprint == first.fingerprint


def test_what_others_wrote_is_never_touched(tmp_path: Path) -> None:
    data = write_classes(tmp_path / "data", {"cat": 12, "dog": 12})
    with pytest.raises(ConfigError, match="holds data, which was not packed there"):
        pack(data, tmp_path)
    with pytest.raises(TrainingError, match="lies in the data"):
        pack(data, data / "packed")
    (tmp_path / "mine" / "unfinished").mkdir(parents=True)
    with pytest.raises(ConfigError, match="holds unfinished, which was not packed there"):
        pack(data, tmp_path / "mine")
    with hold(tmp_path / ".packed.lock"), pytest.raises(ConfigError, match="Another process"):
        pack(data, tmp_path / "packed")
    assert not (tmp_path / "packed").exists()


def test_data_that_cannot_be_used_leaves_nothing(tmp_path: Path) -> None:
    data = write_classes(tmp_path / "data", {"cat": 12})
    with pytest.raises(DataError, match="at least two classes"):
        pack(data, tmp_path / "packed")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data"]
    with pytest.raises(DataError, match="rows are not packed: train on the data as it is"):
        pack({"a": [1, 2], "b": [3, 4]}, tmp_path / "packed", task="tabular")
    for options, words in [
        ({"format": "zip"}, "The format 'zip' is not known"),
        ({"shard_mb": 0}, "shard_mb must be a whole number"),
        ({"seed": -1}, "seed"),
    ]:
        with pytest.raises(ConfigError, match=words):
            pack(data, tmp_path / "packed", **options)


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "shard")

    monkeypatch.setattr(write, "save_array", broken)
    with pytest.raises(ConfigError, match=r"cannot be written: Input/output error \(shard\)"):
        pack("builtin:reviews", tmp_path / "packed")
    with pytest.raises(ConfigError, match=r"Input/output error\. Name"), _held(tmp_path / "other"):
        raise OSError(errno.EIO, os.strerror(errno.EIO))  # of no file
    monkeypatch.undo()
    room: list[int] = []
    monkeypatch.setattr(write, "require_room", lambda folder, size: room.append(size))
    assert kerasapps.verify_pack(pack("builtin:reviews", tmp_path / "packed").folder) == ()
    assert room and room[0] > 20_000


def test_an_example_that_a_format_cannot_hold_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise DataError("it is odd")

    monkeypatch.setattr(write, "named_fields", refused)
    with pytest.raises(DataError, match=r"reviews\.csv, row \d+: it is odd"):
        pack("builtin:reviews", tmp_path / "packed")


@pytest.mark.slow
def test_a_killed_process_goes_on(tmp_path: Path) -> None:
    data, output = tmp_path / "data", tmp_path / "packed"
    write_classes(data, {"cat": 1500, "dog": 1500})
    command = [sys.executable, "-m", "kerasapps", "pack", str(data), "--output", str(output)]
    process = subprocess.Popen([*command, "--shard-mb", "1"], stderr=subprocess.DEVNULL)
    while not (output / "unfinished" / "shards.json").exists():
        assert process.poll() is None
        time.sleep(0.002)
    time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (output / "pack.json").exists()
    subprocess.run([*command, "--shard-mb", "1"], check=True, capture_output=True)
    assert kerasapps.verify_pack(output) == ()
    assert sum(1 for _ in kerasapps.data.load_images(output).train.paths) > 2000
