"""Bundles that answer with what a sound is, or what is heard in it; without TensorFlow."""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from kerasapps.config.checks import require_whole
from kerasapps.config.targets import TargetKind
from kerasapps.deploy.file_bundle import FileBundle, require_fit
from kerasapps.deploy.runner import Bundle, Prediction
from kerasapps.deploy.sound_stream import SoundStream
from kerasapps.deploy.sounds import SoundReader
from kerasapps.deploy.worked import Worked
from kerasapps.errors import DataError
from kerasapps.outputs.labels.bundle import LabelBundle
from kerasapps.outputs.numbers.bundle import NumberBundle
from kerasapps.outputs.several.bundle import SeveralBundle
from kerasapps.recipes.audio_classification.detector import Detection, Detector, detections

STREAM_FILE = "stream.tflite"
Span: TypeAlias = tuple[float, float]
"""Start and end in seconds."""


@dataclass(frozen=True)
class HeardPart:
    """What a part of a long sound is.

    Attributes:
        start: seconds.
        end: seconds.
        label: the likeliest.
        score: its score.
    """

    start: float
    end: float
    label: str
    score: float


@dataclass(frozen=True)
class SoundPrediction(Prediction):
    """The likeliest labels of one sound.

    Attributes:
        windows: its parts, where it is much longer than the model takes; the labels are then those
            of their mean.
    """

    windows: tuple[HeardPart, ...] = ()


@dataclass(frozen=True)
class Heard:
    """What was heard in a sound.

    Attributes:
        seconds: of the sound.
        detections: in their order.
    """

    seconds: float
    detections: tuple[Detection, ...]


class HearsParts(FileBundle):
    """A bundle for sounds: to a long one it answers with the mean of its parts' outputs."""

    reader: SoundReader

    def _outputs(self, raw: Any) -> np.ndarray:
        return _mean(self._parts(raw))

    def _parts(self, raw: Any) -> list[tuple[Span, np.ndarray]]:
        """Each part of a sound, hours of which are never in memory, with what the file gives."""
        return [
            ((part.start, part.end), self._model.scores(part.samples))
            for part in self.reader.parts(raw)
        ]

    def worked(self, raw: Any) -> Worked:
        """What preparing one sound gives, in a few figures, and the answer."""
        samples = self.reader.read(raw)
        loudness = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
        prepared = {
            "samples": len(samples),
            "rms": round(loudness, 5),
            "peak": round(float(np.abs(samples).max()), 4),
        }
        return prepared, self._plain_answer(raw)


class SoundLabelBundle(HearsParts, LabelBundle):
    """A bundle that gives sounds sets of labels; see `LabelBundle`."""


class SoundNumberBundle(HearsParts, NumberBundle):
    """A bundle that gives sounds a number; see `NumberBundle`."""


class SoundSeveralBundle(HearsParts, SeveralBundle):
    """A bundle that gives sounds several answers; see `SeveralBundle`."""


class SoundBundle(HearsParts, Bundle):
    """A classifier of sounds with one of its files loaded; see `Bundle`."""

    @cached_property
    def detector(self) -> Detector:
        """How scores of windows become detections."""
        values = self.manifest.answer.get("detector")
        return Detector() if values is None else Detector.from_dict(values)

    def predict(self, inputs: Any, *, top_k: int = 3) -> list[Prediction]:
        """The likeliest labels of each sound.

        Args:
            inputs: one sound or several: a file, its bytes, a `Clip`, or samples `(samples,)` at
                the rate that the model takes.
            top_k: labels per sound; at most all of them are given.

        Returns:
            One `SoundPrediction` a sound, in order.

        Raises:
            DataError: if a sound cannot be read; it names the file.
            ConfigError: if `top_k` is no whole number, or less than 1.
        """
        require_whole(top_k, 1, what="top_k")
        return [self._heard(each, top_k) for each in self.reader.split(inputs)]

    def listen(self, sound: Any, *, threshold: float | None = None) -> Heard:
        """What is heard in a sound of any length, and when.

        Args:
            sound: as `predict` takes one.
            threshold: mean score from which on something is heard; None: the bundle's.

        Raises:
            DataError: if it cannot be read, or there are several.
            ConfigError: for a threshold that is none.
        """
        raws = self.reader.split(sound)
        if len(raws) != 1:
            raise DataError(f"listen takes one sound, got {len(raws)}: give them one by one.")
        detector = self.detector
        if threshold is not None:
            detector = dataclasses.replace(detector, threshold=threshold)
        spans, rows = _gathered(self._streamed(raws[0]) if self.streams else ())
        if not len(spans):  # what is shorter than a clip is heard as `predict` hears it
            spans, rows = _gathered(self._scanned(raws[0], detector))
        ends = spans[:, 1]
        hop = float(ends[1] - ends[0]) if len(ends) > 1 else detector.hop_seconds
        found = detections(
            rows,
            spans,
            labels=self.labels,
            detector=dataclasses.replace(detector, hop_seconds=hop),
        )
        return Heard(float(ends[-1]), tuple(found))

    @property
    def streams(self) -> bool:
        """Whether it has a file that hears a stream bit by bit."""
        return STREAM_FILE in self.manifest.files

    def _scanned(self, sound: Any, detector: Detector) -> Iterator[tuple[Span, np.ndarray]]:
        """Windows that follow one another, and their scores."""
        for window in self.reader.stream(sound, hop=detector.hop_seconds):
            yield (window.start, window.end), self._model.scores(window.samples)

    def _streamed(self, sound: Any) -> Iterator[tuple[Span, np.ndarray]]:
        """The clip that ends with each chunk of a stream, and its scores.

        Before a whole clip was heard the file answers to one that is partly empty, as no clip of
        the training was.
        """
        file, spec = self.manifest.file(STREAM_FILE), self.reader.spec
        stream, end = SoundStream(file), 0
        require_fit(file, "labels", stream.classes, len(self.labels))
        for chunk in self.reader.chunks(sound, chunk=stream.chunk):
            end += stream.chunk
            scores = stream.hear(chunk)
            if end >= spec.samples:
                yield ((end - spec.samples) / spec.rate, end / spec.rate), scores

    def _heard(self, raw: Any, count: int) -> SoundPrediction:
        parts = self._parts(raw)
        scores = self.checked(_mean(parts))
        ranked = self._ranked(scores, count)
        windows = tuple(self._part(*each) for each in parts) if len(parts) > 1 else ()
        reason = self.undecided.reason(scores)
        return SoundPrediction(*ranked, windows=windows, no_answer=reason)

    def _part(self, span: Span, scores: np.ndarray) -> HeardPart:
        best = int(scores.argmax())
        start, end = (round(each, 3) for each in span)
        return HeardPart(start, end, self.labels[best], float(scores[best]))


BUNDLES: Mapping[TargetKind, type[Bundle] | type[LabelBundle] | type[NumberBundle]] = {
    "class": SoundBundle,
    "labels": SoundLabelBundle,
    "number": SoundNumberBundle,
}
"""The class of a bundle with one answer, by what that is."""


def _gathered(heard: Iterable[tuple[Span, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Spans, float64 `(n, 2)`, and scores, float32 `(n, classes)`, which of hours are millions."""
    spans, rows = array("d"), array("f")
    for span, scores in heard:
        spans.extend(span)
        rows.extend(scores)
    count = len(spans) // 2
    return np.asarray(spans).reshape(count, 2), np.asarray(rows).reshape(count, -1 if count else 0)


def _mean(parts: Sequence[tuple[Span, np.ndarray]]) -> np.ndarray:
    scores: np.ndarray = np.mean([each for _, each in parts], axis=0)
    return scores
