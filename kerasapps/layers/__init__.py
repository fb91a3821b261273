"""Keras layers: each one can be saved, loaded and converted to TFLite builtins.

Recurrent stacks convert with `unroll=True` and inputs of a known length; `AttentiveLSTM`, whose
call is a loop, step by step.
"""

from __future__ import annotations

from kerasapps.process.training_stack import require_training

require_training(__name__)

from kerasapps.layers.activation import Gelu
from kerasapps.layers.attention import FeatureMapAttention, FeatureMapTransformer
from kerasapps.layers.attentive_lstm import AttentiveLSTM
from kerasapps.layers.bins import PiecewiseNumbers
from kerasapps.layers.categories import CategoryEmbedding
from kerasapps.layers.conv import ConvBlock, DepthwiseConvBlock, SqueezeExcite, make_divisible
from kerasapps.layers.crf import ConditionalRandomField
from kerasapps.layers.decoder import TransformerDecoderBlock
from kerasapps.layers.decoder_attention import CausalSelfAttention, CrossAttention
from kerasapps.layers.dense_block import DenseBlock
from kerasapps.layers.embedding import TokenEmbedding, WordDropout
from kerasapps.layers.inception import InceptionModule
from kerasapps.layers.mel import LogMel
from kerasapps.layers.memory_attention import MemoryAttention
from kerasapps.layers.ngram_votes import NgramVotes
from kerasapps.layers.ngrams import NgramIds, SolvedVotes
from kerasapps.layers.normalization import FusedBatchNorm
from kerasapps.layers.opinions import OpinionPool
from kerasapps.layers.pair_embedding import PairEmbedding
from kerasapps.layers.pcen import Pcen
from kerasapps.layers.pooling import AdditiveAttention, AttentionPooling, MaskedPooling
from kerasapps.layers.position_table import PositionTable
from kerasapps.layers.recurrent import BidirectionalStack, GRUStack, LSTMStack, RNNStack
from kerasapps.layers.residual import BottleneckBlock, InvertedResidual, ResidualBlock
from kerasapps.layers.spec_augment import SpecAugment
from kerasapps.layers.transformer import (
    MultiHeadSelfAttention,
    PositionalEncoding,
    TokenAndPositionEmbedding,
    TransformerEncoderBlock,
)
from kerasapps.layers.uncertainty import UncertaintyWeights
from kerasapps.layers.whitening import WhitenedConv2D
from kerasapps.layers.word_characters import AffixVectors, CharacterFeatures

__all__ = [
    "AdditiveAttention",
    "AffixVectors",
    "AttentionPooling",
    "AttentiveLSTM",
    "BidirectionalStack",
    "BottleneckBlock",
    "CategoryEmbedding",
    "CausalSelfAttention",
    "CharacterFeatures",
    "ConditionalRandomField",
    "ConvBlock",
    "CrossAttention",
    "DenseBlock",
    "DepthwiseConvBlock",
    "FeatureMapAttention",
    "FeatureMapTransformer",
    "FusedBatchNorm",
    "GRUStack",
    "Gelu",
    "InceptionModule",
    "InvertedResidual",
    "LSTMStack",
    "LogMel",
    "MaskedPooling",
    "MemoryAttention",
    "MultiHeadSelfAttention",
    "NgramIds",
    "NgramVotes",
    "OpinionPool",
    "PairEmbedding",
    "Pcen",
    "PiecewiseNumbers",
    "PositionTable",
    "PositionalEncoding",
    "RNNStack",
    "ResidualBlock",
    "SolvedVotes",
    "SpecAugment",
    "SqueezeExcite",
    "TokenAndPositionEmbedding",
    "TokenEmbedding",
    "TransformerDecoderBlock",
    "TransformerEncoderBlock",
    "UncertaintyWeights",
    "WhitenedConv2D",
    "WordDropout",
    "make_divisible",
]
