"""What a report shows of sounds: the worst mistakes, to be seen and heard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasapps.data.sounds.examples import Clip, SoundExamples
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
from kerasapps.outputs.reading import ShownExample
from kerasapps.preprocess.sounds.load import load_sound
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.recipes.audio_classification.player import flac_of
from kerasapps.recipes.audio_classification.spectrum import picture_of

PLAYED_SECONDS = 4.0
"""Of a mistake, so that a page with all of them stays small."""


def show_sounds(
    examples: SoundExamples, probabilities: np.ndarray, labels: Sequence[str], spec: SoundSpec
) -> list[ShownMistake]:
    """The most confident wrong answers.

    Args:
        examples: that were judged.
        probabilities: float `(n, classes)`.
        labels: of the classes.
        spec: what the model takes.
    """
    mistakes = worst_mistakes(np.asarray(examples.labels), probabilities)
    shown = shown_sounds(examples, [each.index for each in mistakes], spec)
    return [
        ShownMistake(
            true=labels[mistake.true],
            predicted=labels[mistake.predicted],
            confidence=mistake.confidence,
            picture=each.picture,
            sound=each.sound,
            source=each.source,
        )
        for mistake, each in zip(mistakes, shown, strict=True)
    ]


def shown_sounds(
    examples: SoundExamples, rows: Sequence[int], spec: SoundSpec
) -> list[ShownExample]:
    """Some sounds as the network is given them, each as a spectrogram and to be played."""
    return [_shown(examples.clips[row], spec) for row in rows]


def _shown(clip: Clip, spec: SoundSpec) -> ShownExample:
    samples = load_sound(clip, spec)
    return ShownExample(
        picture=picture_of(samples, spec.rate),
        sound=flac_of(samples[: round(PLAYED_SECONDS * spec.rate)], spec.rate),
        source=clip.path.name,
    )
