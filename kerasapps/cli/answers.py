"""What `predict` asks of a bundle and prints, by the kind of bundle."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import kerasapps
from kerasapps.cli.figures import TRUNCATED
from kerasapps.errors import ConfigError


@dataclass(frozen=True)
class Answers:
    """How inputs are answered and the answers shown.

    Attributes:
        of_texts: whether inputs are texts rather than files.
        find: one input → its answers.
        line: an input and its answer as people read them.
        values: an answer for JSON.
    """

    of_texts: bool
    find: Callable[[str], list[Any]]
    line: Callable[[str, Any], str]
    values: Callable[[Any], dict[str, Any]]


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
    def line(one: str, prediction: kerasapps.Prediction) -> str:
        pairs = zip(prediction.labels, prediction.scores, strict=True)
        return f"{one}: " + ", ".join(f"{label} {score:.1%}" for label, score in pairs)

    return Answers(
        of_texts=bundle.task != "image_classification",
        find=lambda one: bundle.predict(one, top_k=top_k),
        line=line,
        values=dataclasses.asdict,
    )


def _translations(bundle: kerasapps.TranslationBundle, *, beam: int | None, n_best: int) -> Answers:
    def line(one: str, found: kerasapps.Translation) -> str:
        rest = [f"  {other.text}  ({other.score:.3f})" for other in found.alternatives]
        note = [f"  {TRUNCATED}"] if found.truncated else []
        return "\n".join([found.text, *rest, *note])

    def values(found: kerasapps.Translation) -> dict[str, Any]:
        return {
            "translation": found.text,
            "score": found.score,
            "alternatives": [dataclasses.asdict(other) for other in found.alternatives],
            "truncated": found.truncated,
        }

    return Answers(
        of_texts=True,
        find=lambda one: bundle.predict(one, beam=beam, n_best=n_best),
        line=line,
        values=values,
    )


def _refuse(bundle: Any, why: str, **given: int | None) -> None:
    for name, value in given.items():
        if value is not None:
            option = f"--{name.replace('_', '-')}"
            raise ConfigError(f"{option} is not for {bundle.manifest.folder}: {why}.")
