"""What the network hears at once: as the options say, or as suits the data."""

from __future__ import annotations

from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.examples import SoundSplits
from kerasapps.preprocess.sounds.choose import choose_rate, choose_seconds, sound_spec
from kerasapps.preprocess.sounds.spec import SoundSpec


def choose_sound_spec(audio: AudioConfig, splits: SoundSplits) -> SoundSpec:
    """Rate and length of what the network hears."""
    rate = audio.sample_rate or choose_rate(splits.audit["rates"])
    seconds = audio.clip_seconds or choose_seconds(splits.train.seconds)
    return sound_spec(rate=rate, seconds=seconds)
