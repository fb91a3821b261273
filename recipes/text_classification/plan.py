"""What a training of texts is, before any data is read; without TensorFlow."""

from __future__ import annotations

from kerasapps.config import ModelConfig, RobustConfig, TextConfig
from kerasapps.config.metric import Answer
from kerasapps.config.own import is_own, own_title
from kerasapps.data.texts.examples import TextSplits
from kerasapps.errors import ConfigError
from kerasapps.files.paths import user_path
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.preprocess.tokenizers.regex import FOREIGN_LETTERS, foreign_share, sampled
from kerasapps.recipes.answering import check_answer, examples_each, trust_of
from kerasapps.recipes.text_classification.architectures import ARCHITECTURES
from kerasapps.recipes.trusting import check_trusted
from kerasapps.wording.counted import are, counted
from kerasapps.workflow.plan import Plan, with_suggestions
from kerasapps.workflow.robust import robust_of
from kerasapps.workflow.steps import Options

FEW = 50
"""Texts of a class for training below which words alone tell little."""


def plan_training(options: Options, *, answer: Answer = CLASSES) -> Plan:
    """The options, with the model's own rate and schedule where none were asked for.

    Raises:
        ConfigError: for an unknown model, or options that cannot work or are of no use for such an
            answer.
    """
    model, train, text = options["model"], options["train"], options["text"]
    robust = robust_of(options)
    check_text_options(text, model)
    architecture = ARCHITECTURES.find(model.model)
    check_answer(
        answer,
        asked=text.target_kind,
        label_loss=text.label_loss,
        train=train,
        architecture=architecture,
        model=model.model,
        trust=trust_of(options),
        robust=robust,
    )
    check_attacks(robust, model=model)
    train = with_suggestions(train, **architecture.training)
    return Plan.of(architecture, model=model, train=train, answer=answer)


def check_attacks(robust: RobustConfig, *, model: ModelConfig) -> None:
    """An attack changes the vectors of words, and follows the gradient to them."""
    if not robust.asked:
        return
    option, architecture = f"RobustConfig.{robust.asked[0]}", ARCHITECTURES.find(model.model)
    if architecture.from_labels:
        raise ConfigError(
            f"{option}: {model.model} counts runs of words, which no small change makes others. "
            "Choose a model that knows words by their vectors, such as text_cnn."
        )
    if architecture in (ARCHITECTURES.own, ARCHITECTURES.preset):
        raise ConfigError(
            f"{option} changes the word vectors of a network of kerasapps, and "
            f"{own_title(model.model)} has its own: choose another, such as text_cnn."
        )


def check_text_options(text: TextConfig, model: ModelConfig) -> None:
    """Finds before any data is read what would fail after it."""
    if text.word_vectors is not None:
        vectors = user_path(text.word_vectors, what="TextConfig.word_vectors")
        if not vectors.is_file():
            raise ConfigError(f"There is no file {text.word_vectors!r} (TextConfig.word_vectors).")
    if is_own(model.model):
        _check_own(text, model)
    if ARCHITECTURES.is_pretrained(model.model):
        plain = TextConfig()
        for field in ("vocab_size", "min_count", "word_vectors"):
            if getattr(text, field) != getattr(plain, field):
                raise ConfigError(
                    f"{model.model} has a vocabulary and word vectors of its own; leave out "
                    f"TextConfig.{field}."
                )


def _check_own(text: TextConfig, model: ModelConfig) -> None:
    """A network of the user's has neither word dropout nor vectors of ours, and its own length."""
    from kerasapps.models.own_source import own_text_limits  # Keras, which such a network is of

    title = own_title(model.model)
    unused = [name for name in ("word_dropout", "word_vectors") if getattr(text, name) is not None]
    if unused:
        raise ConfigError(
            f"{' and '.join(unused)} cannot change {title}, a network of your own: leave it out."
        )
    length, _ = own_text_limits(model.model)
    if length is not None and text.max_length not in (None, length):
        raise ConfigError(
            f"max_length={text.max_length} is not what {title} takes, {length} ids: leave it out, "
            "or give a function (input_shape, num_classes, vocabulary_size)."
        )


def check_splits(splits: TextSplits, options: Options) -> None:
    """Refuses what is of no use to these data; see `check_trusted`."""
    check_trusted(splits, options)


def advise(splits: TextSplits, options: Options) -> str:
    """What a pretrained encoder does, or would do, for a class or label of few texts."""
    each, of = examples_each(splits)
    if each >= FEW:
        return ""
    few, name = f"{counted(each, 'text')} {of}", options["model"].model
    if ARCHITECTURES.is_pretrained(name):
        return (
            f"{few}: a pretrained encoder is used, which needs few. More would help all the same."
        )
    advice = f"{few} {are(each)} few for {name}, which knows no words yet: more would help most"
    if foreign_share(sampled(splits.train.texts)) > FOREIGN_LETTERS:
        return f"{advice}."  # those that are known have read English
    encoders = " or ".join(ARCHITECTURES.pretrained)
    return f"{advice}, or of English texts a pretrained encoder (--model {encoders}; English only)."
