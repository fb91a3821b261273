"""Networks: functions from a size to a Keras model, and the tables of their names."""

from __future__ import annotations

from kerasapps.models.adapt import adapt, backbone
from kerasapps.models.alexnet import alexnet
from kerasapps.models.bag import bag_of_embeddings, bag_of_ngrams
from kerasapps.models.cnn import cnn
from kerasapps.models.common import Family, ModelFacts
from kerasapps.models.densenet import densenet
from kerasapps.models.fast_resnet import fast_resnet
from kerasapps.models.image import (
    IMAGE_MODELS,
    ImageModel,
    build_image_model,
    find_image_model,
    image_model_facts,
)
from kerasapps.models.inception import inception
from kerasapps.models.mlp import mlp
from kerasapps.models.mobile_cnn import mobile_cnn
from kerasapps.models.presets import preset, preset_image_size
from kerasapps.models.recurrent import bilstm, cnn_lstm, gru, lstm, lstm_attention, rnn
from kerasapps.models.resnet import resnet
from kerasapps.models.text import (
    TEXT_MODELS,
    TextModel,
    build_text_model,
    find_text_model,
    text_model_facts,
)
from kerasapps.models.text_cnn import text_cnn
from kerasapps.models.text_common import TextShape
from kerasapps.models.text_presets import preset_max_length, preset_vocabulary, text_preset
from kerasapps.models.transformer import transformer
from kerasapps.models.translation import (
    TRANSLATION_MODELS,
    TranslationModel,
    build_translator,
    find_translator,
    translation_model_facts,
)
from kerasapps.models.translator import State, Translator, TranslatorShape
from kerasapps.models.vgg import vgg
from kerasapps.models.vit import vit

__all__ = [
    "IMAGE_MODELS",
    "TEXT_MODELS",
    "TRANSLATION_MODELS",
    "Family",
    "ImageModel",
    "ModelFacts",
    "State",
    "TextModel",
    "TextShape",
    "TranslationModel",
    "Translator",
    "TranslatorShape",
    "adapt",
    "alexnet",
    "backbone",
    "bag_of_embeddings",
    "bag_of_ngrams",
    "bilstm",
    "build_image_model",
    "build_text_model",
    "build_translator",
    "cnn",
    "cnn_lstm",
    "densenet",
    "fast_resnet",
    "find_image_model",
    "find_text_model",
    "find_translator",
    "gru",
    "image_model_facts",
    "inception",
    "lstm",
    "lstm_attention",
    "mlp",
    "mobile_cnn",
    "preset",
    "preset_image_size",
    "preset_max_length",
    "preset_vocabulary",
    "resnet",
    "rnn",
    "text_cnn",
    "text_model_facts",
    "text_preset",
    "transformer",
    "translation_model_facts",
    "vgg",
    "vit",
]
