"""Pretrained backbones: KerasHub presets and saved Keras models."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from kerasapps.config import PRETRAINED_PICTURES, offline_advice
from kerasapps.errors import ConfigError
from kerasapps.files.room import is_out_of_space
from kerasapps.models.common import InputShape, check_shape, logits

_EFFICIENTNET_LITE_SIZE = 224


@keras.saving.register_keras_serializable(package="kerasapps")
class InferenceBackbone(keras.Model):
    """A functional model whose layers always run in inference mode, whatever `training` says.

    Keras 3 hands the `training` of an outer model to every inner layer, over a `training=False`
    that the inner call was given; batch normalization would then forget the pretrained statistics.
    Gradients flow as ever: set `trainable` to choose what is learnt.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        return super().call(inputs, training=False, mask=mask)


@dataclasses.dataclass(frozen=True)
class _Source:
    """A backbone that wants `pixels * scale + offset`, from pictures of `size` pixels a side."""

    model: keras.Model
    scale: float | Sequence[float] = 1.0
    offset: float | Sequence[float] = 0.0
    size: int | None = None


def preset(
    name_or_path: str,
    *,
    input_shape: InputShape,
    num_classes: int,
    dropout: float = 0.2,
) -> keras.Model:
    """A classifier on a pretrained backbone, with a new head.

    The backbone is one layer, `"backbone"`, always run in inference mode (its batch normalization
    keeps the pretrained statistics even while its weights are trained). Scaling of the pixels:

    - KerasHub presets: their own image converter; the EfficientNet-Lite family, when a folder
      holds no converter, `(pixels - 127) / 128`.
    - `.keras` files: none, so the file must take pixels from 0 to 255 itself, as every model
      of kerasapps does. Its head (the last dense layer and what follows it) is cut off.

    Args:
        name_or_path: KerasHub preset name, preset folder, or path of a `.keras` file.
        input_shape: `(height, width, channels)`; grey pictures are repeated to three channels
            where the backbone wants colour.
        num_classes: number of logits.
        dropout: before the head.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: if nothing loads under that name, the backbone cannot take `input_shape`, or
            its pixel scaling is unknown.

    Examples:
        >>> kerasapps.models.mlp(input_shape=(8, 8, 1), num_classes=10, width=0.1).save("own.keras")
        >>> model = kerasapps.models.preset("own.keras", input_shape=(8, 8, 1), num_classes=3)
        >>> model.output_shape, kerasapps.models.backbone(model).name
        ((None, 3), 'backbone')
    """
    check_shape(input_shape, num_classes)
    source = _open(name_or_path)
    wanted = _wanted_channels(source.model, input_shape, name_or_path)
    inputs = x = keras.Input(input_shape, dtype="float32", name="image")
    if wanted == 3 and input_shape[2] == 1:
        x = keras.layers.Concatenate(name="grey_to_color")([x, x, x])
    if (source.scale, source.offset) != (1.0, 0.0):
        rescale = keras.layers.Rescaling(
            source.scale, offset=source.offset, name="rescale", dtype="float32"
        )
        x = rescale(x)
    features = _pool(source.model(x))
    outputs = logits(features, num_classes, dropout)
    return keras.Model(inputs, outputs, name="preset")


def preset_image_size(name_or_path: str) -> int | None:
    """Pixels a side that the backbone was trained on, or None where it does not say.

    Raises:
        ConfigError: if nothing loads under that name.

    Examples:
        >>> kerasapps.models.mlp(input_shape=(8, 8, 1), num_classes=10, width=0.1).save("own.keras")
        >>> kerasapps.models.preset_image_size("own.keras")
        8
    """
    return _open(name_or_path, weights=False).size


def _open(name_or_path: str, *, weights: bool = True) -> _Source:
    if not name_or_path.endswith(".keras"):
        return _open_preset(name_or_path, weights=weights)
    if not Path(name_or_path).is_file():
        raise ConfigError(f"There is no file {name_or_path!r}. Give the path of a .keras file.")
    return _open_file(name_or_path)


def _open_file(path: str) -> _Source:
    try:
        model = keras.models.load_model(path, compile=False)
    except Exception as error:  # Keras raises many kinds for a file that it cannot read
        raise ConfigError(
            f"{path!r} does not load as a Keras model: {_first_line(error)} "
            "Save it again with model.save(...), without Lambda layers."
        ) from error
    if not isinstance(model, keras.Model) or len(getattr(model, "inputs", None) or ()) != 1:
        raise ConfigError(f"{path!r} is not a functional or sequential model with one input.")
    headless = InferenceBackbone(model.inputs[0], _before_head(model), name="backbone")
    return _Source(headless, size=headless.input_shape[1])


