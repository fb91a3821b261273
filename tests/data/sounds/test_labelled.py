"""Sounds to judge a finished model on, and what is taken for sounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.kinds import is_sound_data
from kerasapps.data.sounds.labelled import load_labelled
from kerasapps.errors import DataError
from tests.data.pictures import write_picture
from tests.data.sound_samples import sound, write_folder, write_sound


def test_the_test_split_is_judged(tmp_path: Path) -> None:
    for name, each in (("train", 4), ("test", 2)):
        write_folder(tmp_path / "data" / name, ("no", "yes", "maybe"), each=each)
    write_sound(tmp_path / "data" / "test" / "_background_noise_" / "rain.wav", 3)
    lines: list[str] = []
    sounds = load_labelled(
        tmp_path / "data",
        max_broken=0,
        work_dir=tmp_path,
        audio=AudioConfig(unknown=("maybe",)),
        tell=lines.append,
    )
    assert sorted(each.label for each in sounds) == ["_unknown_"] * 2 + ["no"] * 2 + ["yes"] * 2
    assert all("/test/" in str(each.clip.path) and each.content for each in sounds)
    assert lines[0].startswith("Read as: ")


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        ({"unknown": ("maybe", "never")}, ("no", "yes")),
        ({"wanted": ("no", "stop")}, ("_unknown_", "no")),
        ({"wanted": ("no", "yes")}, ("no", "yes")),
    ],
    ids=str,
)
def test_what_is_judged_need_not_have_every_class_of_the_training(
    tmp_path: Path, options: dict[str, Any], labels: tuple[str, ...]
) -> None:
    root = write_folder(tmp_path / "data", ("no", "yes"), each=1)
    audio = AudioConfig(**options)
    sounds = load_labelled(root, max_broken=0, work_dir=tmp_path, audio=audio, tell=print)
    assert {each.label for each in sounds} == set(labels)


def test_too_many_broken_ones(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "data", each=2)
    (root / "no" / "a.ogg").write_text("nothing")
    with pytest.raises(DataError, match=r"1 of 5 files \(20.0%\) are broken"):
        load_labelled(root, max_broken=0, work_dir=tmp_path, tell=print)


def test_what_is_of_sounds(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "data", each=2)
    write_picture(tmp_path / "pictures" / "a" / "b.png", 1)
    (tmp_path / "table.csv").write_text("file,label\ndata/no/a_0.wav,no\ndata/no/b_1.wav,no\n")
    (tmp_path / "texts.csv").write_text("text,label\nsome words,no\nmore words,yes\n")
    mapping = {"array": sound(1), "sampling_rate": 8000}
    yes: list[Any] = [
        root,
        str(tmp_path / "table.csv"),
        root / "no" / "a_0.wav",
        (np.zeros((2, 9)), [0, 1], 8000),
        ([mapping], [0]),
        [{"audio": mapping, "label": 1}],
        {"train": root},
    ]
    no: list[Any] = [
        tmp_path / "pictures",
        tmp_path / "texts.csv",
        tmp_path / "nothing",
        "tfds:name",
        (np.zeros((2, 9)), [0, 1]),
        None,
        7,
    ]
    assert [each for each in yes if not is_sound_data(each)] == []
    assert [each for each in no if is_sound_data(each)] == []
