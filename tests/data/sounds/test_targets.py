"""Sounds that are answered with sets of labels, or with numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import LoadConfig
from kerasapps.data.examine import examine
from kerasapps.data.sounds import steps
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.examples import SoundSplits
from kerasapps.data.sounds.placement import _classes
from kerasapps.data.sounds.sources import list_sound_source
from kerasapps.data.splits import SPLITS
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.kinds import key_of_number
from kerasapps.data.targets.targets import Targets
from kerasapps.errors import DataError
from tests.data.sound_samples import RATE, sound, write_folder


def split(data: Any, work: Path, **options: Any) -> SoundSplits:
    audio = AudioConfig(**options)
    audit, splits = examine(steps, data, options=audio, config=LoadConfig(), seed=0, work_dir=work)
    assert splits is not None, audit.errors
    return splits


def test_sets_of_labels(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "data", each=16)
    rows = [
        {"file": str(file), "label": f"{file.parent.name}|{file.name[0]}"}
        for file in sorted(root.rglob("*.wav"))
    ]
    splits = split(rows, tmp_path)
    assert splits.target.kind == "labels"
    assert splits.labels == ("a", "b", "c", "d", "no", "yes")
    for name in SPLITS:
        examples = getattr(splits, name)
        assert examples.labels.dtype == np.uint8
        for clip, labels in zip(examples.clips, examples.labels, strict=True):
            named = {each for each, has in zip(splits.labels, labels, strict=True) if has}
            assert named == {clip.path.parent.name, clip.path.name[0]}
    assert splits.audit["label_counts"]["train"]["yes"] == 11
    by_rows = [
        {"file": row["file"], "label": label} for row in rows for label in row["label"].split("|")
    ]
    assert split(by_rows, tmp_path).fingerprint == splits.fingerprint


def test_sets_of_labels_and_speakers(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "data", each=16)
    rows = [
        {"file": str(file), "label": [file.parent.name, "long"][: 1 + number % 2]}
        for number, file in enumerate(sorted(root.rglob("*.wav")))
    ]
    splits = split(rows, tmp_path, group_pattern="^([a-d])_")
    groups = [set(getattr(splits, name).groups) for name in SPLITS]
    assert splits.labels == ("long", "no", "yes")
    assert [len(each) for each in groups] == [2, 1, 1]


@pytest.mark.parametrize("form", ["arrays", "generator", "rows"])
def test_numbers(tmp_path: Path, form: str) -> None:
    loudness = [0.01 * number + 0.005 for number in range(40)]
    sounds = [
        {"array": sound(number, level=level), "sampling_rate": RATE}
        for number, level in enumerate(loudness)
    ]
    pairs = [*zip(sounds, loudness, strict=True)]
    data = {
        "arrays": (sounds, loudness),
        "generator": iter(pairs),
        "rows": [{"audio": each, "label": level} for each, level in pairs],
    }[form]
    splits = split(data, tmp_path)
    assert splits.target.kind == "number" and splits.labels == ()
    assert splits.train.labels.dtype == np.float64
    every = np.concatenate([getattr(splits, name).labels for name in SPLITS])
    assert sorted(every) == pytest.approx(loudness)


def test_further_sounds_are_answered_with_what_training_is(tmp_path: Path) -> None:
    """Two sets alone would be two classes."""
    sounds = [{"array": sound(n), "sampling_rate": RATE} for n in range(62)]
    sets = ["a|b", "c", *(["a|b", "b|c", "a", "a|c", "b"] * 12)]
    pairs = [*zip(sounds, sets, strict=True)]
    splits = split({"test": pairs[:2], "train": pairs[2:]}, tmp_path)
    assert splits.labels == ("a", "b", "c")
    assert sorted(splits.test.labels.tolist()) == [[0, 0, 1], [1, 1, 0]]


def test_of_many_numbers_no_table_is_made() -> None:
    form = TargetForm("number", names=("level",))
    targets = Targets.of([key_of_number(n / 2) for n in range(1000)], form)
    assert _classes(targets).shape == (1000, 1)
    assert _classes(Targets.of(["a", "b", "a"], TargetForm())).tolist() == [[1, 0], [0, 1], [1, 0]]


def test_what_a_data_set_of_tfds_cannot_hold_is_refused(tmp_path: Path) -> None:
    audio = AudioConfig(target_kind="labels")
    with pytest.raises(DataError, match=r"tfds:a is read as sounds of one class each.*labels"):
        list_sound_source("tfds:a", work_dir=tmp_path, audio=audio)


def test_what_is_of_classes_alone(tmp_path: Path) -> None:
    rows = [
        {"audio": {"array": sound(n), "sampling_rate": RATE}, "label": 0.1 * n} for n in range(40)
    ]
    audit, _ = examine(
        steps,
        rows,
        options=AudioConfig(silence=0.1),
        config=LoadConfig(),
        seed=0,
        work_dir=tmp_path,
    )
    assert "unknown, wanted and silence are of classes: leave them out here" in audit.errors


@pytest.mark.parametrize("form", ["table", "rows", "arrays"])
def test_several_answers_each_of_the_kind_that_is_named(tmp_path: Path, form: str) -> None:
    root = write_folder(tmp_path / "data", each=16)
    files = sorted(root.rglob("*.wav"))
    answers = {
        "word": [file.parent.name for file in files],
        "signs": [file.name[0] for file in files],  # alone they would be classes
        "level": [0.5 + number for number in range(len(files))],
    }
    columns: tuple[str, ...] = ("word", "signs:labels", "level:number")
    rows = [
        {"file": str(file), **dict(zip(answers, each, strict=True)), "class": "other"}
        for file, *each in zip(files, *answers.values(), strict=True)
    ]
    data: Any = rows
    if form == "table":
        data = tmp_path / "data.jsonl"
        data.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    elif form == "arrays":
        data = (files, answers)
    if form != "arrays":
        options = AudioConfig(target_columns=("word", "file"))
        asked: Any = {"options": options, "config": LoadConfig(), "seed": 0, "work_dir": tmp_path}
        (error,) = examine(steps, data, **asked)[0].errors
        assert "'file', the column with what is read" in error
    splits = split(data, tmp_path, target_columns=columns)
    kinds = {part.name: (part.kind, part.labels) for part in splits.target.parts}
    assert kinds == {
        "word": ("class", ("no", "yes")),
        "signs": ("labels", ("a", "b", "c", "d")),
        "level": ("number", ()),
    }
    assert splits.train.labels.shape[1] == 1 + 4 + 1
