"""What the explanations of all tasks share: what is asked, and which output is meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kerasapps.config import choose
from kerasapps.errors import ConfigError
from kerasapps.outputs.numbers.bundle import NumberBundle
from kerasapps.recipes.answering import OneBundle

OCCLUSION = "occlusion"
COARSE = (
    "The scores of an int8 file have steps of 0.4 %: if this is one, another file of the bundle "
    "may show more."
)
NO_PART = f"No single {{part}} changes the answer. {COARSE}"


def answering(bundle: OneBundle) -> Callable[[Any], np.ndarray]:
    """From a raw input to what the file gives: scores, `(labels,)`, or one number, `(1,)`."""
    if isinstance(bundle, NumberBundle):
        return lambda raw: np.array([bundle.value(raw)])
    return bundle.scores


def explained_output(bundle: OneBundle, scores: np.ndarray, label: str | None) -> int:
    """Which output is explained: a label's, by default the likeliest's; of a number the one.

    Args:
        bundle: that answers.
        scores: what it answered.
        label: that is asked for.

    Raises:
        ConfigError: if there is no such label, or one is asked of numbers.
    """
    labels = bundle.manifest.labels
    if label is None:
        return int(scores.argmax())
    if not labels:
        raise ConfigError(f"label: {bundle.manifest.called} answers a number; leave label out.")
    choose(label, labels, what="label")
    return labels.index(label)


def title_of(method: str, part: str, *, share: bool) -> str:
    """The title of a table of weights."""
    what, unit = ("probability", ", in points") if share else ("number", "")
    if method == OCCLUSION:
        return f"What the {what} loses without the {part}{unit}"
    return f"What the {part} adds to the {what} (SHAP){unit}"
