"""Classes of ours that saved models are made of: found by Keras though nobody imported them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.machinery import ModuleSpec
from types import MappingProxyType, ModuleType
from typing import Any, Final

_PACKAGE: Final = "kerasapps"
_KERAS: Final = "keras"
CLASSES: Final = MappingProxyType(
    {
        "layers.activation": "Gelu",
        "layers.attention": "FeatureMapAttention FeatureMapTransformer",
        "layers.attentive_lstm": "AttentiveLSTM",
        "layers.bins": "PiecewiseNumbers _FirstBin",
        "layers.categories": "CategoryEmbedding",
        "layers.conv": "ConvBlock DepthwiseConvBlock SqueezeExcite",
        "layers.crf": "ConditionalRandomField",
        "layers.decoder": "TransformerDecoderBlock",
        "layers.decoder_attention": "CausalSelfAttention CrossAttention",
        "layers.dense_block": "DenseBlock",
        "layers.embedding": "TokenEmbedding WordDropout",
        "layers.inception": "InceptionModule",
        "layers.mel": "LogMel",
        "layers.memory_attention": "MemoryAttention",
        "layers.ngram_votes": "NgramVotes",
        "layers.ngrams": "NgramIds SolvedVotes",
        "layers.normalization": "FusedBatchNorm",
        "layers.opinions": "OpinionPool",
        "layers.pair_embedding": "PairEmbedding",
        "layers.pcen": "Pcen",
        "layers.pooling": "AdditiveAttention AttentionPooling MaskedPooling",
        "layers.position_table": "PositionTable",
        "layers.recurrent": "BidirectionalStack GRUStack LSTMStack RNNStack",
        "layers.residual": "BottleneckBlock InvertedResidual ResidualBlock",
        "layers.spec_augment": "SpecAugment",
        "layers.transformer": "MultiHeadSelfAttention PositionalEncoding "
        "TokenAndPositionEmbedding TransformerEncoderBlock",
        "layers.uncertainty": "UncertaintyWeights",
        "layers.whitening": "WhitenedConv2D",
        "layers.word_characters": "AffixVectors CharacterFeatures",
        "models.fast_resnet": "PartialIdentity",
        "models.presets": "InferenceBackbone",
        "models.pretrained.efficientnet_lite": "EfficientNetLite EfficientNetLiteImageConverter",
        "models.seq2seq_lstm": "Seq2SeqLSTM",
        "models.seq2seq_transformer": "Seq2SeqTransformer",
        "models.tagger_presets": "FirstPieces",
        "preprocess.augment_layer": "Augment",
        "recipes.translation.compiled": "PieceAccuracy PieceLoss",
        "toolkit.losses": "AnswerLoss",
        "training.muon": "HiddenMuon",
        "training.optimizers": "FactoredAdagrad FactoredAdam FactoredRMSprop FactoredSGD",
    }
)
"""Module → its classes that are registered with Keras under this package."""


def find_when_keras_comes() -> None:
    """Lets Keras find our classes from its import on; nothing is imported here.

    Keras loads a class of another package only if it was registered, which the class's own module
    does when it is imported. Until then a stand-in is registered, which imports that module when
    a saved model asks for the class.
    """
    keras = sys.modules.get(_KERAS)
    if keras is None:
        sys.meta_path.insert(0, _Waiting())
    elif hasattr(keras, "saving"):  # else it is just being imported, by what imports us
        _register(keras)


def _register(keras: ModuleType) -> None:
    known = keras.saving.get_custom_objects()
    for module, name in _homes():
        known.setdefault(f"{_PACKAGE}>{name}", _stand_in(f"{_PACKAGE}.{module}", name))


def _homes() -> Iterator[tuple[str, str]]:
    return ((module, name) for module, names in CLASSES.items() for name in names.split())


def _stand_in(module: str, name: str) -> type:
    """A class that makes instances of another from their configuration."""

    def from_config(_: type, config: dict[str, Any]) -> Any:
        return getattr(importlib.import_module(module), name).from_config(config)

    return type(name, (), {"from_config": classmethod(from_config), "__module__": module})


class _Waiting:
    """Finds Keras as it would be found anyway, and registers our classes once it is imported.

    Whether Keras is there may be asked any number of times before that.
    """

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != _KERAS:
            return None
        others = (each for each in sys.meta_path if each is not self)
        specs = (each.find_spec(name, path, target) for each in others)
        spec = next((each for each in specs if each is not None), None)
        if spec is not None and spec.loader is not None:
            spec.loader = _ThenRegister(spec.loader, self)  # type: ignore[assignment]
        return spec


class _ThenRegister:
    """Keras's own loader, after which our classes are registered and nobody waits."""

    def __init__(self, loader: Any, waiting: _Waiting) -> None:
        self._loader, self._waiting = loader, waiting

    def create_module(self, spec: ModuleSpec) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        _register(module)
        with suppress(ValueError):  # somebody has taken it out
            sys.meta_path.remove(self._waiting)  # type: ignore[arg-type]
