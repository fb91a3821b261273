"""Random changes of training batches, as stateless TensorFlow operations on whole batches.

Resizing filters and JPEG, which are drawn when pictures are decoded, are in `variation`. Every
other change is drawn anew for each picture. The same seed gives the same result, so that a resumed
run goes on as an uninterrupted one would have.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import tensorflow as tf

from kerasapps.config import ImageConfig
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


def augment_batches(
    batches: tf.data.Dataset, augmentation: Augmentation, *, seed: int, first: int = 0
) -> tf.data.Dataset:
    """A data set of changed batches; which changes, only `seed` and a batch's number decide.

    Args:
        batches: `(images, targets)` or with more elements, which stay: as for `augment`. Targets
            must be one-hot where pictures are mixed, and are left alone where they are not.
        augmentation: what to do; `resampling` and `jpeg` need encoded pictures and are not done.
        seed: of all changes.
        first: number of the first batch: to go on with what follows so many.

    Returns:
        Batches of the same elements; images float32, 0 to 255.

    Examples:
        >>> pictures = np.zeros((4, 8, 8, 3), np.uint8)
        >>> batches = tf.data.Dataset.from_tensor_slices((pictures, [0, 1, 0, 1])).batch(2)
        >>> light = kerasapps.preprocess.Augmentation(flip=True, translate=0.1)
        >>> changed = kerasapps.preprocess.augment_batches(batches, light, seed=0)
        >>> changed.element_spec[0].dtype
        tf.float32
    """

    def change(number: Any, batch: tuple[Any, ...]) -> tuple[Any, ...]:
        images, targets, *others = batch
        draw = tf.stack([tf.constant(seed, tf.int64), number])
        mixed = targets if augmentation.mixes else tf.zeros([tf.shape(images)[0], 1])
        images, mixed = augment(images, mixed, seed=draw, augmentation=augmentation)
        return (images, mixed if augmentation.mixes else targets, *others)

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

    Examples:
        >>> pictures = np.zeros((4, 8, 8, 3), np.uint8)
        >>> mild = kerasapps.preprocess.Augmentation(flip=True, translate=0.1)
        >>> images, targets = kerasapps.preprocess.augment(
        ...     pictures, np.eye(4), seed=(0, 0), augmentation=mild
        ... )
        >>> images.shape
        TensorShape([4, 8, 8, 3])
    """
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
