"""Progressive resizing: training begins on small pictures, which cost less, and they grow."""

from __future__ import annotations

import keras

from kerasapps.errors import ConfigError

FULL_SIZE = 1.0
STAGES = 8  # scales are eighths of the full side
HOLD = 0.2  # share of training before the pictures begin to grow
GROWN = 0.7  # share of training after which they have their full size


def scale_at(progress: float, start: float) -> float:
    """The share of its full side that a picture has when `progress` of the training is done.

    `start` at first, then growing in steps of an eighth, and the full size for the last part of
    the training, in which the network settles on the pictures that it will be given.

    Args:
        progress: share of training done, 0 to 1.
        start: scale at the beginning, 0 to 1.

    Returns:
        One of `scales(start)`.

    Reference: Howard and Gugger 2020 (arXiv 2002.04688), progressive resizing; Tan and Le 2021
    (arXiv 2104.00298), section 4.1.
    """
    grown = min(1.0, max(0.0, (progress - HOLD) / (GROWN - HOLD)))
    steps = scales(start)
    return steps[min(len(steps) - 1, int(grown * len(steps)))]


def scales(start: float) -> tuple[float, ...]:
    """`start`, the eighths above it, and 1."""
    between = (eighth / STAGES for eighth in range(1, STAGES) if eighth / STAGES > start)
    return (start, *between, FULL_SIZE) if start < FULL_SIZE else (FULL_SIZE,)


def scaled_side(side: int, scale: float) -> int:
    """Pixels of a side of `side` pixels at that scale, at least 1."""
    return max(1, round(side * scale))


def at_scale(model: keras.Model, scale: float) -> keras.Model:
    """The same layers and weights, wired for pictures of another size.

    Args:
        model: a functional model with one input `(batch, height, width, channels)`.
        scale: of both sides.

    Returns:
        A model that shares every layer with `model`; `model` itself at full size.

    Raises:
        ConfigError: if the model's weights belong to one size of pictures.
    """
    if scale == FULL_SIZE:
        return model
    _, height, width, channels = model.inputs[0].shape
    size = (scaled_side(height, scale), scaled_side(width, scale))
    inputs = keras.Input((*size, channels), dtype=model.inputs[0].dtype)
    try:
        twin = keras.models.clone_model(
            model, input_tensors=inputs, clone_function=lambda layer: layer
        )
        # Some layers only notice when they compute.
        twin(keras.ops.zeros((1, *size, channels), dtype=inputs.dtype))
    # Which error a layer raises on a shape that it was not built for is its own choice.
    except Exception as error:
        raise ConfigError(
            f"ImageConfig.start_scale {scale:g} needs a network that takes pictures of any size, "
            f"and {model.name} does not take {size[0]}×{size[1]} where it was built for "
            f"{height}×{width}. Leave the option out, begin with larger pictures, or choose a "
            "convolutional model such as mobile_cnn, cnn or resnet."
        ) from error
    return twin
