"""Networks: functions from a size to a Keras model."""

from __future__ import annotations

from kerasapps.process.training_stack import require_training

require_training(__name__)

from kerasapps.models.adapt import adapt, adapt_to_labels, backbone, linear_head
from kerasapps.models.alexnet import alexnet
from kerasapps.models.audio_transformer import audio_transformer
from kerasapps.models.bag import bag_of_embeddings, bag_of_ngrams
from kerasapps.models.bc_resnet import bc_resnet
from kerasapps.models.bilstm_crf import bilstm_crf
from kerasapps.models.cnn import cnn
from kerasapps.models.cnn_crf import cnn_crf
from kerasapps.models.crnn import crnn
from kerasapps.models.densenet import densenet
from kerasapps.models.ds_cnn import ds_cnn
from kerasapps.models.ensemble import averaged
from kerasapps.models.fast_resnet import fast_resnet
from kerasapps.models.ft_transformer import ft_transformer
from kerasapps.models.inception import inception
from kerasapps.models.matchbox import matchbox
from kerasapps.models.mlp import mlp
from kerasapps.models.mobile_cnn import mobile_cnn
from kerasapps.models.presets import preset, preset_image_size
from kerasapps.models.recurrent import bilstm, cnn_lstm, gru, lstm, lstm_attention, rnn
from kerasapps.models.resnet import resnet
from kerasapps.models.resnet8 import resnet8
from kerasapps.models.seq2seq_lstm import Seq2SeqLSTM
from kerasapps.models.seq2seq_transformer import Seq2SeqTransformer
from kerasapps.models.sound_common import SoundShape
from kerasapps.models.sound_mlp import sound_mlp
from kerasapps.models.streaming import streaming_model
from kerasapps.models.tabular_common import TabularShape
from kerasapps.models.tabular_linear import tabular_linear
from kerasapps.models.tabular_mlp import tabular_mlp
from kerasapps.models.tabular_resnet import tabular_resnet
from kerasapps.models.tagger_common import TaggerShape
from kerasapps.models.tagger_presets import tagger_preset
from kerasapps.models.text_cnn import text_cnn
from kerasapps.models.text_common import TextShape
from kerasapps.models.text_presets import preset_max_length, preset_vocabulary, text_preset
from kerasapps.models.transformer import transformer
from kerasapps.models.transformer_tagger import transformer_tagger
from kerasapps.models.translator import Translator, TranslatorShape
from kerasapps.models.translators import build_translator
from kerasapps.models.vgg import vgg
from kerasapps.models.vit import vit

__all__ = [
    "Seq2SeqLSTM",
    "Seq2SeqTransformer",
    "SoundShape",
    "TabularShape",
    "TaggerShape",
    "TextShape",
    "Translator",
    "TranslatorShape",
    "adapt",
    "adapt_to_labels",
    "alexnet",
    "audio_transformer",
    "averaged",
    "backbone",
    "bag_of_embeddings",
    "bag_of_ngrams",
    "bc_resnet",
    "bilstm",
    "bilstm_crf",
    "build_translator",
    "cnn",
    "cnn_crf",
    "cnn_lstm",
    "crnn",
    "densenet",
    "ds_cnn",
    "fast_resnet",
    "ft_transformer",
    "gru",
    "inception",
    "linear_head",
    "lstm",
    "lstm_attention",
    "matchbox",
    "mlp",
    "mobile_cnn",
    "preset",
    "preset_image_size",
    "preset_max_length",
    "preset_vocabulary",
    "resnet",
    "resnet8",
    "rnn",
    "sound_mlp",
    "streaming_model",
    "tabular_linear",
    "tabular_mlp",
    "tabular_resnet",
    "tagger_preset",
    "text_cnn",
    "text_preset",
    "transformer",
    "transformer_tagger",
    "vgg",
    "vit",
]
