"""What a training of sounds is, before any data is read; without TensorFlow."""

from __future__ import annotations

from kerasapps.config.compress import WEIGHTS
from kerasapps.config.metric import Answer
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.examples import SoundSplits
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.answering import check_answer, examples_each, trust_of
from kerasapps.recipes.audio_classification.architectures import ARCHITECTURES
from kerasapps.recipes.trusting import check_trusted
from kerasapps.wording.counted import are, counted
from kerasapps.workflow.compress import compress_of
from kerasapps.workflow.plan import Plan, with_suggestions
from kerasapps.workflow.steps import Options

FEW = 50
"""Sounds of a class for training below which a network from scratch learns little."""

OF_STREAMS = ("streaming", "threshold")
"""Options that only a detector of classes has a use for."""


def plan_training(options: Options, *, answer: Answer = CLASSES) -> Plan:
    """The options, with the model's own rate where none were asked for.

    Raises:
        ConfigError: for an unknown model, or an option that is of no use for such an answer.
    """
    model, train, audio = options["model"], options["train"], options["audio"]
    architecture = ARCHITECTURES.find(model.model)
    check_answer(
        answer,
        asked=audio.target_kind,
        label_loss=audio.label_loss,
        train=train,
        architecture=architecture,
        model=model.model,
        trust=trust_of(options),
    )
    usual = AudioConfig()
    streamed = [name for name in OF_STREAMS if getattr(audio, name) != getattr(usual, name)]
    if streamed and answer is not CLASSES:
        raise ConfigError(
            f"{' and '.join(streamed)}: what is heard in a stream is one class at a time; leave it "
            "out where sounds are answered with something else."
        )
    compress = compress_of(options)
    if audio.streaming and compress.prune_share is not None and compress.prune_by != WEIGHTS:
        raise ConfigError(
            "streaming and prune_share: what hears a stream is built with all its filters; add "
            "prune_by weights."
        )
    suggested = with_suggestions(train, **architecture.training)
    return Plan.of(architecture, model=model, train=suggested, answer=answer)


def check_splits(splits: SoundSplits, options: Options) -> None:
    """Refuses what is of no use to these data; see `check_trusted`."""
    check_trusted(splits, options)


def advise(splits: SoundSplits, options: Options) -> str:
    """What would help a class or label of few sounds."""
    each, of = examples_each(splits)
    if each >= FEW:
        return ""
    few = f"{counted(each, 'sound')} {of}"
    more = "" if options["audio"].augment == "strong" else " (--augment strong helps a little)"
    return f"{few} {are(each)} few: more would help most{more}."
