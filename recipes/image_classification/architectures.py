"""Networks that classify pictures: how each is trained, and what is searched with it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from kerasapps.config import (
    PRETRAINED_PICTURES,
    Architecture,
    Architectures,
    Family,
    ModelConfig,
)
from kerasapps.tuning.spaces import Draft, search_fine_tuning, search_training


def build_classifier(
    config: ModelConfig,
    *,
    input_shape: tuple[int, int, int],
    num_classes: int,
    dropout: float | None = None,
) -> Any:
    """The network that `config` names.

    Args:
        config: name (`preset:NAME_OR_PATH` and users' own too), width, depth and kernel.
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        dropout: before the head, or None for the model's own.

    Returns:
        A Keras model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: for an unknown name, or a width, depth or kernel that the model cannot have.
    """
    rate = {} if dropout is None else {"dropout": dropout}
    return ARCHITECTURES.build(
        config, input_shape=input_shape, num_classes=num_classes, **config.sizes, **rate
    )


def _pictures(draft: Draft) -> None:
    draft.among("label_smoothing", 0.0, 0.05, 0.1)
    draft.among("augment", "none", "light", "strong")


def conv_images(draft: Draft) -> None:
    """What is searched with networks of convolutions."""
    draft.times("width", 0.5, 0.75, 1, 1.5)
    draft.times("depth", 0.5, 1, 1.5)
    draft.among("kernel", 3, 5)
    draft.up_to("dropout", 0.5)
    search_training(draft)
    _pictures(draft)


def tiny_images(draft: Draft) -> None:
    """What is searched with a network for microcontrollers."""
    draft.times("width", 0.5, 0.75, 1, 1.5)
    draft.times("depth", 1, 2)
    draft.up_to("dropout", 0.2)
    search_training(draft)
    _pictures(draft)


def vit(draft: Draft) -> None:
    """What is searched with a vision transformer."""
    draft.times("width", 0.5, 0.75, 1, 1.5)
    draft.times("depth", 0.5, 1, 1.5)
    draft.up_to("dropout", 0.4)
    search_training(draft)
    _pictures(draft)


def mlp(draft: Draft) -> None:
    """What is searched with a perceptron."""
    draft.times("width", 0.25, 0.5, 1, 2)
    draft.times("depth", 0.5, 1, 1.5, 2)
    draft.up_to("dropout", 0.6)
    search_training(draft)
    _pictures(draft)


def image_preset(draft: Draft) -> None:
    """What is searched with a pretrained backbone."""
    search_fine_tuning(draft)
    draft.among("head_epochs", 1, 3)
    _pictures(draft)


def own_pictures(draft: Draft) -> None:
    """What is searched with a network of the user's, beside what it asks for itself."""
    search_training(draft)
    _pictures(draft)


MINUTES = 20.0


def _conv(builder: str, *, family: Family = "conv", **training: Any) -> Architecture:
    return Architecture(
        builder=f"kerasapps.models.{builder}",
        family=family,
        minutes=MINUTES,
        space=conv_images,
        training=training,
    )


# `largest_batch` is what a step has at most where nobody says; with two `views` the answer is the
# mean of a picture and its mirror image where training mirrors.
ARCHITECTURES = Architectures(
    MappingProxyType(
        {
            "alexnet": _conv("alexnet.alexnet"),
            "cnn": _conv("cnn.cnn", learning_rate=2e-3),
            "densenet": _conv("densenet.densenet"),
            "fast_resnet": Architecture(
                builder="kerasapps.models.fast_resnet.fast_resnet",
                family="conv",
                minutes=MINUTES,
                space=conv_images,
                # Much is learnt from each picture: the rate is for orthogonal steps of 256.
                training={"optimizer": "muon", "learning_rate": 0.12, "label_smoothing": 0.1},
                limits={"largest_batch": 256, "views": 2},
            ),
            "inception": _conv("inception.inception"),
            "mlp": Architecture(
                builder="kerasapps.models.mlp.mlp", family="dense", minutes=MINUTES, space=mlp
            ),
            "mobile_cnn": _conv("mobile_cnn.mobile_cnn", family="depthwise", learning_rate=2e-3),
            "resnet": _conv("resnet.resnet"),
            "resnet8": Architecture(
                builder="kerasapps.models.resnet8.resnet8",
                family="conv",
                minutes=MINUTES,
                space=tiny_images,
                # So small a network learns nothing by heart: labels need no smoothing.
                training={"optimizer": "muon", "learning_rate": 0.08},
                limits={"largest_batch": 256},
            ),
            "vgg": _conv("vgg.vgg"),
            "vit": Architecture(
                builder="kerasapps.models.vit.vit", family="attention", minutes=MINUTES, space=vit
            ),
        }
    ),
    preset=Architecture(
        builder="kerasapps.models.presets.preset",
        family="depthwise",  # as those that packages bring, and most for phones
        minutes=MINUTES,
        space=image_preset,
        # A new head learns fast; the backbone then gets `fine_tune_rate` of this. Held, such a rate
        # learns a few thousand photos by heart before validation has stopped gaining.
        training={"learning_rate": 3e-3, "schedule": "cosine"},
        passes=1.6,  # pictures are mixed: no two passes show the same
    ),
    pretrained=PRETRAINED_PICTURES,
    auto=("efficientnet_lite0", "mobile_cnn", "fast_resnet"),
    own=Architecture(
        builder="kerasapps.models.own.own_classifier",
        family="conv",
        minutes=MINUTES,
        space=own_pictures,
    ),
)
