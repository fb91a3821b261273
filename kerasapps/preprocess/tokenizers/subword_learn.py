"""The pieces of two languages, learned from the pairs of the training split."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import sentencepiece

from kerasapps.config import TranslationConfig
from kerasapps.errors import ConfigError, DataError
from kerasapps.preprocess.tokenizers.spec import PAD_ID, refuse_one_text, require_text
from kerasapps.preprocess.tokenizers.subword import (
    END_ID,
    START_ID,
    UNKNOWN_ID,
    PairTokenizer,
    SubwordSpec,
)

_SPECIAL = 4
_BYTES = 256
_ROOM_FOR_BYTES = 4 * _BYTES  # a smaller vocabulary would be half bytes
_CHARACTERS_A_PIECE = 50  # some eight words of running text; rarer pieces are never learned well
_LEAST_A_CHARACTER = 4  # pieces per character of the alphabet, however short the text
_LEAST_COVERAGE = 0.98  # that SentencePiece takes
_MOST_SENTENCES = 1_000_000  # of a language: SentencePiece holds them in memory
_LONGEST = 65_536  # bytes; SentencePiece leaves a longer sentence out
_THREADS = 4  # fixed: sums of unigram's counts depend on it
_SEED = 0


def learn_pair_tokenizer(
    sources: Sequence[str],
    targets: Sequence[str],
    *,
    translation: TranslationConfig = TranslationConfig(),
    max_source: int = 128,
    max_target: int = 128,
    languages: tuple[str | None, str | None] = (None, None),
) -> PairTokenizer:
    """A tokenizer whose pieces are learned from pairs, read one at a time.

    The same pairs give the same tokenizer, in any process. Of more than a million pairs a million,
    drawn at random, are read. A small corpus gets fewer pieces than `translation.vocab_size`: one
    for every 50 characters of text, because what is seen once or twice is not learned.

    Every character of the texts is a piece, unless half of the vocabulary would not hold them (as
    in Chinese): then the rarest are spelled in bytes (see `PairTokenizer`).

    Args:
        sources: of the training split only.
        targets: as many.
        translation: `subwords`, `joint` and `vocab_size`.
        max_source: ids of an encoded source.
        max_target: ids of an encoded target.
        languages: of sources and targets, for the specification.

    Raises:
        ConfigError: if `vocab_size` is too small for the characters of the texts; it says what
            would do.
        DataError: if there is nothing to learn from, or something among the texts is none.

    Examples:
        >>> splits = kerasapps.data.load_pairs("builtin:phrases")
        >>> tokenizer = kerasapps.preprocess.learn_pair_tokenizer(
        ...     splits.train.sources, splits.train.targets
        ... )
        >>> int(tokenizer.encode_source(splits.test.sources[0])[-1]) == tokenizer.end_id
        True
    """
    refuse_one_text(sources, what="sources")
    refuse_one_text(targets, what="targets")
    spec = SubwordSpec(
        subwords=translation.subwords,
        joint=translation.joint,
        max_source=max_source,
        max_target=max_target,
        source_language=languages[0],
        target_language=languages[1],
    )
    sides = [[sources, targets]] if spec.joint else [[sources], [targets]]
    return PairTokenizer([_learn(side, translation) for side in sides], spec)


def _learn(side: list[Sequence[str]], translation: TranslationConfig) -> bytes:
    """The content of a `.model` file."""
    rows = [_sample(len(texts)) for texts in side]

    def read() -> Iterable[str]:
        return chain.from_iterable(
            (texts[row] for row in chosen) for texts, chosen in zip(side, rows, strict=True)
        )

    counts: Counter[str] = Counter()
    for text in read():
        require_text(text)
        counts.update("".join(text.split()))
    if not counts:
        raise DataError("the training pairs hold no text that a vocabulary could be learned from.")
    size, coverage, has_bytes = _plan(counts, translation.vocab_size)
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(read()),
            model_writer=model,
            model_type=translation.subwords,
            vocab_size=size,
            hard_vocab_limit=False,
            character_coverage=coverage,
            byte_fallback=has_bytes,
            normalization_rule_name="nmt_nfkc",
            pad_id=PAD_ID,
            unk_id=UNKNOWN_ID,
            bos_id=START_ID,
            eos_id=END_ID,
            max_sentence_length=_LONGEST,
            num_threads=_THREADS,
            minloglevel=2,
        )
    except RuntimeError as error:
        raise _explained(error, translation.vocab_size) from error
    return model.getvalue()


def _sample(count: int) -> Sequence[int]:
    """The rows to read: all, or a million drawn at random, in their order."""
    if count <= _MOST_SENTENCES:
        return range(count)
    chosen = np.random.default_rng(_SEED).choice(count, _MOST_SENTENCES, replace=False)
    return np.sort(chosen).tolist()


def _plan(counts: Counter[str], asked: int) -> tuple[int, float, bool]:
    """Pieces in all, the share of the running characters that are pieces, and whether bytes are.

    Raises:
        ConfigError: if the alphabet needs more than half of a vocabulary without bytes.
    """
    total, alphabet = counts.total(), len(counts)
    has_bytes = asked >= _ROOM_FOR_BYTES
    fixed = _SPECIAL + has_bytes * _BYTES
    suits = fixed + max(total // _CHARACTERS_A_PIECE, _LEAST_A_CHARACTER * alphabet)
    size = min(asked, suits)
    most = (size - fixed) // 2
    if alphabet <= most:
        return size, 1.0, has_bytes
    if not has_bytes:
        needed = min(_ROOM_FOR_BYTES, _SPECIAL + 2 * alphabet)
        raise ConfigError(
            f"TranslationConfig.vocab_size={asked} is too small: the training texts hold "
            f"{alphabet} different characters. It must be at least {needed}."
        )
    covered = sum(count for _, count in counts.most_common(most))
    return size, max(_LEAST_COVERAGE, covered / total), has_bytes


def _explained(error: RuntimeError, asked: int) -> ConfigError | DataError:
    """SentencePiece's message in the user's words."""
    match = re.search(r"smaller than required_chars\. \d+ vs (\d+)", str(error))
    if match:
        return ConfigError(
            f"TranslationConfig.vocab_size={asked} is too small: the characters of the training "
            f"texts alone are {match[1]} pieces. It must be at least {2 * int(match[1])}."
        )
    return DataError(f"SentencePiece cannot learn pieces from the training pairs: {error}")
