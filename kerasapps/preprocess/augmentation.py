"""Random changes of training batches, as stateless TensorFlow operations on whole batches.

Resizing filters and JPEG, which are drawn when pictures are decoded, are in `variation`. Every
other change is drawn anew for each picture. The same seed gives the same result, so that a resumed
run goes on as an uninterrupted one would have.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import tensorflow as tf

from kerasapps.config import ImageConfig, choose
from kerasapps.errors import DataError
from kerasapps.preprocess import mixing, randaugment, transforms


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """Resolved strengths; the zero of each field turns it off.

    Attributes:
        flip: mirror half of the pictures left to right.
        translate: shift by up to this share of the size, whole pixels, mirrored at the border.
        rotation: turn by up to this many degrees either way.
        zoom: scale by up to this share either way.
        color: brightness, contrast and saturation by up to this share.
        randaugment: operations per picture (Cubuk et al. 2020).
        erasing: probability of erasing a rectangle (Zhong et al. 2020).
        mixup: alpha of MixUp (Zhang et al. 2018).
        cutmix: alpha of CutMix (Yun et al. 2019).
        resampling: draw the filter that brings a picture to its size.
        jpeg: lowest quality to encode a picture with again.

    Examples:
        >>> kerasapps.preprocess.Augmentation(flip=True, mixup=0.2).mixes
        True
    """

    flip: bool = False
    translate: float = 0.0
    rotation: float = 0.0
    zoom: float = 0.0
    color: float = 0.0
    randaugment: int = 0
    erasing: float = 0.0
    mixup: float = 0.0
    cutmix: float = 0.0
    resampling: bool = False
    jpeg: int = 0

    @property
    def mixes(self) -> bool:
        """Whether pictures become mixtures of two."""
        return bool(self.mixup or self.cutmix)

    @property
    def unmixed(self) -> Augmentation:
        """All of it that leaves every picture one."""
        return replace(self, mixup=0.0, cutmix=0.0)


_PICTURES, _ONE_HOT = 4, 2  # axes of batches

PRESETS = {
    "none": Augmentation(),
    "light": Augmentation(flip=True, translate=0.1, resampling=True, jpeg=50),
    "strong": Augmentation(
        flip=True,
        translate=0.1,
        zoom=0.1,
        randaugment=2,
        erasing=0.25,
        mixup=0.2,
        cutmix=1.0,
        resampling=True,
        jpeg=30,
    ),
}


def resolve_augmentation(config: ImageConfig) -> Augmentation:
    """The preset of `config.augment` with the fields that are set in `config` put over it.

    Examples:
        >>> config = kerasapps.ImageConfig(augment="light", rotation=10)
        >>> kerasapps.preprocess.resolve_augmentation(config).rotation
        10
    """
    names = [field.name for field in fields(Augmentation)]
    asked = {name: getattr(config, name) for name in names if getattr(config, name) is not None}
    return replace(PRESETS[config.augment], **asked)


def find_preset(name: str) -> Augmentation:
    """The augmentation of that name.

    Raises:
        ConfigError: for another name, with the nearest one.
    """
    return PRESETS[choose(name, PRESETS, what="augmentation")]


def augment_batches(
    batches: tf.data.Dataset, augmentation: Augmentation | str, *, seed: int, first: int = 0
) -> tf.data.Dataset:
    """A data set of changed batches; which changes, only `seed` and a batch's number decide.

    Args:
        batches: images alone, `(images, targets)`, or with more elements, which stay: as for
            `augment`. Targets must be one-hot where pictures are mixed, and are left alone where
            they are not.
        augmentation: what to do, or the name of a preset: "none", "light", "strong"; `resampling`
            and `jpeg` need encoded pictures and are not done.
        seed: of all changes.
        first: number of the first batch: to go on with what follows so many.

    Returns:
        Batches of the same elements; images float32, 0 to 255.

    Raises:
        ConfigError: for an unknown preset.
        DataError: if elements are something else, such as single pictures or mappings, or pictures
            are to be mixed and have no one-hot targets.

    Examples:
        >>> pictures = np.zeros((4, 8, 8, 3), np.uint8)
        >>> batches = tf.data.Dataset.from_tensor_slices((pictures, [0, 1, 0, 1])).batch(2)
        >>> light = kerasapps.preprocess.Augmentation(flip=True, translate=0.1)
        >>> changed = kerasapps.preprocess.augment_batches(batches, light, seed=0)
        >>> changed.element_spec[0].dtype
        tf.float32
    """
    what = find_preset(augmentation) if isinstance(augmentation, str) else augmentation
    _check_elements(batches, mixes=what.mixes)

    def change(number: Any, batch: Any) -> Any:
        images, *others = batch if isinstance(batch, tuple) else (batch,)
        draw = tf.stack([tf.constant(seed, tf.int64), number])
        mixed = others[0] if what.mixes else tf.zeros([tf.shape(images)[0], 1])
        images, mixed = augment(images, mixed, seed=draw, augmentation=what)
        if what.mixes:
            others = [mixed, *others[1:]]
        return (images, *others) if isinstance(batch, tuple) else images

    return batches.enumerate(first).map(change, tf.data.AUTOTUNE)


def augment(
    images: Any, targets: Any, *, seed: Any, augmentation: Augmentation
) -> tuple[tf.Tensor, tf.Tensor]:
    """A changed batch and its targets.

    Args:
        images: uint8 or float32 `(batch, height, width, channels)`, 0 to 255.
        targets: one-hot, float32 `(batch, num_classes)`.
        seed: int64 `(2,)`; another one for every batch.
        augmentation: what to do; `resampling` and `jpeg` were done on decoding.

    Returns:
        float32 images, 0 to 255, of the same shape, and float32 targets (soft after mixing).

    Raises:
        DataError: if the pictures are no batch, or are to be mixed and targets are not one-hot.

    Examples:
        >>> pictures = np.zeros((4, 8, 8, 3), np.uint8)
        >>> mild = kerasapps.preprocess.Augmentation(flip=True, translate=0.1)
        >>> images, targets = kerasapps.preprocess.augment(
        ...     pictures, np.eye(4), seed=(0, 0), augmentation=mild
        ... )
        >>> images.shape
        TensorShape([4, 8, 8, 3])
    """
    check_pictures(images.shape)
    if augmentation.mixes:
        _check_one_hot(targets.shape)
    seeds = tf.unstack(tf.random.experimental.stateless_split(tf.cast(seed, tf.int64), 5))
    if augmentation.rotation or augmentation.zoom:
        images = transforms.warp(
            images,
            seeds[0],
            flip=augmentation.flip,
            translate=augmentation.translate,
            rotation=augmentation.rotation,
            zoom=augmentation.zoom,
        )
    elif augmentation.flip or augmentation.translate:
        images = transforms.flip_and_translate(
            images, seeds[0], flip=augmentation.flip, translate=augmentation.translate
        )
    if augmentation.randaugment:
        images = randaugment.randaugment(images, seeds[1], operations=augmentation.randaugment)
    images = tf.cast(images, tf.float32)
    if augmentation.color:
        images = transforms.jitter_color(images, seeds[2], strength=augmentation.color)
    if augmentation.erasing:
        images = transforms.erase(images, seeds[3], probability=augmentation.erasing)
    targets = tf.cast(targets, tf.float32)
    if augmentation.mixes:
        images, targets = mixing.mix(
            images, targets, seeds[4], mixup=augmentation.mixup, cutmix=augmentation.cutmix
        )
    return images, targets


def check_pictures(shape: Any) -> None:
    """Make sure that a shape is that of a batch of pictures, all but the batch known.

    Raises:
        DataError: if not.
    """
    sides = tf.TensorShape(shape)
    if sides.rank != _PICTURES or None in sides.as_list()[1:]:
        raise DataError(
            f"Pictures have the shape {sides}: a batch (batch, height, width, channels) of known "
            "sides is changed at once. Call batch(…) on a data set before; give one picture an "
            "axis, picture[None]."
        )


def _check_one_hot(shape: Any) -> None:
    sides = tf.TensorShape(shape)
    if sides.rank != _ONE_HOT or sides.as_list()[1] == 1:
        raise DataError(
            f"MixUp and CutMix mix targets too, and these have the shape {sides}: make class "
            "numbers one-hot before, tf.one_hot(labels, classes), or take augmentation.unmixed."
        )


def _check_elements(batches: tf.data.Dataset, *, mixes: bool) -> None:
    """Make sure that a data set has batches of pictures, and targets that can be mixed."""
    if not isinstance(batches, tf.data.Dataset):
        raise DataError(f"batches is a {type(batches).__name__}: give a tf.data.Dataset.")
    spec = batches.element_spec
    first = spec[0] if isinstance(spec, tuple) and spec else spec
    if not isinstance(first, tf.TensorSpec):
        raise DataError(
            f"The data set has elements of the kind {type(first).__name__}: pictures come first, "
            'as from map(lambda each: (each["image"], each["label"])).'
        )
    check_pictures(first.shape)
    if not (first.dtype.is_floating or first.dtype.is_integer):
        raise DataError(f"Pictures are {first.dtype.name}: decode them to numbers from 0 to 255.")
    if mixes:
        targets = spec[1] if isinstance(spec, tuple) and len(spec) > 1 else None
        if not isinstance(targets, tf.TensorSpec):
            raise DataError(
                "MixUp and CutMix mix targets too: give pairs of pictures and one-hot targets, or "
                "take augmentation.unmixed."
            )
        _check_one_hot(targets.shape)
