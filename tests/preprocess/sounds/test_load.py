from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from kerasapps.data.sounds.examples import Clip, SoundExamples
from kerasapps.errors import DataError
from kerasapps.preprocess import SoundSpec, load_sound
from kerasapps.preprocess.sounds.cache import read_all
from kerasapps.preprocess.sounds.load import as_mono, clip_start, is_long, seconds_of, windows_of
from kerasapps.streamed import StreamedArray

SPEC = SoundSpec(rate=8000, samples=400)


def ramp(samples: int) -> np.ndarray:
    return (np.arange(samples) / 8000).astype(np.float32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ramp.wav"
    soundfile.write(path, ramp(2000), 8000, subtype="FLOAT")
    return path


def test_a_clip_is_the_centre_or_the_start() -> None:
    np.testing.assert_array_equal(load_sound(ramp(1000), SPEC), ramp(1000)[300:700])
    start = SoundSpec(rate=8000, samples=400, fit="start")
    np.testing.assert_array_equal(load_sound(ramp(1000), start), ramp(400))


def test_around_a_shorter_sound_is_silence() -> None:
    ones = np.ones(100, np.float32)
    centred, first = (
        load_sound(ones, SoundSpec(rate=8000, samples=400, fit=fit)) for fit in ("centre", "start")
    )
    assert centred[150:250].all() and centred.sum() == 100 == first[:100].sum() == first.sum()


def test_a_clip_begins_where_it_shows_the_sound() -> None:
    start = SoundSpec(rate=8000, samples=400, fit="start")
    for samples, expected in ((1000, 300), (100, -150)):
        assert round(8000 * clip_start(samples / 8000, SPEC)) == expected
        assert clip_start(samples / 8000, start) == 0


def test_files_bytes_clips_and_samples_are_one_sound(file: Path) -> None:
    expected = ramp(2000)[800:1200]
    for raw in (file, str(file), file.read_bytes(), Clip(file), ramp(2000)):
        np.testing.assert_allclose(load_sound(raw, SPEC), expected, atol=1e-7)
    part = Clip(file, start=0.05, end=0.1, gain=0.5)
    np.testing.assert_allclose(load_sound(part, SPEC), ramp(800)[400:] / 2, atol=1e-7)


def test_another_gain_is_another_sound_to_the_cache(file: Path, tmp_path: Path) -> None:
    for gain in (0.5, 0.25):
        clips = SoundExamples((Clip(file, gain=gain),), labels=np.array([0]))
        heard = read_all(clips, SPEC, budget_bytes=0, folder=tmp_path / "cache", name="train")
        np.testing.assert_allclose(heard[0], gain * ramp(2000)[800:1200], atol=1e-7)
    streamed = read_all(
        clips, SPEC, budget_bytes=0, folder=tmp_path / "no", name="train", on_disk=False
    )
    assert isinstance(streamed, StreamedArray) and not (tmp_path / "no").exists()
    np.testing.assert_array_equal(streamed[:], heard)


def test_another_rate_is_resampled(tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 300 * np.arange(16000) / 16000)
    soundfile.write(tmp_path / "tone.wav", tone, 16000)
    heard = load_sound(tmp_path / "tone.wav", SoundSpec(rate=8000, samples=8000))
    np.testing.assert_allclose(heard[100:-100], tone[::2][100:-100], atol=1e-3)


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (np.array([0, 16384, -32768], np.int16), [0, 0.5, -1]),
        (np.array([128, 255, 0], np.uint8), [0, 127 / 128, -1]),
        (np.array([[1.0, 0.0], [0.5, 0.5]]), [0.5, 0.5]),
        ([0, 16384, -32768], [0, 0.5, -1]),
        (np.array([0.5, 1.5, -2.0]), [0.5, 1, -1]),
    ],
)
def test_samples_of_other_types_are_scaled(samples: Any, expected: list[float]) -> None:
    np.testing.assert_allclose(as_mono(samples), expected)


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (np.zeros((2, 3, 4)), r"got float64 \(2, 3, 4\)"),
        (np.zeros(0), r"got float64 \(0,\)"),
        (np.array(["a"]), r"got <U1"),
        (np.array([0.0, np.nan]), "finite numbers, and some are not"),
        ([[0.1], [0.1, 0.2]], "cannot be made a numpy array"),
        (np.zeros((2, 4000)), "have 4,000 channels: .*turned round"),
        (np.array([0.0, 12_000.0]), "within -1 to 1, got some of 12,000"),
        (np.array([0, 1 << 20]), "int64 do not say what is loudest"),
    ],
)
def test_what_is_no_sound(samples: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_sound(samples, SPEC)


def test_a_long_sound_is_heard_window_by_window(file: Path) -> None:
    assert is_long(0.101, SPEC) and not is_long(0.1, SPEC)
    for raw in (file, file.read_bytes(), ramp(2000), Clip(file)):
        assert seconds_of(raw, SPEC) == 0.25
        windows = list(windows_of(raw, SPEC))
        assert [round(each.start * 8000) for each in windows] == list(range(0, 1601, 200))
        for each in windows:
            first = round(each.start * 8000)
            np.testing.assert_allclose(each.samples, ramp(2000)[first : first + 400], atol=1e-7)


def test_the_last_window_ends_in_silence_and_a_part_within_itself(file: Path) -> None:
    apart = list(windows_of(ramp(1000), SPEC, overlap=0))
    assert len(apart) == 3 and not apart[-1].samples[200:].any()
    part = list(windows_of(Clip(file, start=0.05, end=0.175), SPEC, overlap=0))
    np.testing.assert_allclose(part[0].samples, ramp(2000)[400:800], atol=1e-7)
    assert not part[-1].samples[200:].any()


def test_a_sound_that_is_not_long_is_one_window() -> None:
    (window,) = windows_of(ramp(700), SPEC)
    np.testing.assert_array_equal(window.samples, load_sound(ramp(700), SPEC))
    assert (window.start, window.end) == (0.0, 700 / 8000)


@pytest.mark.parametrize("budget", [0, 10**9])
def test_all_clips_of_a_split_are_read_once(file: Path, tmp_path: Path, budget: int) -> None:
    clips = [Clip(file), Clip(file, start=0.1)]
    examples = SoundExamples(clips, np.zeros(2, np.int64))

    def read(spec: SoundSpec = SPEC) -> np.ndarray:
        return read_all(
            examples, spec, budget_bytes=budget, folder=tmp_path / "cache", name="train"
        )

    sounds = read()
    assert sounds.dtype == np.float32
    np.testing.assert_array_equal(sounds, [load_sound(clip, SPEC) for clip in clips])
    assert len(list(tmp_path.glob("cache/*"))) == (not budget)
    if not budget:
        (first,) = tmp_path.glob("cache/*")
        read(SoundSpec(rate=8000, samples=300))
        (second,) = tmp_path.glob("cache/*")
        clips[1] = Clip(file, start=0.2)
        read(SoundSpec(rate=8000, samples=300))
        (third,) = tmp_path.glob("cache/*")
        assert len({first, second, third}) == 3
