"""What a training of a tagger is, before any data is read; without TensorFlow."""

from __future__ import annotations

from kerasapps.config import LoadConfig, ModelConfig, TrainConfig
from kerasapps.config.metric import Answer
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.examples import TagSplits
from kerasapps.errors import ConfigError
from kerasapps.files.paths import user_path
from kerasapps.outputs.tags.answer import TAGS
from kerasapps.recipes.tagging.architectures import ARCHITECTURES
from kerasapps.wording.counted import are, counted
from kerasapps.workflow.plan import Plan, with_suggestions
from kerasapps.workflow.steps import Options

_OF_OWN_WORDS = (
    "lowercase",
    "digits",
    "vocab_size",
    "min_count",
    "max_characters",
    "word_vectors",
)

FEW = 1000
"""Sentences for training below which a tagger knows little but their words."""


def plan_training(options: Options, *, answer: Answer = TAGS) -> Plan:
    """The options, with what suits the model and the task where none were asked for.

    Raises:
        ConfigError: for an unknown model, or options that are not for tags.
    """
    model, train = options["model"], options["train"]
    _refuse_foreign(options["load"], train)
    _refuse_streaming(options["load"])
    _check_words(options["tagging"], model)
    architecture = ARCHITECTURES.find(model.model)
    train = with_suggestions(train, **architecture.training, monitor=TAGS.judged.quality)
    return Plan.of(architecture, model=model, train=train, answer=answer)


def _refuse_streaming(load: LoadConfig) -> None:
    if not load.on_disk:
        raise ConfigError(
            "Words and their tags are encoded once, not again for each batch: leave out "
            "LoadConfig.disk_cache=False."
        )


def _check_words(tagging: TaggingConfig, model: ModelConfig) -> None:
    """Finds before any data is read what would fail after it, or have no effect."""
    if tagging.word_vectors is not None:
        vectors = user_path(tagging.word_vectors, what="TaggingConfig.word_vectors")
        if not vectors.is_file():
            raise ConfigError(
                f"There is no file {tagging.word_vectors!r} (TaggingConfig.word_vectors)."
            )
    if not ARCHITECTURES.is_pretrained(model.model):
        return
    plain = TaggingConfig()
    for field in _OF_OWN_WORDS:
        if getattr(tagging, field) != getattr(plain, field):
            raise ConfigError(
                f"{model.model} has words, and a way to look them up, of its own; leave out "
                f"{field}."
            )
    if tagging.entity_swap:
        raise ConfigError(
            f"{model.model} reads pieces of words, and entities of it are not swapped; leave out "
            "entity_swap."
        )


def _refuse_foreign(load: LoadConfig, train: TrainConfig) -> None:
    """What would have no effect is an error rather than ignored."""
    asked = {
        "class_weights": train.class_weights is not None,
        "label_smoothing": bool(train.label_smoothing),
        "unknown_classes": load.unknown_classes != LoadConfig().unknown_classes,
    }
    foreign = ", ".join(name for name, is_asked in asked.items() if is_asked)
    if foreign:
        raise ConfigError(f"{foreign} is for classifiers; leave it out to tag words.")


def advise(splits: TagSplits, options: Options) -> str:
    """What few sentences are enough for."""
    count = len(splits.train)
    if count >= FEW:
        return ""
    return (
        f"{counted(count, 'sentence')} for training {are(count)} few: names that stand in none of "
        "them are found by the words around them, which takes thousands."
    )
