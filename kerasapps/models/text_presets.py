"""Pretrained text encoders with a WordPiece tokenizer, from KerasHub and Hugging Face."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.config import PRETRAINED_TEXTS, offline_advice
from kerasapps.errors import ConfigError
from kerasapps.files.room import is_out_of_space
from kerasapps.layers.pooling import MaskedPooling
from kerasapps.models.bert_inputs import bert_inputs
from kerasapps.models.common import logits
from kerasapps.models.text_common import PAD_ID, TextShape, chosen, hide_words, token_input

_WORKS = (
    "Presets of BERT, DistilBERT and ELECTRA work: by name (keras.io/keras_hub/presets; it is "
    "downloaded), as a KerasHub preset folder, or as a Hugging Face folder with config.json, "
    "model.safetensors, tokenizer_config.json and vocab.txt."
)


def text_preset(name_or_path: str, shape: TextShape, *, dropout: float = 0.1) -> keras.Model:
    """A classifier on a pretrained encoder: mean of the tokens' vectors, dropout, logits.

    The encoder is one layer, `"backbone"`, without the part of it that only its first training
    task used (BERT's pooler). It sees all tokens but the padding, as one segment.

    Args:
        name_or_path: KerasHub preset name, KerasHub preset folder, or Hugging Face folder.
        shape: `vocabulary_size` is that of the preset's own vocabulary. With `for_export` the
            values of the weights are not read: copy those of the trained network, whose weights
            have the same order.
        dropout: before the head, where `shape` leaves it open.

    Returns:
        A model to float32 logits `(batch, num_classes)` from int32 ids `(batch, length)`, or with
        `for_export` from the three `bert_inputs.EXPORT_INPUTS`: ids, 1 where a token is, segments.

    Raises:
        ConfigError: if nothing loads under that name, it is no encoder with a padding mask, or
            `shape` asks for what it cannot give.

    Reference: Devlin et al. 2019, section 3.2; Reimers & Gurevych 2019, section 3 (mean pooling).
    """
    encoder = pretrained_encoder(name_or_path, weights=not shape.for_export)
    check_encoder(encoder, shape, name_or_path)
    return encoder_classifier(encoder, shape, dropout=dropout)


def encoder_classifier(
    encoder: keras.Model, shape: TextShape, *, dropout: float = 0.1
) -> keras.Model:
    """`text_preset` on an encoder that is loaded already, KerasHub's model of it."""
    inputs, feeds = _export_inputs(shape) if shape.for_export else _training_inputs(shape)
    backbone = tokens_only(encoder)
    vectors = backbone({name: feeds[name] for name in encoder.input})
    pool = MaskedPooling("average", name="pool", dtype="float32")
    features = pool(vectors, mask=keras.ops.cast(feeds["padding_mask"], "bool"))
    outputs = logits(features, shape.num_classes, chosen(shape.dropout, dropout))
    return keras.Model(inputs, outputs, name="text_preset")


def preset_vocabulary(name_or_path: str) -> tuple[tuple[str, ...], bool]:
    """The tokens that a pretrained encoder knows, and how its tokenizer treats case.

    Returns:
        The tokens in the order of their ids, and whether texts are made lower case first.

    Raises:
        ConfigError: if nothing loads under that name, its tokenizer is not a WordPiece one, or
            its padding token has not the id 0.
    """
    import keras_hub

    try:
        tokenizer = keras_hub.tokenizers.Tokenizer.from_preset(name_or_path)
    except (
        Exception
    ) as error:  # an unknown name, no network, a missing file: all the same to a user
        raise _does_not_load(f"The tokenizer of the preset {name_or_path!r}", error) from error
    if not isinstance(tokenizer, keras_hub.tokenizers.WordPieceTokenizer):
        raise ConfigError(
            f"The preset {name_or_path!r} splits texts with {type(tokenizer).__name__}, which is "
            f"not WordPiece and so has no vocab.txt for a phone. {_WORKS}"
        )
    tokens = tuple(tokenizer.get_vocabulary())
    missing = [token for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]") if token not in tokens]
    if missing or tokens[PAD_ID] != "[PAD]":
        problem = f"lacks {', '.join(missing)}" if missing else f"has [PAD] at {_pad_id(tokens)}"
        raise ConfigError(
            f"The vocabulary of the preset {name_or_path!r} {problem}; kerasapps needs BERT's "
            "special tokens, with [PAD] as token 0. Choose another preset."
        )
    return tokens, bool(tokenizer.lowercase)


def preset_max_length(name_or_path: str) -> int:
    """Tokens of the longest text that a pretrained encoder takes.

    Raises:
        ConfigError: if nothing loads under that name, or it is no text encoder.
    """
    return _max_length(pretrained_encoder(name_or_path, weights=False))


def pretrained_encoder(name_or_path: str, *, weights: bool) -> keras.Model:
    """KerasHub's model: from `token_ids`, `padding_mask` (and `segment_ids`) to tokens' vectors.

    Args:
        name_or_path: KerasHub preset name, KerasHub preset folder, or Hugging Face folder.
        weights: whether their values are read.

    Raises:
        ConfigError: if nothing loads under that name, or it is no encoder with a padding mask.
    """
    import keras_hub  # takes a second to import, so only when a preset is asked for

    try:
        encoder = keras_hub.models.Backbone.from_preset(
            name_or_path, load_weights=weights, dtype=keras.config.dtype_policy()
        )
    except Exception as error:  # as above
        if is_out_of_space(error):
            raise  # a download found the disk full
        raise _does_not_load(f"The preset {name_or_path!r}", error) from error
    inputs = getattr(encoder, "input", None)
    names = set(inputs) if isinstance(inputs, dict) else set()
    if not {"token_ids", "padding_mask"} <= names <= {"token_ids", "padding_mask", "segment_ids"}:
        raise ConfigError(
            f"The preset {name_or_path!r} ({type(encoder).__name__}) is not an encoder of one "
            f"padded text: it takes {', '.join(sorted(names)) or 'other inputs'}. {_WORKS}"
        )
    return encoder


def tokens_only(encoder: keras.Model) -> keras.Model:
    """The encoder as the layer `"backbone"`, from its inputs to the tokens' vectors alone."""
    outputs = encoder.output
    tokens = outputs["sequence_output"] if isinstance(outputs, dict) else outputs
    return keras.Model(encoder.input, tokens, name="backbone")


def _training_inputs(shape: TextShape) -> tuple[Any, dict[str, Any]]:
    ids, mask = token_input(shape)
    words = ids
    if shape.word_dropout:
        words = hide_words(ids, shape, shape.word_dropout)
    return ids, {
        "token_ids": words,
        "padding_mask": keras.ops.cast(mask, "int32"),
        "segment_ids": keras.ops.zeros_like(ids),
    }


def _export_inputs(shape: TextShape) -> tuple[list[Any], dict[str, Any]]:
    inputs = bert_inputs(shape.length)
    return inputs, dict(zip(("token_ids", "padding_mask", "segment_ids"), inputs, strict=True))


def check_encoder(encoder: keras.Model, shape: TextShape, name: str) -> None:
    """Makes sure that a pretrained encoder can give what is asked for.

    Raises:
        ConfigError: for sizes, vectors, a vocabulary or a length that it cannot have.
    """
    if (shape.width, shape.depth, shape.kernel) != (1.0, 1.0, None):
        raise ConfigError(
            f"width, depth and kernel cannot change a pretrained model ({name}): omit them."
        )
    if shape.vectors is not None:
        raise ConfigError(f"The preset {name!r} has its own word vectors: omit word_vectors.")
    if shape.vocabulary_size > encoder.vocabulary_size:
        raise ConfigError(
            f"The preset {name!r} knows {encoder.vocabulary_size} tokens, the tokenizer makes "
            f"{shape.vocabulary_size}. Use the preset's own tokenizer: omit tokenizer."
        )
    longest = _max_length(encoder)
    if shape.length is not None and shape.length > longest:
        raise ConfigError(
            f"The preset {name!r} takes {longest} tokens at most, not {shape.length}. "
            f"Set max_length={longest}."
        )
    if shape.for_export and shape.length is None:
        raise ConfigError("A text model is exported for one length: set max_length.")


def _max_length(encoder: keras.Model) -> int:
    return int(encoder.max_sequence_length)


def _pad_id(tokens: tuple[str, ...]) -> str:
    return str(tokens.index("[PAD]"))


def _does_not_load(what: str, error: Exception) -> ConfigError:
    reason = " ".join(str(error).split()) or type(error).__name__
    reason = reason if len(reason) <= 160 else f"{reason[:160]} …"
    advice = offline_advice(PRETRAINED_TEXTS)
    return ConfigError(f"{what} does not load: {reason} {_WORKS} {advice}")
