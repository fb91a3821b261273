"""What `predict` asks of a bundle and prints, by the kind of bundle."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import kerasapps
from kerasapps.errors import ConfigError


@dataclass(frozen=True)
class Answers:
    """How inputs are answered and the answers shown.

    Attributes:
        of_texts: whether inputs are texts rather than files.
        find: one input → its answers.
        lines: an input and its answer as people read them; the first line says what counts.
        values: an answer for JSON.
        name: what an answer is: "label" or "translation".
        cells: an answer for a table: the best, its score, the second, its score …
    """

    of_texts: bool
    find: Callable[[str], list[Any]]
    lines: Callable[[str, Any], list[str]]
    values: Callable[[Any], dict[str, Any]]
    name: str
    cells: Callable[[Any], list[Any]]

    @property
    def kind(self) -> str:
        """What an input is called in JSON and tables."""
        return "text" if self.of_texts else "file"


def answers_of(
    bundle: kerasapps.Bundle | kerasapps.TranslationBundle,
    *,
    top_k: int | None,
    beam: int | None,
    n_best: int | None,
) -> Answers:
    """How a bundle answers, with the options that were given.

    Raises:
        ConfigError: if an option is given that is not for this kind of bundle.
    """
    if isinstance(bundle, kerasapps.Bundle):
        _refuse(bundle, "it gives labels", beam=beam, n_best=n_best)
        return _labels(bundle, 3 if top_k is None else top_k)
    _refuse(bundle, "it translates", top_k=top_k)
    return _translations(bundle, beam=beam, n_best=1 if n_best is None else n_best)


def _labels(bundle: kerasapps.Bundle, top_k: int) -> Answers:
    of_texts = bundle.task != "image_classification"

    def lines(one: str, prediction: kerasapps.Prediction) -> list[str]:
        pairs = zip(prediction.labels, prediction.scores, strict=True)
        return [f"{one}: " + ", ".join(f"{label} {score:.1%}" for label, score in pairs)]

    def values(prediction: kerasapps.Prediction) -> dict[str, Any]:
        found = dataclasses.asdict(prediction)
        if not of_texts:
            del found["truncated"]  # nothing is cut off a picture
        return found

    def cells(found: kerasapps.Prediction) -> list[Any]:
        pairs = zip(found.labels, found.scores, strict=True)
        return [each for label, score in pairs for each in (label, f"{score:.6g}")]

    return Answers(
        of_texts=of_texts,
        find=lambda one: bundle.predict(one, top_k=top_k),
        lines=lines,
        values=values,
        name="label",
        cells=cells,
    )


def _translations(bundle: kerasapps.TranslationBundle, *, beam: int | None, n_best: int) -> Answers:
    def lines(one: str, found: kerasapps.Translation) -> list[str]:
        return [found.text, *(f"{each.text}  ({each.score:.3f})" for each in found.alternatives)]

    def values(found: kerasapps.Translation) -> dict[str, Any]:
        return {
            "translation": found.text,
            "score": found.score,
            "alternatives": [dataclasses.asdict(other) for other in found.alternatives],
            "truncated": found.truncated,
        }

    def cells(found: kerasapps.Translation) -> list[Any]:
        every = [(found.text, found.score), *((e.text, e.score) for e in found.alternatives)]
        return [each for text, score in every for each in (text, f"{score:.6g}")]

    return Answers(
        of_texts=True,
        find=lambda one: bundle.predict(one, beam=beam, n_best=n_best),
        lines=lines,
        values=values,
        name="translation",
        cells=cells,
    )


def _refuse(bundle: Any, why: str, **given: int | None) -> None:
    for name, value in given.items():
        if value is not None:
            option = f"--{name.replace('_', '-')}"
            raise ConfigError(f"{option} is not for {bundle.manifest.folder}: {why}.")