def _before_head(model: keras.Model) -> Any:
    """What goes into the last dense layer of a classifier, or the output of one without."""
    for layer in reversed(model.layers):
        if isinstance(layer, keras.layers.Dense):
            return layer.input
        if not isinstance(
            layer, keras.layers.Activation | keras.layers.Softmax | keras.layers.Dropout
        ):
            break
    return model.outputs[0]


def _open_preset(name_or_path: str, *, weights: bool) -> _Source:
    import keras_hub  # takes a second to import, so only when a preset is asked for

    policy = keras.config.dtype_policy()
    try:
        model = keras_hub.models.Backbone.from_preset(
            name_or_path, load_weights=weights, dtype=policy
        )
    except Exception as error:  # unknown name, no network, damaged folder: all the same to a user
        if is_out_of_space(error):
            raise  # a download found the disk full
        raise ConfigError(
            f"The preset {name_or_path!r} does not load: {_first_line(error)} Give the name of a "
            "KerasHub preset (keras.io/keras_hub/presets; it is downloaded), a preset folder with "
            "config.json and model.weights.h5, or a .keras file. "
            f"{offline_advice(PRETRAINED_PICTURES)}"
        ) from error
    if len(model.inputs) != 1 or len(model.outputs) != 1 or len(model.inputs[0].shape) != 4:
        raise ConfigError(
            f"The preset {name_or_path!r} ({type(model).__name__}) does not turn one picture "
            "into features. Choose the preset of an image classifier."
        )
    scale, offset, size = _preset_scaling(name_or_path, model)
    headless = InferenceBackbone(model.inputs[0], _token_or_map(model), name="backbone")
    return _Source(headless, scale, offset, size or headless.input_shape[1])


def _preset_scaling(name: str, model: keras.Model) -> tuple[Any, Any, int | None]:
    """Scale, offset and picture size of the preset's image converter."""
    import keras_hub

    try:
        converter = keras_hub.layers.ImageConverter.from_preset(name)
    except Exception as error:  # no image_converter.json, or no converter class for the backbone
        if _is_efficientnet_lite(model):
            # The family's authors: mean 127, deviation 128 (tpu/models/official/efficientnet/lite).
            return 1 / 128, -127 / 128, _EFFICIENTNET_LITE_SIZE
        raise ConfigError(
            f"The preset {name!r} holds no image_converter.json, so the pixel scaling that its "
            "backbone wants is unknown. Write one: keras_hub.layers.ImageConverter(image_size="
            "(224, 224), scale=…, offset=…).save_to_preset(folder)."
        ) from error
    size = converter.image_size
    plain = [
        1.0 if converter.scale is None else converter.scale,
        0.0 if converter.offset is None else converter.offset,
    ]
    return plain[0], plain[1], None if size is None else int(size[0])


def _is_efficientnet_lite(model: keras.Model) -> bool:
    config = model.get_config()
    excite = config.get("stackwise_squeeze_and_excite_ratios", [1])
    return (
        "EfficientNet" in type(model).__name__
        and not any(excite)
        and (config.get("activation") == "relu6")
    )


def _token_or_map(model: keras.Model) -> Any:
    """The class token of a vision transformer that has one, else all of the output."""
    output = model.outputs[0]
    names = {type(layer).__name__ for layer in model.layers}
    return output[:, 0] if len(output.shape) == 3 and _has_class_token(names) else output


def _has_class_token(layer_names: set[str]) -> bool:
    # ViT, DeiT and DINO prepend the token in their embedding layer; Swin and MiT have none.
    return any(name.startswith(("ViT", "DeiT", "DINO", "DinoV")) for name in layer_names)


def _pool(features: Any) -> Any:
    if len(features.shape) == 4:
        return keras.layers.GlobalAveragePooling2D(name="pool")(features)
    if len(features.shape) == 3:
        return keras.layers.GlobalAveragePooling1D(name="pool")(features)
    return features


def _wanted_channels(model: keras.Model, input_shape: InputShape, name: str) -> int:
    _, height, width, channels = model.input_shape
    fits = all(a in (None, b) for a, b in zip((height, width), input_shape[:2], strict=True))
    if not fits:
        wanted = height if height == width else f"{height}x{width}"
        raise ConfigError(
            f"The backbone {name!r} takes pictures of {height}x{width} pixels, not "
            f"{input_shape[0]}x{input_shape[1]}. Set image_size={wanted}."
        )
    if channels not in (None, input_shape[2]) and (channels, input_shape[2]) != (3, 1):
        raise ConfigError(
            f"The backbone {name!r} takes pictures of {channels} channel(s), not "
            f"{input_shape[2]}. Set channels={channels}."
        )
    return int(channels or input_shape[2])


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
