"""When, and at which pitch, a sound spoke for its label or number; without TensorFlow.

One part of the sound after another, a short while and a band of pitches, is made as quiet as that
band is in the sound's quietest moments; what the label's score, or the number, loses is what the
part was worth.

Reference: Zeiler and Fergus 2014, section 4.2 (occlusion), on spectra instead of pictures.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from kerasapps.config.explaining import ExplainConfig
from kerasapps.evaluation.parts import Agreement, weigh
from kerasapps.evaluation.saliency.drawing import save_picture
from kerasapps.evaluation.shown import Line, Shown
from kerasapps.outputs.numbers.bundle import NumberBundle
from kerasapps.preprocess.sounds.load import clip_start
from kerasapps.recipes.answering import OneBundle
from kerasapps.recipes.audio_classification.spectrum import (
    band_of_bins,
    marked,
    picture_of,
    pitches,
    sound_of,
    spectrum,
)
from kerasapps.recipes.explained import NO_PART, OCCLUSION, explained_output, title_of

PIECES, BANDS = 16, 8
WEIGHTIEST = 8  # parts that are printed with their weights
_QUIET = 0.1  # share of the moments of a band that are its quietest
_SHADES = " ░▒▓█"


@dataclass(frozen=True)
class SoundExplanation:
    """Why a sound got a label or a number.

    Attributes:
        sound: what was classified, as it was given.
        label: the label explained; empty where the answer is a number.
        score: its probability, or the number.
        seconds: edges of the pieces of time in the sound, `(pieces + 1,)`; silence that was added
            is before 0, or behind its end.
        hertz: edges of the bands of pitch, `(bands + 1,)`.
        weights: what the score loses without each part: a row a band, the lowest first.
        picture: the spectrogram, bright where the sound spoke for the label; PNG bytes.
        method: `occlusion`, or `shap`: each weight is the part's SHAP value.
        agreement: with occlusion, of another method.
    """

    sound: str
    label: str
    score: float
    seconds: tuple[float, ...]
    hertz: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    picture: bytes
    method: str = OCCLUSION
    agreement: Agreement | None = None

    def save(self, path: Path | str) -> None:
        """Writes the spectrogram as a picture; see `save_picture`."""
        save_picture(Image.open(io.BytesIO(self.picture)), path)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`; the picture as a data URL."""
        encoded = base64.b64encode(self.picture).decode("ascii")
        agreement = None if self.agreement is None else vars(self.agreement)
        picture = f"data:image/png;base64,{encoded}"
        return {**vars(self), "picture": picture, "agreement": agreement}

    def shown(self) -> Shown:
        """The weights as shades, high pitches above, and the weightiest parts in a table."""
        weights, share = np.array(self.weights), bool(self.label)
        written = _points if share else _change
        places = np.dstack(np.unravel_index(np.argsort(-np.abs(weights), axis=None), weights.shape))
        strongest = [(band, piece) for band, piece in places[0] if weights[band, piece]]
        rows = [
            [_span(self.seconds, piece, 2, "s"), _span(self.hertz, band, 0, "Hz"), written(each)]
            for band, piece in strongest[:WEIGHTIEST]
            for each in [weights[band, piece]]
        ]
        agreed = [] if self.agreement is None else [self.agreement.line]
        return Shown(
            title=title_of(self.method, "part", share=share),
            columns=("time", "pitch", "points" if share else "change"),
            rows=rows,
            lead=[
                *_shades(weights),
                f"{self.label} {self.score:.1%}" if share else f"{self.score:.6g}",
            ],
            lines=agreed if rows else [NO_PART.format(part="part")],
        )


def explain_sound(
    bundle: OneBundle, sound: Any, *, label: str | None, how: ExplainConfig
) -> SoundExplanation:
    """Which parts of a sound spoke for a label, or made a number larger or smaller.

    Of a long sound the first part that the model takes is explained.

    Raises:
        ConfigError: if the bundle has no such label.
        DataError: if the sound cannot be read.
    """
    labels = bundle.manifest.labels
    part, spec = next(iter(bundle.reader.parts(sound))), bundle.reader.spec
    samples, start = part.samples, clip_start(part.end - part.start, spec)
    answer = bundle.run if isinstance(bundle, NumberBundle) else bundle.scores
    scores = answer(samples)
    number = explained_output(bundle, scores, label)
    hertz = pitches(spec.rate, BANDS)
    spectra = spectrum(samples, spec.rate)
    quieter = _quieter(spectra, band_of_bins(hertz, spec.rate))

    def worth(there: np.ndarray) -> np.ndarray:
        changed = (sound_of(quieter(row), rate=spec.rate, count=len(samples)) for row in there)
        return np.array([float(answer(each)[number]) for each in changed])

    weighed = weigh(worth, BANDS * PIECES, how=how)
    weights = weighed.weights.reshape(BANDS, PIECES)
    return SoundExplanation(
        sound=str(sound) if isinstance(sound, str) or hasattr(sound, "__fspath__") else "sound",
        label=labels[number] if labels else "",
        score=float(scores[number]),
        seconds=tuple((start + np.linspace(0, spec.seconds, PIECES + 1)).round(3).tolist()),
        hertz=tuple(hertz.round(1).tolist()),
        weights=tuple(map(tuple, (weights.round(5) if labels else weights).tolist())),
        picture=marked(picture_of(samples, spec.rate), weights),
        method=how.method or OCCLUSION,
        agreement=weighed.agreement,
    )


def _quieter(spectra: np.ndarray, bands: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """From which parts are there, `(bands * pieces,)`, to spectra with the others quiet."""
    loud = np.abs(spectra)
    quiet = np.minimum(loud, np.quantile(loud, _QUIET, axis=0))
    quieter = spectra * (quiet / np.maximum(loud, 1e-12))
    pieces = np.arange(len(spectra)) * PIECES // len(spectra)
    places = bands[None] * PIECES + pieces[:, None]
    return lambda there: np.where(there[places], spectra, quieter)


def _shades(weights: np.ndarray) -> list[Line]:
    """A line a band: green where the sound spoke for the label, red where against it."""
    most = np.abs(weights).max()
    if not most:
        return []
    steps = np.ceil(np.abs(weights) / most * (len(_SHADES) - 1)).astype(int)
    return [
        tuple(
            (2 * _SHADES[step], "green" if weight > 0 else "red" if weight < 0 else "")
            for step, weight in zip(row_steps, row, strict=True)
        )
        for row_steps, row in zip(steps[::-1], weights[::-1], strict=True)
    ]


def _span(edges: tuple[float, ...], place: int, digits: int, unit: str) -> str:
    return f"{edges[place]:.{digits}f} to {edges[place + 1]:.{digits}f} {unit}"


def _points(weight: float) -> str:
    return f"{weight * 100:+.1f}"


def _change(weight: float) -> str:
    return f"{weight:+.4g}"
