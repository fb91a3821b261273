"""What the network hears at once: as the options say, or as suits the data."""

from __future__ import annotations

import dataclasses

from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.examples import SoundSplits
from kerasapps.preprocess.sounds.choose import choose_rate, choose_seconds, sound_spec
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.spectra import MelBands


def choose_sound_spec(audio: AudioConfig, splits: SoundSplits) -> SoundSpec:
    """Rate and length of what the network hears; of streams the length is of whole chunks."""
    rate = audio.sample_rate or choose_rate(splits.audit["rates"])
    seconds = audio.clip_seconds or choose_seconds(splits.basis.seconds)
    spec = sound_spec(rate=rate, seconds=seconds)
    if not audio.streaming:
        return spec
    # Else the answer behind the last chunk were that to a shorter clip.
    chunk = stream_chunk(audio, rate)
    return dataclasses.replace(spec, samples=-(-spec.samples // chunk) * chunk)


def stream_chunk(audio: AudioConfig, rate: int) -> int:
    """Samples of a stream that are heard at a time: whole hops, near what the options say.

    Args:
        audio: `stream_ms`, `hop_ms` and `window_ms` are read.
        rate: samples a second.
    """
    bands = MelBands(rate=rate, mels=audio.mels, window_ms=audio.window_ms, hop_ms=audio.hop_ms)
    return max(1, round(audio.stream_ms * rate / 1000 / bands.hop)) * bands.hop
