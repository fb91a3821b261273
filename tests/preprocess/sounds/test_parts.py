from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from kerasapps.data.sounds.examples import Clip
from kerasapps.errors import DataError
from kerasapps.preprocess.sounds import parts
from kerasapps.preprocess.sounds.load import Window, load_sound
from kerasapps.preprocess.sounds.parts import chunks_of, split_sounds, stream_of
from kerasapps.preprocess.sounds.spec import SoundSpec

SPEC = SoundSpec(rate=4000, samples=2000)
SOUND = (np.sin(np.arange(12_000) / 9) * np.linspace(0.1, 0.9, 12_000)).astype(np.float32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "a.wav", SOUND, 4000, subtype="FLOAT")
    return tmp_path / "a.wav"


def test_one_sound_and_several(file: Path) -> None:
    content = file.read_bytes()
    for one in (file, str(file), content, Clip(file, end=1.0)):
        assert split_sounds(one) == [one]
    with os.scandir(file.parent) as entries:
        assert split_sounds([*entries]) == [file]
    assert split_sounds(io.BytesIO(content)) == split_sounds(bytearray(content)) == [content]
    assert split_sounds([file, str(file)]) == [file, str(file)]
    assert [each.shape for each in split_sounds(SOUND)] == [(12_000,)]
    assert [each.shape for each in split_sounds(SOUND.reshape(3, 4000))] == [(4000,)] * 3


def test_channels_of_one_sound_are_not_taken_for_sounds() -> None:
    stereo = np.stack([SOUND, -SOUND], axis=1)
    with pytest.raises(
        DataError, match="are 12,000 sounds of 2 samples: give one sound of several"
    ):
        split_sounds(stereo)
    assert [each.shape for each in split_sounds([stereo])] == [(12_000, 2)]
    assert len(split_sounds(stereo.T)) == 2 == len(split_sounds(stereo[:2]))


def test_what_training_takes_for_a_sound_is_one(file: Path) -> None:
    (named,) = split_sounds({"array": SOUND, "sampling_rate": 8000})
    assert len(load_sound(named, SoundSpec(4000, 6000))) == 6000
    assert split_sounds([io.BytesIO(b"a"), {"path": str(file)}]) == [b"a", file]
    (numbers,) = split_sounds(SOUND.tolist())
    np.testing.assert_allclose(load_sound(numbers, SPEC), load_sound(SOUND, SPEC))
    assert split_sounds([Clip(str(file))]) == [Clip(file)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "sounds",
    [
        3,
        np.zeros((2, 2, 2)),
        [None],
        [SOUND, 4000],
        {"sound": SOUND},
        [Clip(Path("a.wav"), start=float("nan"))],
        Clip(Path("a.wav"), end=float("inf")),
        [True],
    ],
    ids=str,
)
def test_what_is_no_sound_is_refused(sounds: object) -> None:
    with pytest.raises(DataError):
        split_sounds(sounds)


def test_windows_follow_one_another_across_the_blocks_that_are_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_BLOCK_SECONDS", 0.7)
    for raw in (str(file), Clip(file), SOUND):
        check_windows([*stream_of(raw, SPEC, hop=0.25)])


def check_windows(windows: list[Window]) -> None:
    assert [each.start for each in windows] == [0.25 * number for number in range(11)]
    for number, each in enumerate(windows):
        first = 1000 * number
        np.testing.assert_allclose(each.samples, SOUND[first : first + 2000], atol=1e-6)
    assert windows[-1].end == 3.0


def test_chunks_are_the_sound_without_a_rest(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_BLOCK_SECONDS", 0.7)
    chunks = np.stack([*chunks_of(file, SPEC, chunk=700)])
    np.testing.assert_allclose(chunks.ravel(), SOUND[: 17 * 700], atol=1e-6)
    assert len([*chunks_of(SOUND, SPEC, chunk=5000)]) == 2


def test_a_file_may_say_a_little_more_than_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundfile.write(tmp_path / "whole.mp3", np.tile(SOUND, 8), 16_000, format="MP3")
    content = (tmp_path / "whole.mp3").read_bytes()
    (tmp_path / "a.mp3").write_bytes(content[: -len(content) // 50])
    seconds = parts.seconds_of(tmp_path / "a.mp3", SPEC)
    monkeypatch.setattr(parts, "_BLOCK_SECONDS", (seconds - 0.05) / 2)
    chunks = [*chunks_of(tmp_path / "a.mp3", SPEC, chunk=400)]
    assert 0.9 * seconds < 0.1 * len(chunks) < seconds
