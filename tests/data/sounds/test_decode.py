"""Encoded sounds become samples: every format alike, and what is broken is named."""

import io
import struct

import numpy as np
import pytest
import soundfile

from kerasapps.config import limits
from kerasapps.data.sounds import decode, opened
from kerasapps.data.sounds.decode import read_clip, read_sound, resample
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.opened import sound_facts
from kerasapps.errors import DataError

RATE = 8000


def tone(seconds=0.5, rate=RATE, pitch=440.0, level=0.5):
    """A sine, float32 `(samples,)`."""
    return (level * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate)).astype(
        np.float32
    )


def encoded(samples, *, rate=RATE, format="WAV", subtype=None):
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=format, subtype=subtype)
    return buffer.getvalue()


@pytest.mark.parametrize(("format", "tolerance"), [("WAV", 1e-4), ("FLAC", 1e-4), ("OGG", 0.1)])
def test_formats(format, tolerance):
    samples = read_sound(encoded(tone(), format=format), rate=RATE)
    assert samples.dtype == np.float32
    assert samples.shape == (4000,)
    assert np.abs(samples - tone()).max() < tolerance


def test_mp3(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(encoded(tone(rate=16_000), rate=16_000, format="MP3"))
    assert sound_facts(path).format == "MP3"
    samples = read_sound(path, rate=16_000)
    assert np.abs(samples[:8000] - tone(rate=16_000)).mean() < 0.05


def test_channels_are_averaged_and_parts_cut():
    stereo = np.stack([tone(), -0.5 * tone()], axis=1)
    part = read_sound(encoded(stereo), start=0.1, end=0.3, rate=RATE)
    assert np.abs(part - 0.25 * tone()[800:2400]).max() < 1e-3
    assert len(read_sound(encoded(stereo), start=0.4, end=9, rate=RATE)) == 800


def test_rates_block_by_block(monkeypatch):
    samples = tone(1.0, rate=11_025)
    monkeypatch.setattr(decode, "BLOCK", 777)
    streamed = read_sound(encoded(samples, rate=11_025, subtype="FLOAT"), rate=16_000)
    assert np.abs(streamed[:16_000] - resample(samples, rate=11_025, wanted=16_000)).max() < 1e-5
    assert np.abs(streamed[500:-500] - tone(1.0, rate=16_000)[500:-500]).max() < 1e-3


def test_gain(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(encoded(tone()))
    softer = read_clip(Clip(path, gain=0.25), rate=RATE)
    assert np.abs(softer - 0.25 * tone()).max() < 1e-3


def _with(wav, place, layout, *values):
    return wav[:place] + struct.pack(layout, *values) + wav[place + struct.calcsize(layout) :]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"no sound at all, but text", "not a sound"),
        (encoded(tone())[:1000], "cut off: its header says 8,000 bytes of samples, and 956"),
        (encoded(tone(), format="FLAC")[:-600], "cut off|damaged"),
        (encoded(tone())[:20], "begins like WAV, but cannot be decoded"),
        (_with(encoded(tone()), 24, "<I", 3), "says 3 samples a second"),
        (encoded(np.empty(0)), "has no samples"),
        (encoded(np.array([0, np.nan, 0.5]), subtype="FLOAT"), "not numbers"),
        (encoded(1e4 * tone(), subtype="FLOAT"), "scale them"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_broken(content, reason, tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(DataError, match=reason) as caught:
        read_sound(path, rate=RATE)
    assert str(caught.value).startswith(str(path))


def test_missing(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_sound(tmp_path / "a.wav", rate=RATE)
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x20ftypM4A ")
    with pytest.raises(DataError, match=r"\.m4a is not read: convert it"):
        read_sound(tmp_path / "a.m4a", rate=RATE)


@pytest.mark.parametrize(
    ("start", "end", "reason"), [(2, 3, "nothing is at 2 s"), (0.3, 0.1, "ends before it begins")]
)
def test_no_part(start, end, reason):
    with pytest.raises(DataError, match=reason):
        read_sound(encoded(tone()), start=start, end=end, rate=RATE)


def test_too_long(tmp_path, monkeypatch):
    path = tmp_path / "hours.wav"
    content = _with(encoded(tone()), 40, "<I", 2 * RATE * 8 * 3600)
    path.write_bytes(content[:44])
    with path.open("r+b") as file:  # eight hours of silence that take no place on the disk
        file.truncate(44 + 2 * RATE * 8 * 3600)
    with pytest.raises(DataError, match=r"28,800 s long, and 3,600 s are read at most"):
        read_sound(path, rate=RATE)
    assert not read_sound(path, start=20_000, end=20_001, rate=RATE).any()
    monkeypatch.setattr(opened, "MOST_SOUND_BYTES", 100)
    with pytest.raises(DataError, match="give its file"):
        read_sound(content, rate=RATE)
    assert limits.LONGEST_SOUND == 3600


def test_a_damaged_sound_is_refused_in_silence(tmp_path, capfd):
    """Nothing but the error is told: no trace of a callback of the library."""
    path = tmp_path / "a.aiff"
    for content in (encoded(tone(), format="AIFF")[:30], encoded(tone(), format="FLAC")[:70]):
        for source in (content, path):
            path.write_bytes(content)
            with pytest.raises(DataError):
                read_sound(source, rate=RATE)
    assert capfd.readouterr() == ("", "")
