"""What a training of pictures is, before any data is read; without TensorFlow."""

from __future__ import annotations

from kerasapps.config import ModelConfig, RobustConfig
from kerasapps.config.metric import Answer
from kerasapps.config.robust import RADII
from kerasapps.data.images.examples import ImageSplits
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.answering import check_answer, examples_each, trust_of
from kerasapps.recipes.image_classification.architectures import ARCHITECTURES
from kerasapps.recipes.trusting import check_trusted
from kerasapps.wording.counted import are, counted
from kerasapps.workflow.plan import Plan, with_suggestions
from kerasapps.workflow.robust import robust_of
from kerasapps.workflow.steps import Options

_LEAST_RADIUS = 1 / 255
_ATTACKED_DROPOUT = 0.0
"""Of networks that learn under attack: that is hard enough, and nothing is learnt by heart soon."""
FEW = 100
"""Pictures of a class for training below which a network from scratch learns little."""


def plan_training(options: Options, *, answer: Answer = CLASSES) -> Plan:
    """The options, with the model's own rate where none were asked for.

    Raises:
        ConfigError: for an unknown model, or an option that is of no use for such an answer.
    """
    model, train, image = options["model"], options["train"], options["image"]
    robust = robust_of(options)
    architecture = ARCHITECTURES.find(model.model)
    check_answer(
        answer,
        asked=image.target_kind,
        label_loss=image.label_loss,
        train=train,
        architecture=architecture,
        model=model.model,
        trust=trust_of(options),
        robust=robust,
    )
    check_attacks(robust, model=model)
    suggested = with_suggestions(train, **architecture.training)
    if robust.trained is not None and architecture not in (ARCHITECTURES.own, ARCHITECTURES.preset):
        suggested = with_suggestions(suggested, dropout=_ATTACKED_DROPOUT)
    return Plan.of(architecture, model=model, train=suggested, answer=answer)


def check_attacks(robust: RobustConfig, *, model: ModelConfig) -> None:
    """Files take whole values of pixels, which a smaller attack would leave as they are."""
    for name in RADII:
        radius = getattr(robust, name)
        if radius is not None and radius < _LEAST_RADIUS:
            raise ConfigError(
                f"RobustConfig.{name} {radius:g} changes no pixel, as they have whole values: give "
                "1/255 or more."
            )


def check_splits(splits: ImageSplits, options: Options) -> None:
    """Refuses what is of no use to these data; see `check_trusted`."""
    check_trusted(splits, options)


def advise(splits: ImageSplits, options: Options) -> str:
    """What a pretrained backbone does, or would do, for a class or label of few pictures."""
    each, of = examples_each(splits)
    if each >= FEW:
        return ""
    few = f"{counted(each, 'picture')} {of}"
    name = options["model"].model
    if ARCHITECTURES.is_pretrained(name):
        return (
            f"{few}: a pretrained backbone is used, which needs few. More would help all the same."
        )
    backbones = " or ".join(ARCHITECTURES.pretrained)
    return (
        f"{few} {are(each)} few for {name}, which begins from nothing: more would help most, or of "
        f"photos a pretrained backbone (--model {backbones})."
    )
