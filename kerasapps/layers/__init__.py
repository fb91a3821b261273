"""Keras layers: each one can be saved, loaded and converted to TFLite builtins."""

from __future__ import annotations

from kerasapps.layers.activation import Gelu
from kerasapps.layers.attention import FeatureMapAttention, FeatureMapTransformer
from kerasapps.layers.conv import ConvBlock, DepthwiseConvBlock, SqueezeExcite, make_divisible
from kerasapps.layers.dense_block import DenseBlock
from kerasapps.layers.inception import InceptionModule
from kerasapps.layers.normalization import FusedBatchNorm
from kerasapps.layers.residual import BottleneckBlock, InvertedResidual, ResidualBlock
from kerasapps.layers.whitening import WhitenedConv2D

__all__ = [
    "BottleneckBlock",
    "ConvBlock",
    "DenseBlock",
    "DepthwiseConvBlock",
    "FeatureMapAttention",
    "FeatureMapTransformer",
    "FusedBatchNorm",
    "Gelu",
    "InceptionModule",
    "InvertedResidual",
    "ResidualBlock",
    "SqueezeExcite",
    "WhitenedConv2D",
    "make_divisible",
]
