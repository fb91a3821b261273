"""The net of cifar10-airbench: much accuracy for little training."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers import FusedBatchNorm, Gelu, WhitenedConv2D
from kerasapps.models.common import InputShape, channels, check_shape, picture_input, repeats

_GRID = 64  # the stages start from at most this many cells a side


@keras.saving.register_keras_serializable(package="kerasapps")
class PartialIdentity(keras.initializers.Initializer):
    """Convolution kernels whose first filters pass the channels on; the rest are random.

    Args:
        seed: of the random rest.

    Reference: Jordan 2024 (arXiv 2404.00498), section 3.3 (dirac initialization).
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
        """A kernel `(height, width, channels, filters)`."""
        height, width, inputs, filters = shape
        # PyTorch's default for convolutions, which the reference keeps: uniform, variance 1/(3n).
        random = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform", seed=self.seed)
        same = min(inputs, filters)
        identity = keras.ops.reshape(keras.ops.eye(inputs, same, dtype=dtype), (1, 1, inputs, same))
        top, left = (height - 1) // 2, (width - 1) // 2
        margins = ((top, height - 1 - top), (left, width - 1 - left), (0, 0), (0, 0))
        rest = random((height, width, inputs, filters), dtype=dtype)[..., same:]
        return keras.ops.concatenate([keras.ops.pad(identity, margins), rest], axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}


def _conv(
    x: Any, filters: int, name: str, *, kernel: int = 3, strides: int = 1, pool: bool = False
) -> Any:
    """Convolution, max pooling if asked for, batch normalization without scale, GELU."""
    x = keras.layers.Conv2D(
        filters,
        kernel,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer=PartialIdentity(),
        name=f"{name}_conv",
    )(x)
    if pool:
        x = keras.layers.MaxPooling2D(2, name=f"{name}_pool")(x)
    # GELU is not scale-invariant but the next convolution can scale: a learnt scale is left out.
    x = FusedBatchNorm(momentum=0.6, epsilon=1e-6, scale=False, name=f"{name}_norm")(x)
    return Gelu(name=f"{name}_gelu")(x)


def fast_resnet(
    *,
    input_shape: InputShape,
    num_classes: int,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.0,
    kernel: int = 3,
) -> keras.Model:
    """Whitened patches, three pooled stages of two convolutions, and a scaled linear head.

    The whitening is set from training pictures by `kerasapps.models.adapt` before training.
    Pictures over 48 pixels are whitened in patches that do not overlap, and those whose grid is
    then still over 64 cells a side pass strided convolutions first.

    Args:
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        width: multiplies the channels of the stages (64, 256, 256).
        depth: multiplies the convolutions of a stage (2).
        dropout: before the head.
        kernel: side of the kernels of the stages; the whitened patches stay 2x2.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if the shape or number of classes cannot work.

    Reference: Jordan 2024 (arXiv 2404.00498), section 3.

    Examples:
        >>> model = kerasapps.models.fast_resnet(input_shape=(32, 32, 3), num_classes=4, width=0.25)
        >>> model.output_shape
        (None, 4)
    """
    check_shape(input_shape, num_classes, smallest=16)
    smaller = min(input_shape[:2])
    inputs, x = picture_input(input_shape)
    x = WhitenedConv2D(2, strides=2 if smaller > 48 else 1, name="whiten")(x)
    x = Gelu(name="whiten_gelu")(x)
    first, stem = channels(64, width), 0
    while min(x.shape[1:3]) > _GRID:
        stem += 1
        x = _conv(x, first, f"stem{stem}", strides=2)
    for stage, base in enumerate((64, 256, 256), 1):
        for block in range(1, repeats(2, depth) + 1):
            name = f"stage{stage}_{block}"
            x = _conv(x, channels(base, width), name, kernel=kernel, pool=block == 1)
    x = keras.layers.GlobalMaxPooling2D(name="pool")(x)
    x = keras.layers.Rescaling(1 / 9, name="scale")(x)
    if dropout:
        x = keras.layers.Dropout(dropout, name="head_dropout")(x)
    outputs = keras.layers.Dense(num_classes, use_bias=False, dtype="float32", name="logits")(x)
    return keras.Model(inputs, outputs, name="fast_resnet")
