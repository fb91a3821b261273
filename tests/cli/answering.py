"""Bundles that answer at once, and note what they were asked."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import kerasapps
from kerasapps.deploy.translator import Alternative

PREDICTION = kerasapps.Prediction(("cat", "dog"), (0.8765432, 0.1234568), truncated=True)
TRANSLATION = kerasapps.Translation(
    "Hallo", -0.25, alternatives=(Alternative("Na", -1.23456789),), truncated=True
)


class Asked:
    """The part of a bundle that answers: notes what it was asked."""

    task = "text_classification"
    answer: Any = PREDICTION
    has_steps = False

    def __init__(self, task: str | None = None) -> None:
        self.task = task or self.task
        self.manifest = SimpleNamespace(
            folder=Path("here"), task=self.task, labels=("cat", "dog"), input={}, answer={}
        )
        self.asked: list[Any] = []

    def predict(self, text: str, **options: Any) -> list[Any]:
        """The one answer there is, but for texts that are said to be broken."""
        self.asked.append((text, options))
        if text == "broken":
            raise kerasapps.DataError("it is broken")
        return [self.answer]


class Labels(Asked, kerasapps.Bundle):
    """Labels texts."""


class Translates(Asked, kerasapps.TranslationBundle):
    """Translates texts."""

    task = "translation"
    answer = TRANSLATION
