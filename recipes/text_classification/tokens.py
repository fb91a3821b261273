"""Which tokenizer a run uses: the pretrained model's, or one learnt from the training split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from kerasapps.config import ModelConfig, TextConfig, TokenizerKind, pretrained_source
from kerasapps.data.texts.examples import TextExamples, TextSplits
from kerasapps.errors import ConfigError
from kerasapps.models import preset_max_length, preset_vocabulary
from kerasapps.models.own_source import own_text_limits
from kerasapps.preprocess.text import choose_length, token_lengths
from kerasapps.preprocess.tokenizers import (
    Tokenizer,
    TokenizerSpec,
    WordPieceTokenizer,
    foreign_share,
    learn_tokenizer,
    load_tokenizer,
    unseen_share,
)
from kerasapps.preprocess.tokenizers.normalization import split_normalized
from kerasapps.preprocess.tokenizers.regex import FOREIGN_LETTERS, sampled, split_words
from kerasapps.preprocess.tokenizers.signal import View, lost_signal
from kerasapps.recipes.text_classification.architectures import ARCHITECTURES
from kerasapps.terminal.streams import tell
from kerasapps.workflow.cache import Cache

PRESET_LENGTH = 256
RAREST = 2  # times that a token is seen, where neither user nor model says another number
NEW_WORDS = 0.8
"""Words of new texts of which a vocabulary knows none, from which on their pieces must tell: names,
identifiers, signs alone. Of a hundred ordinary texts of ten words it is about a third."""
# (kind, lowercase) → what a tokenizer of that kind tells apart, whatever its vocabulary
VIEWS: Mapping[tuple[TokenizerKind, bool], View] = MappingProxyType(
    {
        ("regex", True): lambda text: split_words(text.lower()),
        ("regex", False): split_words,
        ("wordpiece", True): partial(split_normalized, lowercase=True),
        ("wordpiece", False): partial(split_normalized, lowercase=False),
    }
)
# Fields of TextConfig that decide the tokenizer, and with it the ids of every text.
_DECIDING = ("tokenizer", "lowercase", "vocab_size", "min_count", "max_length")


def choose_tokenizer(
    text: TextConfig, model: ModelConfig, splits: TextSplits, cache: Cache
) -> Tokenizer:
    """The pretrained model's tokenizer, or one learnt from the training split.

    A finished network of the user's has texts of its own length.

    Raises:
        ConfigError: if a pretrained model is asked to take another tokenizer than its own.
    """
    length, known = own_text_limits(model.model)
    text = replace(
        text,
        max_length=length or text.max_length,
        vocab_size=min(known or text.vocab_size, text.vocab_size),
    )
    options = {name: getattr(text, name) for name in _DECIDING}
    return cache.remember(
        "tokenizer",
        [model.model, options, splits.fingerprint],
        make=lambda: _choose_tokenizer(text, model, splits),
        save=_save_tokenizer,
        load=lambda spec, folder: load_tokenizer(folder, spec=TokenizerSpec.from_dict(spec)),
    )


def _save_tokenizer(tokenizer: Tokenizer, folder: Path) -> dict[str, Any]:
    tokenizer.save(folder)
    return tokenizer.spec.to_dict()


def _choose_tokenizer(text: TextConfig, model: ModelConfig, splits: TextSplits) -> Tokenizer:
    tokenizer, longest = (
        _preset_tokenizer(text, model.model)
        if ARCHITECTURES.is_pretrained(model.model)
        else _learnt_tokenizer(text, model, splits)
    )
    length = text.max_length
    if length is None:
        length = choose_length(token_lengths(splits.basis.texts, tokenizer), longest=longest)
    elif length > longest and ARCHITECTURES.is_pretrained(model.model):
        raise ConfigError(f"{model.model} reads at most {longest} tokens, got max_length={length}.")
    _tell_what_is_lost(tokenizer, model, splits.basis)
    return tokenizer.with_length(length)


def _preset_tokenizer(text: TextConfig, name: str) -> tuple[Tokenizer, int]:
    if text.tokenizer == "regex":
        raise ConfigError(
            f"{name} was pretrained on wordpieces; leave out tokenizer, or choose another model."
        )
    source = pretrained_source(name)
    tokens, lowercase = preset_vocabulary(source)
    if text.lowercase not in (None, lowercase):
        kept = "ignores" if lowercase else "tells apart"
        raise ConfigError(
            f"{name} {kept} upper and lower case; leave out lowercase, or choose a preset "
            "that does otherwise."
        )
    longest = preset_max_length(source)
    spec = TokenizerSpec(kind="wordpiece", max_length=longest, lowercase=lowercase)
    longest = longest if text.max_length else min(longest, PRESET_LENGTH)
    return WordPieceTokenizer(tokens, spec), longest


def _learnt_tokenizer(
    text: TextConfig, model: ModelConfig, splits: TextSplits
) -> tuple[Tokenizer, int]:
    limits = ARCHITECTURES.find(model.model).limits
    longest = limits["longest"]
    kind = _suitable_kind(text.tokenizer, splits.basis)
    # Of a rare word that is cut up its pieces are known; a whole one must be listed to be judged.
    suitable = limits.get("rarest_word", RAREST) if kind == "regex" else RAREST
    tokenizer = learn_tokenizer(
        splits.basis.texts,
        kind=kind,
        vocab_size=text.vocab_size,
        min_count=suitable if text.min_count is None else text.min_count,
        lowercase=_suitable_case(text.lowercase, kind, splits.basis),
        max_length=longest,
    )
    return tokenizer, longest


def _suitable_kind(asked: TokenizerKind | None, train: TextExamples) -> TokenizerKind:
    """`regex` for ASCII letters, words seen before and labels that these tell apart.

    Else it is `wordpiece`.

    What was asked for wins, but for `regex` in another script.
    """
    texts = train.texts
    sample = sampled(texts)
    share = foreign_share(sample)
    if share > FOREIGN_LETTERS:
        observation = f"{share:.1%} of the letters in the training texts are not ASCII"
        if asked == "regex":
            otherwise = "TextConfig.tokenizer='wordpiece' does not."
            tell(f"{observation}: regex splits words at them; {otherwise}")
            return "regex"
        if asked is None:
            tell(f"{observation}: wordpiece tokens are used, as regex would split words at them.")
        return "wordpiece"
    if asked is not None:
        return asked
    new = unseen_share(sample)
    if new > NEW_WORDS:
        tell(f"Wordpiece tokens are used, as about {new:.0%} of new texts' words are unknown.")
        return "wordpiece"
    signal = lost_signal(
        texts,
        told_apart(train.labels),
        seen=VIEWS["regex", True],
        otherwise=VIEWS["wordpiece", True],
    )
    if signal is None:
        return "regex"
    tell(f"Wordpiece tokens are used, as regex drops what tells labels apart: {signal}.")
    return "wordpiece"


def _suitable_case(asked: bool | None, kind: TokenizerKind, train: TextExamples) -> bool:
    """Whether case (with `wordpiece` accents too) is to be ignored; what was asked for wins."""
    if asked is not None:
        return asked
    signal = lost_signal(
        train.texts,
        told_apart(train.labels),
        seen=VIEWS[kind, True],
        otherwise=VIEWS[kind, False],
    )
    if signal is not None:
        tell(f"Case and accents are kept, as they tell labels apart: {signal}.")
    return signal is None


def _tell_what_is_lost(tokenizer: Tokenizer, model: ModelConfig, train: TextExamples) -> None:
    """Warns where a tokenizer that was asked for, or came with the model, drops a signal."""
    nothing = {tokenizer.unknown_id, *tokenizer.special_ids}

    def seen(text: str) -> list[int]:
        return [number for number in tokenizer.encode_ids(text) if number not in nothing]

    signal = lost_signal(train.texts, told_apart(train.labels), seen=seen)
    if signal is not None:
        tell(
            f"Warning: the {tokenizer.spec.kind} tokenizer drops or mixes up what tells labels "
            f"apart: {signal}. What may help: {_way_out(tokenizer.spec, model)}."
        )


def _way_out(spec: TokenizerSpec, model: ModelConfig) -> str:
    if ARCHITECTURES.is_pretrained(model.model):
        return "another preset, or a model that learns its own tokens"
    ways = ["TextConfig.tokenizer='wordpiece'"] if spec.kind == "regex" else []
    ways += ["TextConfig.lowercase=False"] if spec.lowercase else []
    return ", ".join([*ways, "a larger TextConfig.vocab_size, a smaller TextConfig.min_count"])


def told_apart(labels: np.ndarray) -> np.ndarray:
    """Numbers of classes that a guesser may tell apart, whatever the target is.

    Args:
        labels: of a split: class numbers, memberships `(n, k)`, or numbers.

    Returns:
        int64 `(n,)`: of sets of labels a number for each different set, of numbers whether they
        are above their median.
    """
    labels = np.asarray(labels)
    if labels.dtype.kind == "f":
        return (labels.reshape(len(labels), -1)[:, 0] > np.median(labels)).astype(np.int64)
    if labels.ndim == 2:
        return np.unique(labels, axis=0, return_inverse=True)[1].reshape(-1)
    return labels
