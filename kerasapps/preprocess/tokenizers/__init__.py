"""Texts become token ids: the same ids in training, in the SavedModel's graph and on a phone.

Nothing here imports TensorFlow but `graph` and `wordpiece_graph`, which are imported by name.
"""

from __future__ import annotations

from kerasapps.preprocess.tokenizers.learn import learn_tokenizer
from kerasapps.preprocess.tokenizers.load import load_tokenizer
from kerasapps.preprocess.tokenizers.regex import RegexTokenizer, foreign_share, unseen_share
from kerasapps.preprocess.tokenizers.spec import Tokenizer, TokenizerSpec
from kerasapps.preprocess.tokenizers.wordpiece import WordPieceTokenizer

__all__ = [
    "RegexTokenizer",
    "Tokenizer",
    "TokenizerSpec",
    "WordPieceTokenizer",
    "foreign_share",
    "learn_tokenizer",
    "load_tokenizer",
    "unseen_share",
]
