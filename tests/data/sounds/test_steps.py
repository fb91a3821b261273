"""From sounds in any form to splits and an audit; planted faults are named."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import LoadConfig
from kerasapps.data.sounds.decode import read_clip
from kerasapps.data.sounds.examples import Clip, SoundExamples, SoundSplits
from kerasapps.data.splits import SPLITS
from tests.data.sound_samples import (
    RATE,
    examine_sounds,
    sound,
    split_sounds,
    write_folder,
    write_sound,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "data")


def each_split(splits: SoundSplits) -> list[SoundExamples]:
    return [getattr(splits, name) for name in SPLITS]


def write_table(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_folder(root: Path, tmp_path: Path) -> None:
    splits = split_sounds(root, tmp_path)
    assert splits.labels == ("no", "yes")
    assert [len(each) for each in each_split(splits)] == [10, 2, 4]
    for examples in each_split(splits):
        named = [splits.labels[label] for label in examples.labels]
        assert [clip.path.parent.name for clip in examples.clips] == named
        assert examples.labels.dtype == np.int64 and examples.contents.dtype == np.uint64
        assert examples.groups is None and not examples.noise
        assert examples.seconds == pytest.approx(0.05)
        assert examples.origin(0) == str(examples.clips[0].path)
    assert splits.audit["rates"] == {8000: 10}
    assert splits.audit["channels"] == {1: 10}
    assert splits.audit["seconds"].longest == 0.05


def test_places_depend_on_the_samples_only(root: Path, tmp_path: Path) -> None:
    splits = split_sounds(root, tmp_path)
    for number, file in enumerate(sorted((root / "yes").iterdir())):
        file.rename(root / "yes" / f"{9 - number}.wav")
    again = split_sounds(root, tmp_path)
    assert again.fingerprint == splits.fingerprint
    assert sorted(again.test.contents) == sorted(splits.test.contents)


def test_split_folders(root: Path, tmp_path: Path) -> None:
    for name, number in (("train", 0), ("test", 1000)):
        for place, label in enumerate(("no", "yes")):
            for each in range(4):
                path = tmp_path / "split" / name / label / f"{each}.wav"
                write_sound(path, number + 10 * place + each)
    splits = split_sounds(tmp_path / "split", tmp_path)
    assert [len(each) for each in each_split(splits)] == [6, 2, 8]


@pytest.mark.parametrize(
    "options", [{"group_pattern": "^([a-d])_"}, {"group_column": "speaker"}], ids=str
)
def test_a_speaker_is_in_one_split(root: Path, tmp_path: Path, options: Any) -> None:
    files = sorted(root.rglob("*.wav"))
    rows = [
        {"file": str(file), "label": file.parent.name, "speaker": file.name[0]} for file in files
    ]
    table = write_table(tmp_path / "table.csv", rows)
    splits = split_sounds(table if "group_column" in options else root, tmp_path, **options)
    groups = [set(each.groups or ()) for each in each_split(splits)]
    assert [len(each) for each in groups] == [2, 1, 1]
    assert set.union(*groups) == set("abcd")
    assert splits.audit["groups"] == {"train": 2, "validation": 1, "test": 1}
    for examples in each_split(splits):
        assert [clip.path.name[0] for clip in examples.clips] == [*(examples.groups or ())]


def test_groups_that_cannot_be_split(root: Path, tmp_path: Path) -> None:
    shutil.rmtree(root / "yes")
    for number in range(8):
        write_sound(root / "yes" / f"e_{number}.wav", 50 + number)
    audit, _ = examine_sounds(root, tmp_path, group_pattern="^([a-e])_")
    assert any("class 'yes' has one group only, 'e'" in each for each in audit.warnings)
    for number in range(8):
        (root / "yes" / f"e_{number}.wav").rename(root / "yes" / f"a_{number}.wav")
        (root / "no" / f"{'abcd'[number % 4]}_{number}.wav").rename(root / "no" / f"b_{number}.wav")
    audit, splits = examine_sounds(root, tmp_path, group_pattern="^([a-e])_")
    assert splits is None
    assert any("2 groups are too few for train, test, validation" in e for e in audit.errors)


def test_groups_in_given_splits_are_named(root: Path, tmp_path: Path) -> None:
    rows = [
        {"file": str(file), "label": file.parent.name, "split": "test" if "3" in file.name else ""}
        for file in sorted(root.rglob("*.wav"))
    ]
    table = write_table(
        tmp_path / "table.csv", [{**row, "split": row["split"] or "train"} for row in rows]
    )
    audit, splits = examine_sounds(table, tmp_path, group_pattern="^([a-d])_")
    assert splits is not None
    assert str(audit["shared"][0]).endswith("and test (4 sounds)")
    # What came as training gives a whole speaker to the split that is missing.
    assert splits.validation.groups and not {*splits.validation.groups} & {*splits.train.groups}


def test_a_sound_without_a_speaker_goes_its_own_way(root: Path, tmp_path: Path) -> None:
    rows = [
        {"file": str(file), "label": file.parent.name, "speaker": file.name[0]}
        for file in sorted(root.rglob("*.wav"))
    ]
    rows[0]["speaker"] = ""
    splits = split_sounds(
        write_table(tmp_path / "table.csv", rows), tmp_path, group_column="speaker"
    )
    (warning,) = splits.audit.warnings
    assert warning.startswith("1 rows have nothing in 'speaker' (the first: ")
    assert "each goes its own way" in warning


def test_names_that_tell_who_speaks(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "data", each=12)
    audit, _ = examine_sounds(root, tmp_path)
    (warning,) = audit.warnings
    assert "(a, b, c, d): if so, --group-pattern '^([^_\\-. ]+)'" in warning
    pattern = warning.partition("--group-pattern '")[2].partition("'")[0]
    assert split_sounds(root, tmp_path, group_pattern=pattern).audit["groups"]["train"] == 2
    # A part that is nearly another one in each name tells nothing of the kind.
    for number, file in enumerate(sorted(root.rglob("*.wav"))):
        file.rename(file.with_name(f"{'abcdefghij'[number % 10]}_{file.stem[2:]}.wav"))
    assert not examine_sounds(root, tmp_path)[0].warnings


def test_parts_of_files(tmp_path: Path) -> None:
    whole = sound(7, seconds=0.8)
    write_sound(tmp_path / "sounds" / "long.wav", whole)
    rows = [
        {"file": "long", "event": "ab"[number % 2], "start": number / 20, "end": (number + 1) / 20}
        for number in range(16)
    ]
    splits = split_sounds(write_table(tmp_path / "table.csv", rows), tmp_path)
    assert any("start in 'start', end in 'end'" in each for each in splits.audit.guesses)
    assert any("too few files have parts (1)" in each for each in splits.audit.warnings)
    clip = splits.train.clips[0]
    part = whole[round(clip.start * RATE) : round((clip.end or 0) * RATE)]
    assert np.abs(read_clip(clip, rate=RATE) - part).max() < 1e-4
    assert splits.train.origin(0).endswith(f"s (row {round(clip.start * 20) + 2} of table.csv)")
    rows[3]["end"] = 0
    rows[4]["start"] = "soon"
    broken = examine_sounds(write_table(tmp_path / "table.csv", rows), tmp_path)[0]["broken"]
    assert "row 5: it ends at 0 s, before it begins at 0.15 s" in str(broken[0])
    assert "row 6: start is 'soon', and not a second" in str(broken[1])


@pytest.mark.parametrize("parts", [2, 8])
def test_parts_of_one_file_stay_together(tmp_path: Path, parts: int) -> None:
    rows = []
    for number in range(6):
        write_sound(tmp_path / "sounds" / f"{number}.wav", sound(number, seconds=0.4))
        rows += [
            {
                "file": str(number),
                "event": "ab"[part % 2],
                "start": part / 20,
                "end": part / 20 + 0.05,
            }
            for part in range(parts)
        ]
    splits = split_sounds(write_table(tmp_path / "table.csv", rows), tmp_path)
    files = [{clip.path for clip in each.clips} for each in each_split(splits)]
    assert all(files) and sum(map(len, files)) == 6
    assert any("one split where that can be (6 files)" in each for each in splits.audit.guesses)
    for row in rows:
        row["who"] = f"{row['file']}{row['event']}"
    told = split_sounds(write_table(tmp_path / "table.csv", rows), tmp_path, group_column="who")
    assert sum(told.audit["groups"].values()) == 12


@pytest.mark.parametrize("form", ["rate", "mappings", "frames", "bytes", "generator", "list"])
def test_sounds_in_memory(tmp_path: Path, form: str) -> None:
    sounds = [sound(number) for number in range(16)]
    labels = [number % 2 for number in range(16)]
    mappings = [{"array": each, "sampling_rate": RATE} for each in sounds]
    pairs = list(zip(mappings, labels, strict=True))
    data = {
        "rate": (np.stack(sounds), labels, RATE),
        "mappings": (mappings, labels),
        "frames": [{"audio": each, "label": label} for each, label in pairs],
        "bytes": (
            [
                write_sound(tmp_path / f"{i}.wav", each).read_bytes()
                for i, each in enumerate(sounds)
            ],
            labels,
        ),
        "generator": (pair for pair in pairs),
        "list": pairs,
    }[form]
    splits = split_sounds(data, tmp_path / "work")
    assert splits.labels == ("0", "1")
    assert sum(len(each) for each in each_split(splits)) == 16
    written = [read_clip(clip, rate=RATE) for each in each_split(splits) for clip in each.clips]
    for each in sounds:
        assert min(np.abs(each - other).max() for other in written) < 1e-4


def test_arrays_without_a_rate(tmp_path: Path) -> None:
    audit, _ = examine_sounds((np.zeros((4, 80)), [0, 1, 0, 1]), tmp_path)
    assert "does not say how many samples make a second" in audit.errors[0]


def test_classes_are_pooled(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "data", ("up", "down", "bed", "cat"))
    told = split_sounds(root, tmp_path, unknown=("bed", "cat"))
    assert told.labels == ("_unknown_", "down", "up")
    assert told.audit["counts"]["test"] == {"_unknown_": 3, "down": 2, "up": 2}
    assert split_sounds(root, tmp_path, wanted=("up", "down")).fingerprint == told.fingerprint
    audit, _ = examine_sounds(root, tmp_path, unknown=("bet",))
    assert "unknown names 'bet', and the data has no such class; it has 'bed'" in audit.errors[0]


def test_background_becomes_silence(root: Path, tmp_path: Path) -> None:
    write_sound(root / "_background_noise_" / "rain.wav", sound(999, seconds=2.0))
    splits = split_sounds(root, tmp_path)
    assert splits.labels == ("_silence_", "no", "yes")
    assert [each["_silence_"] for each in splits.audit["counts"].values()] == [5, 1, 2]
    pieces = [
        {(clip.start, clip.end) for clip in each.clips if clip.path.name == "rain.wav"}
        for each in each_split(splits)
    ]
    assert all(pieces) and not pieces[0] & pieces[2] and not pieces[0] & pieces[1]
    noise = {(clip.start, clip.end) for clip in splits.train.noise}
    assert noise and not noise & (pieces[1] | pieces[2])
    assert not splits.test.noise
    assert all(end - start == pytest.approx(0.1) for start, end in set.union(*pieces))
    quiet = next(clip for clip in splits.test.clips if clip.path.name == "rain.wav")
    assert 0 < quiet.gain < 1
    assert np.abs(read_clip(quiet, rate=RATE)).max() <= 0.31 * quiet.gain
    assert split_sounds(root, tmp_path, silence=0).labels == ("no", "yes")


def test_little_noise_is_in_every_split(root: Path, tmp_path: Path) -> None:
    write_sound(root / "_background_noise_" / "rain.wav", sound(999, seconds=0.3))  # three pieces
    counts = split_sounds(root, tmp_path).audit["counts"]
    assert [each["_silence_"] for each in counts.values()] == [5, 1, 2]


def test_silence_that_is_there_is_added_to_where_it_is_asked_for(
    root: Path, tmp_path: Path
) -> None:
    for number in range(4):
        write_sound(root / "_silence_" / f"{number}.wav", 700 + number)
    write_sound(tmp_path / "noise" / "rain.wav", sound(999, seconds=2.0))

    def count(**options: Any) -> int:
        splits = split_sounds(root, tmp_path, background=str(tmp_path / "noise"), **options)
        return sum(each["_silence_"] for each in splits.audit["counts"].values())

    assert (count(), count(silence=0.5)) == (4, 14)


def test_a_folder_of_noise_elsewhere_and_noise_that_is_made(root: Path, tmp_path: Path) -> None:
    write_sound(tmp_path / "noise" / "rain.wav", sound(999, seconds=2.0))
    splits = split_sounds(root, tmp_path, background=str(tmp_path / "noise"), silence=0.5)
    assert sum(each["_silence_"] for each in splits.audit["counts"].values()) == 8
    made = split_sounds(root, tmp_path / "work", silence=0.5)
    clips = [clip for clip in made.train.clips if clip.path.name == "noise.wav"]
    assert len(clips) == 5 and not made.train.noise
    audit, _ = examine_sounds(root, tmp_path, background=str(tmp_path / "none"))
    assert "none does not exist" in audit.errors[0]


def test_planted_faults_are_named(root: Path, tmp_path: Path) -> None:
    whole = sound(1)
    plant = {
        "silent.wav": np.zeros(400),
        "clipped.wav": np.clip(20 * sound(2), -1, 1),
        "offset.wav": sound(3) / 2 + 0.2,
        "cancelled.wav": np.stack([sound(4), -sound(4)], axis=1),
        "again.wav": sound(0),  # of class no
    }
    for name, samples in plant.items():
        write_sound(root / "yes" / name, samples)
    for number in range(40):
        write_sound(root / "no" / f"more {number}.wav", 500 + number)
    write_sound(root / "yes" / "rate.wav", sound(5), rate=44_100)
    cut = write_sound(root / "yes" / "cut.wav", whole)
    cut.write_bytes(cut.read_bytes()[:300])
    (root / "yes" / "empty.flac").write_bytes(b"")
    (root / "yes" / "text.mp3").write_text("a poem")
    audit, splits = examine_sounds(root, tmp_path)
    assert splits is not None, audit.errors
    assert sorted(str(each).partition("yes/")[2].partition(":")[0] for each in audit["broken"]) == [
        "cut.wav",
        "empty.flac",
        "text.mp3",
    ]
    for key, name in (
        ("silent", "silent.wav"),
        ("clipped", "clipped.wav"),
        ("offset", "offset.wav"),
        ("cancelled", "cancelled.wav"),
        ("odd_rates", "rate.wav"),
    ):
        (odd,) = audit[key]
        assert Path(odd.origin).name == name, key
    (conflict,) = audit["conflicts"]
    assert conflict.labels == ("no", "yes")
    assert not any("again" in str(each) for each in audit["copies"])  # it is a conflict


def test_duplicates_across_splits(tmp_path: Path) -> None:
    for name in ("train", "test"):
        write_folder(tmp_path / "data" / name)
    shutil.rmtree(tmp_path / "data" / "test" / "no")
    write_sound(tmp_path / "data" / "test" / "no" / "new.wav", 77)
    for number in range(5):
        write_sound(tmp_path / "data" / "train" / "yes" / f"new {number}.wav", 800 + number)
    audit, splits = examine_sounds(tmp_path / "data", tmp_path)
    assert splits is not None, audit.errors
    assert len(audit["duplicates"]) == 8
    assert "left out: same as" in str(audit["duplicates"][0])
    assert not set(splits.train.contents) & set(splits.test.contents)


def test_a_class_told_by_its_rate(root: Path, tmp_path: Path) -> None:
    for number in range(8):
        write_sound(root / "up" / f"{number}.wav", sound(300 + number), rate=16_000)
    audit, _ = examine_sounds(root, tmp_path)
    assert any("'up' (16,000); a model may know them by" in each for each in audit.warnings)


def test_nothing_but_silence(tmp_path: Path) -> None:
    for label in ("a", "b"):
        for number in range(6):
            write_sound(tmp_path / "data" / label / f"{number}.wav", np.zeros(400 + number))
    audit, _ = examine_sounds(tmp_path / "data", tmp_path)
    assert "every sound is silent: there is nothing to learn from" in audit.errors


def test_a_file_of_hours(root: Path, tmp_path: Path) -> None:
    path = write_sound(root / "yes" / "hours.wav", 3)
    content = path.read_bytes()
    size = 2 * RATE * 8 * 3600
    with path.open("r+b") as file:
        file.write(content[:40] + size.to_bytes(4, "little"))
        file.truncate(44 + size)
    audit, _ = examine_sounds(root, tmp_path, load=LoadConfig(max_broken=0.2))
    assert "hours.wav: 28,800 s long" in str(audit["broken"][0])


def test_clips_say_where_they_are() -> None:
    assert str(Clip(Path("a.wav"), 1.5, 3)) == "a.wav, 1.5 to 3 s"
    assert str(Clip(Path("a.wav"), 1.5)) == "a.wav, from 1.5 s"
