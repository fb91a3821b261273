"""What a report shows of sounds: the worst mistakes, to be seen and heard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasapps.data.sounds.examples import SoundExamples
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.recipes.audio_classification.player import flac_of
from kerasapps.recipes.audio_classification.spectrum import picture_of

PLAYED_SECONDS = 4.0
"""Of a mistake, so that a page with all of them stays small."""


def show_sounds(
    examples: SoundExamples,
    inputs: np.ndarray,
    probabilities: np.ndarray,
    labels: Sequence[str],
    spec: SoundSpec,
) -> list[ShownMistake]:
    """The most confident wrong answers: what the network was given, as spectrogram and as sound.

    Args:
        examples: that were judged.
        inputs: the same as samples, float32 `(n, samples)`.
        probabilities: float `(n, classes)`.
        labels: of the classes.
        spec: what the model takes.
    """
    most = round(PLAYED_SECONDS * spec.rate)
    mistakes = worst_mistakes(np.asarray(examples.labels), probabilities)
    return [
        ShownMistake(
            true=labels[each.true],
            predicted=labels[each.predicted],
            confidence=each.confidence,
            picture=picture_of(inputs[each.index], spec.rate),
            sound=flac_of(inputs[each.index][:most], spec.rate),
            source=examples.clips[each.index].path.name,
        )
        for each in mistakes
    ]
