"""MixUp and CutMix: pairs of pictures, and their targets, become one."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasapps.preprocess.transforms import box_mask, split_seed, uniform


def mix(
    images: Any, targets: Any, seed: Any, *, mixup: float, cutmix: float
) -> tuple[tf.Tensor, tf.Tensor]:
    """Mix every picture with its neighbour in the batch, which is shuffled already.

    With both alphas above 0 each picture takes one of the two methods by a fair coin.

    Args:
        images: float32 `(batch, height, width, channels)`.
        targets: float32 `(batch, num_classes)`.
        seed: int64 `(2,)`.
        mixup: alpha of the Beta distribution of MixUp; 0: off.
        cutmix: alpha of CutMix; 0: off.

    Returns:
        Mixed images and targets of the same shapes.

    Reference: Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization", section 2;
    Yun et al. 2019, "CutMix", section 3.1.
    """
    batch = tf.shape(images)[0]
    coin, mixup_seed, cutmix_seed, place = split_seed(seed, 4)
    kept: Any = tf.ones([batch, 1, 1, 1])
    if mixup:
        kept = tf.reshape(_beta(batch, mixup, mixup_seed), [batch, 1, 1, 1])
    if cutmix:
        pasted = _cutmix_share(images, batch, cutmix, cutmix_seed, place)
        if mixup:
            heads = tf.reshape(uniform([batch], coin) < 0.5, [batch, 1, 1, 1])
            kept = tf.where(heads, kept, pasted)
        else:
            kept = pasted
    share = tf.reshape(tf.reduce_mean(kept, axis=[1, 2, 3]), [batch, 1])
    partner, partner_targets = tf.roll(images, 1, axis=0), tf.roll(targets, 1, axis=0)
    mixed = partner + kept * (images - partner)
    return mixed, partner_targets + share * (targets - partner_targets)


def _cutmix_share(images: Any, batch: Any, alpha: float, seed: Any, place: Any) -> tf.Tensor:
    """1 where a picture stays, 0 in the rectangle that its partner fills."""
    _, height, width, _ = images.shape
    side = tf.sqrt(1 - _beta(batch, alpha, seed))
    inside = box_mask(height, width, side, side, uniform([batch, 2], place))
    return 1 - tf.cast(inside, tf.float32)


def _beta(batch: Any, alpha: float, seed: Any) -> tf.Tensor:
    """Draws of Beta(alpha, alpha), float32 `(batch,)`: the share of one of two Gamma(alpha).

    For small alphas most of these are too small for a float, hence their logarithms: Gamma(alpha)
    is Gamma(alpha + 1) times a uniform number to the power of 1 / alpha.

    Reference: Marsaglia and Tsang 2000, section 6.
    """
    gamma_seed, power_seed = split_seed(seed, 2)
    larger = tf.random.stateless_gamma([2, batch], gamma_seed, alpha=alpha + 1)
    # 1 less a number from 0 to below 1 has a logarithm.
    logs = tf.math.log(larger) + tf.math.log(1 - uniform([2, batch], power_seed)) / alpha
    return tf.sigmoid(logs[0] - logs[1])
