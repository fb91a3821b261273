"""What a training of a translator is, before any data is read; without TensorFlow."""

from __future__ import annotations

from kerasapps.config import LoadConfig, ModelConfig, TrainConfig
from kerasapps.config.metric import Answer
from kerasapps.data.pairs.examples import PairSplits
from kerasapps.errors import ConfigError
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.recipes.translation.architectures import ARCHITECTURES
from kerasapps.training.optimizer_choice import optimizer_of
from kerasapps.wording.counted import are, counted
from kerasapps.workflow.plan import Plan, with_suggestions
from kerasapps.workflow.steps import Options

_ADAM_FAMILY = ("adam", "adamw")

FEW = 10_000
"""Sentence pairs for training below which little is learnt but what they say."""


def plan_training(options: Options, *, answer: Answer = TRANSLATIONS) -> Plan:
    """The options, with what suits the model and the task where none were asked for.

    Raises:
        ConfigError: for an unknown model, or options that are not for translation.
    """
    model, translation, train = options["model"], options["translation"], options["train"]
    _refuse_foreign(model, options["load"], train)
    architecture = ARCHITECTURES.find(model.model)
    longest = architecture.limits["longest"]
    if translation.max_length is not None and translation.max_length > longest:
        raise ConfigError(
            f"{model.model} reads and writes at most {longest} pieces, got "
            f"max_length={translation.max_length}."
        )
    optimizer = optimizer_of(train)
    adam = optimizer in _ADAM_FAMILY
    train = with_suggestions(
        train,
        **architecture.training,
        beta_2=0.98 if adam else None,
        # AdamW without decay is Adam (Vaswani et al. 2017 have none).
        weight_decay=0.0 if optimizer == "adamw" else None,
        schedule=None if train.warmup == 0 else "inverse_sqrt",
        label_smoothing=0.1,
        clip_norm=1.0,
        monitor=TRANSLATIONS.judged.quality,
        average_checkpoints=5 if train.ema is None else None,
    )
    return Plan.of(architecture, model=model, train=train, answer=answer)


def _refuse_foreign(model: ModelConfig, load: LoadConfig, train: TrainConfig) -> None:
    """What would have no effect is an error rather than ignored."""
    if ARCHITECTURES.is_pretrained(model.model):
        raise ConfigError(
            f"{model.model}: there are no pretrained translators; choose one of "
            f"{', '.join(ARCHITECTURES.names)}."
        )
    asked = {
        "class_weights": train.class_weights is not None,
        "unknown_classes": load.unknown_classes != LoadConfig().unknown_classes,
    }
    if any(asked.values()):
        foreign = ", ".join(name for name, is_asked in asked.items() if is_asked)
        raise ConfigError(f"{foreign} is for classifiers; leave it out to translate.")


def advise(splits: PairSplits, options: Options) -> str:
    """What few sentence pairs are enough for."""
    count = len(splits.train)
    if count >= FEW:
        return ""
    return (
        f"{counted(count, 'sentence pair')} for training {are(count)} few: they are enough for "
        "sentences much like these, and any others take a hundred thousand or more."
    )
