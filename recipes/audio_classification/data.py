"""Sounds with their answers, read and split; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.sounds import steps
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.examples import SoundSplits
from kerasapps.data.sounds.kinds import is_sound_data
from kerasapps.data.sounds.labelled import load_labelled
from kerasapps.recipes.answering import Known, answer_to, known_examples, known_of_split
from kerasapps.terminal.streams import tell

__all__ = ["KIND", "answer_to", "holds", "judged", "usable"]

KIND = steps


def holds(data: Any) -> bool:
    """Whether it is a folder with sound files, or anything else that names or holds sounds."""
    return is_sound_data(data)


def judged(splits: SoundSplits) -> Known:
    """The test split."""
    return known_of_split(splits.test.clips, splits)


def usable(data: Any, *, options: Mapping[str, Any], max_broken: float, folder: Path) -> Known:
    """All sounds of some data; `options` says what a target is."""
    audio = AudioConfig(**options)
    sounds = load_labelled(data, max_broken=max_broken, work_dir=folder, audio=audio, tell=tell)
    return known_examples(
        [sound.clip for sound in sounds],
        [sound.label for sound in sounds],
        np.array([sound.content for sound in sounds], np.uint64),
        kind=audio.target_kind or "class",
    )
