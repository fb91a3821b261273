"""What a training of sounds is, before any data is read; without TensorFlow."""

from __future__ import annotations

from kerasapps.config.metric import Answer
from kerasapps.data.sounds.examples import SoundSplits
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.audio_classification.architectures import ARCHITECTURES
from kerasapps.wording.counted import are, counted
from kerasapps.workflow.plan import Plan, with_suggestions
from kerasapps.workflow.steps import Options

FEW = 50
"""Sounds of a class for training below which a network from scratch learns little."""


def plan_training(options: Options, *, answer: Answer = CLASSES) -> Plan:
    """The options, with the model's own rate where none were asked for.

    Raises:
        ConfigError: for an unknown model.
    """
    model, train = options["model"], options["train"]
    architecture = ARCHITECTURES.find(model.model)
    suggested = with_suggestions(train, **architecture.training)
    return Plan.of(architecture, model=model, train=suggested, answer=answer)


def advise(splits: SoundSplits, options: Options) -> str:
    """What would help a class of few sounds."""
    each = len(splits.train) // max(1, len(splits.labels))
    if each >= FEW:
        return ""
    few = f"{counted(each, 'sound')} a class"
    more = "" if options["audio"].augment == "strong" else " (--augment strong helps a little)"
    return f"{few} {are(each)} few: more would help most{more}."
