"""How large the pictures are that a network takes."""

from __future__ import annotations

from kerasapps.config import ImageConfig, ModelConfig, pretrained_source
from kerasapps.config.own import own_title
from kerasapps.data.images.examples import ImageSplits
from kerasapps.errors import ConfigError
from kerasapps.models import preset_image_size
from kerasapps.models.own_source import own_picture_shape
from kerasapps.preprocess.image import ImageSpec, choose_image_size
from kerasapps.recipes.image_classification.architectures import ARCHITECTURES


def choose_image_spec(config: ImageConfig, model: ModelConfig, splits: ImageSplits) -> ImageSpec:
    """The size asked for, else the pretrained backbone's own, else one that suits the data.

    A finished network of the user's takes pictures of its own size and channels only.

    Raises:
        ConfigError: if it is asked to take others.
    """
    fixed = own_picture_shape(model.model)
    if fixed is not None:
        _refuse_other_size(config, model, fixed)
        return ImageSpec(height=fixed[0], width=fixed[1], channels=fixed[2], resize=config.resize)
    side = None
    if config.size is None and ARCHITECTURES.is_pretrained(model.model):
        known = ARCHITECTURES.pretrained.get(model.model)
        side = known.size if known else preset_image_size(pretrained_source(model.model))
    median = splits.audit["sizes"].short_side[1]
    height, width = config.size or (side or choose_image_size(median),) * 2
    return ImageSpec(height=height, width=width, channels=config.channels, resize=config.resize)


def _refuse_other_size(config: ImageConfig, model: ModelConfig, fixed: tuple[int, ...]) -> None:
    """The size in the options must be the network's."""
    if config.size is not None and tuple(config.size) != fixed[:2]:
        raise ConfigError(
            f"image_size {config.size[0]}x{config.size[1]} is not what {own_title(model.model)} "
            f"takes, {fixed[0]}x{fixed[1]}: leave image_size out, or give a function "
            "(input_shape, num_classes)."
        )
