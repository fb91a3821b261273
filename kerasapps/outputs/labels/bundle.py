"""A bundle that answers with a set of labels, without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasapps.deploy.file_bundle import FileBundle
from kerasapps.deploy.worked import MOST_SCORES, plain_numbers


@dataclass(frozen=True)
class LabelsPrediction:
    """The labels of one input.

    Attributes:
        labels: those whose score is at least their threshold, the highest score first; may be none.
        scores: one a label, from 0 to 1.
        all_scores: label → score, of all that the bundle knows, in its order.
        likeliest: the label with the highest score, given or not.
        truncated: whether a text was longer than the network reads; its end was ignored.
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    all_scores: Mapping[str, float]
    likeliest: str
    truncated: bool = False


class LabelBundle(FileBundle):
    """A bundle for sets of labels with one of its TFLite files loaded; see `FileBundle`."""

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, in score order."""
        return self.manifest.labels

    @property
    def thresholds(self) -> np.ndarray:
        """Score from which on each label is given, float32 `(labels,)`."""
        return np.array(self.manifest.answer["thresholds"], np.float32)

    @property
    def has_steps(self) -> bool:
        """Whether scores are whole numbers of 1/256."""
        return bool(self._model.score_dtype == np.uint8)

    def predict(self, inputs: Any) -> list[LabelsPrediction]:
        """The labels of each input.

        Args:
            inputs: one input or several, as the bundle's reader takes them.

        Returns:
            One prediction an input, in order.

        Raises:
            DataError: if an input cannot be read.
        """
        return [self._prediction(each) for each in self.reader.split(inputs)]

    def scores(self, raw: Any) -> np.ndarray:
        """Scores of one input in the order of `labels`, float32 `(labels,)`."""
        return self._outputs(raw)

    def chosen(self, scores: np.ndarray) -> list[int]:
        """Places of the labels that some scores give, the highest score first."""
        reached = scores >= self.thresholds
        return [int(place) for place in np.argsort(-scores, kind="stable") if reached[place]]

    def _plain_answer(self, raw: Any) -> Mapping[str, Any]:
        return self.plain_of(self.scores(raw))

    def plain_of(self, scores: np.ndarray) -> Mapping[str, Any]:
        """Some scores of the file as `examples.json` has an answer."""
        answer = {"labels": [self.labels[place] for place in self.chosen(scores)]}
        return answer if len(scores) > MOST_SCORES else {**answer, "scores": plain_numbers(scores)}

    def _prediction(self, raw: Any) -> LabelsPrediction:
        truncated = not self.reader.reads_whole(raw)
        return self.prediction_of(self.scores(raw), truncated=truncated)

    def prediction_of(self, scores: np.ndarray, *, truncated: bool = False) -> LabelsPrediction:
        """The prediction that some scores of the file are, `(labels,)`."""
        chosen = self.chosen(scores)
        return LabelsPrediction(
            tuple(self.labels[place] for place in chosen),
            tuple(float(scores[place]) for place in chosen),
            dict(zip(self.labels, map(float, scores), strict=True)),
            self.labels[int(np.argmax(scores))],
            truncated=truncated,
        )
