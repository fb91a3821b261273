"""Which models suit texts, where nobody names one; without TensorFlow."""

from __future__ import annotations

from kerasapps.data.texts.examples import TextSplits
from kerasapps.workflow.task import Options, Suitable


def suitable_models(splits: TextSplits, options: Options, able: tuple[str, ...]) -> Suitable:
    """The first that can take the options."""
    return Suitable(able[:1], "It is quick and strong on texts of any length.")
