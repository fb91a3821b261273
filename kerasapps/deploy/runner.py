"""A classification bundle that answers, without TensorFlow: raw inputs in, labels out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kerasapps.config.checks import require_whole
from kerasapps.deploy.file_bundle import FileBundle
from kerasapps.deploy.undecided import Undecided
from kerasapps.deploy.worked import MOST_SCORES, plain_numbers
from kerasapps.errors import BundleError


@dataclass(frozen=True)
class Prediction:
    """The likeliest labels of one input.

    Attributes:
        labels: best first.
        scores: one a label, from 0 to 1.
        truncated: whether a text was longer than the network reads; its end was ignored.
        no_answer: why none of them is the answer: "not sure" where the likeliest has not the score
            that the bundle asks of it, "none of these" where no label has the score that an input
            of one of them has. Empty where it is the answer, as always with most bundles.
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    truncated: bool = False
    no_answer: str = ""

    @property
    def label(self) -> str | None:
        """The answer: the likeliest label, or None where that is none; see `no_answer`."""
        return None if self.no_answer else self.labels[0]

    @property
    def score(self) -> float:
        """The score of the likeliest label."""
        return self.scores[0]


class Bundle(FileBundle):
    """A classification bundle with one of its TFLite files loaded; see `FileBundle`."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names in score order."""
        return self.manifest.labels

    @cached_property
    def undecided(self) -> Undecided:
        """The scores below which there is no answer."""
        return Undecided.of(self.manifest.answer, self.labels)

    @property
    def has_steps(self) -> bool:
        """Whether scores are whole numbers of 1/256, which need not add up to 1."""
        return bool(self._model.score_dtype == np.uint8)

    def predict(self, inputs: Any, *, top_k: int = 3) -> list[Prediction]:
        """The likeliest labels of each input.

        Args:
            inputs: one input or several. A picture is a file, encoded bytes, an open binary file,
                a Pillow image, or an array or tensor `(height, width[, channels])`; an array
                `(n, height, width[, channels])` is a batch. A text is a `str`.
            top_k: labels per input; at most all of them are given.

        Returns:
            One prediction an input, in order.

        Raises:
            DataError: if an input cannot be read; it names the file.
            ConfigError: if `top_k` is no whole number, or less than 1.
        """
        require_whole(top_k, 1, what="top_k")
        return [self._prediction(each, top_k) for each in self.reader.split(inputs)]

    def scores(self, raw: Any) -> np.ndarray:
        """Scores of one input in the order of `labels`, float32 `(num_classes,)`.

        Raises:
            BundleError: if no class has a score above 0, so that nothing can be said of the input.
        """
        return self.checked(self._outputs(raw))

    def checked(self, scores: np.ndarray) -> np.ndarray:
        """Scores of the file, of which one at least says something.

        Raises:
            BundleError: if no class has a score above 0.
        """
        if not scores.any():
            raise BundleError(
                f"{self.manifest.called}: the file {self.artifact} gives no class a score above 0; "
                f"its steps are too coarse for {len(self.labels)} classes. Export it again, or use "
                "another of the bundle's files."
            )
        return scores

    def _plain_answer(self, raw: Any) -> Mapping[str, Any]:
        return self.plain_of(self.scores(raw))

    def plain_of(self, outputs: np.ndarray) -> Mapping[str, Any]:
        """Some scores of the file as `examples.json` has an answer."""
        scores = plain_numbers(self.checked(outputs))
        best = int(np.argmax(scores))
        reason = self.undecided.reason(outputs)
        answer = {"label": None if reason else self.labels[best], "score": scores[best]}
        answer |= {"no_answer": reason} if reason else {}
        return answer if len(scores) > MOST_SCORES else {**answer, "scores": scores}

    def _prediction(self, raw: Any, count: int) -> Prediction:
        whole = self.reader.reads_whole(raw)
        return self.prediction_of(self.scores(raw), truncated=not whole, top_k=count)

    def prediction_of(
        self, outputs: np.ndarray, *, truncated: bool = False, top_k: int = 3
    ) -> Prediction:
        """The prediction that some scores of the file are, `(num_classes,)`.

        Raises:
            BundleError: if no class has a score above 0.
        """
        labels, scores = self._ranked(self.checked(outputs), top_k)
        reason = self.undecided.reason(outputs)
        return Prediction(labels, scores, truncated=truncated, no_answer=reason)

    def _ranked(self, scores: np.ndarray, count: int) -> tuple[tuple[str, ...], tuple[float, ...]]:
        """The likeliest labels, best first, and their scores."""
        order = np.argsort(-scores, kind="stable")[:count]
        return (
            tuple(self.labels[index] for index in order),
            tuple(float(scores[index]) for index in order),
        )
