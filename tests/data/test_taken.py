from __future__ import annotations

from pathlib import Path

import numpy as np

import kerasapps
from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.sounds.examples import Clip, SoundExamples
from kerasapps.data.sources.places import Places
from kerasapps.data.taken import taken


def test_texts_of_two_splits_are_read_where_they_lie() -> None:
    splits = kerasapps.data.load_texts("builtin:reviews")
    parts = (splits.train, splits.validation)
    count = len(splits.train)
    some = taken(parts, np.array([count + 3, 0, count - 1]), like=splits.train)
    assert list(some.texts) == [
        splits.validation.texts[3], splits.train.texts[0], splits.train.texts[-1],
    ]  # fmt: skip
    assert list(some.texts[1:]) == list(some.texts)[1:]
    assert some.labels.tolist() == [splits.validation.labels[3], *splits.train.labels[[0, -1]]]
    assert some.origin(0) == splits.validation.origin(3)
    assert some.contents[0] == splits.validation.contents[3]


def test_rows_keep_what_is_said_of_a_whole_split() -> None:
    columns: dict[str, list[object]] = {"age": [20 + n * 37 % 45 for n in range(60)]}
    columns |= {"job": ["cook", "smith"] * 30, "rich": ["yes", "no", "no"] * 20}
    splits = kerasapps.data.load_table(columns, tabular=TabularConfig(target="rich"))
    some = taken(
        (splits.train, splits.validation), np.array([len(splits.train), 1]), like=splits.train
    )
    assert some.readings is splits.train.readings
    assert some.columns["age"][0] == splits.validation.columns["age"][0]
    assert some.columns["job"][1] == splits.train.columns["job"][1]


def test_places_stay_places_and_tuples_tuples() -> None:
    paths = [Path(f"/data/{n}.png") for n in range(4)]
    parts = (
        PictureExamples(Places.of(paths[:2]), (0, 1)),
        PictureExamples(Places.of(paths[2:]), (2, 3)),
    )
    some = taken(parts, np.array([3, 0]), like=parts[0])
    assert isinstance(some.paths, Places)
    assert list(some.paths) == [paths[3], paths[0]]
    assert some.labels == (3, 0)
    assert len(some.contents) == 0


def test_noise_is_that_of_the_split_that_is_named() -> None:
    clips = tuple(Clip(Path(f"{n}.wav")) for n in range(4))
    train = SoundExamples(clips[:2], np.zeros(2, int), groups=("a", None), noise=clips[:2])
    other = SoundExamples(clips[2:], np.ones(2, int), groups=("b", "c"))
    some = taken((train, other), np.array([2, 1]), like=other)
    assert some.noise == ()
    assert some.groups == ("b", None)
    assert taken((train, other), np.array([2]), like=train).noise == clips[:2]
