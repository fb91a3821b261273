"""The vocabulary of a tokenizer, learned from the texts of the training split."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from kerasapps.config import TokenizerKind
from kerasapps.errors import DataError
from kerasapps.preprocess.tokenizers import regex, wordpiece
from kerasapps.preprocess.tokenizers.normalization import split_normalized
from kerasapps.preprocess.tokenizers.regex import RegexTokenizer
from kerasapps.preprocess.tokenizers.spec import Tokenizer, TokenizerSpec, checked_texts
from kerasapps.preprocess.tokenizers.wordpiece import WordPieceTokenizer
from kerasapps.process.training_stack import needing_training

_LARGEST_ALPHABET = 1000  # single characters that pieces are made of; the rest is unknown
_REPEATS = 10_000  # of a word in one string
_SEEN_FORM = 2  # an unusual case of a word is listed once it was seen this often


def learn_tokenizer(
    texts: Iterable[str],
    *,
    kind: TokenizerKind = "regex",
    vocab_size: int = 30_000,
    min_count: int = 2,
    lowercase: bool = True,
    max_length: int = 128,
) -> Tokenizer:
    """A tokenizer whose vocabulary is learned from texts, which are read once, one at a time.

    `regex`: the most frequent words, ties in the order of the alphabet. With `lowercase` the cases
    of a word count together and share an id. `wordpiece`: pieces of words, found by merging the
    pairs that occur most often (the `tokenizers` library).

    Args:
        texts: of the training split only.
        kind: `regex` or `wordpiece`.
        vocab_size: ids at most, special tokens included.
        min_count: a word (a merged pair, with `wordpiece`) seen less often is left out.
        lowercase: upper and lower case are alike.
        max_length: ids of an encoded text.

    Raises:
        ConfigError: if `kind` is not known or `max_length` cannot work.
        DataError: if no word is seen often enough, or something among the texts is none.

    Examples:
        >>> texts = ["a good film", "a bad film"]
        >>> tokenizer = kerasapps.preprocess.learn_tokenizer(texts, min_count=1, max_length=6)
        >>> tokenizer.encode("a GOOD film")
        array([1, 3, 6, 4, 0, 0], dtype=int32)
    """
    spec = TokenizerSpec(kind, max_length, lowercase)
    if kind == "regex":
        return RegexTokenizer(_learn_words(texts, vocab_size, min_count, lowercase), spec)
    return WordPieceTokenizer(_learn_pieces(texts, vocab_size, min_count, lowercase), spec)


def _learn_words(
    texts: Iterable[str], vocab_size: int, min_count: int, lowercase: bool
) -> dict[str, int]:
    """Word → id: special tokens, then by falling frequency."""
    counts: Counter[str] = Counter()
    for text in checked_texts(texts):
        counts.update(regex.split_words(text))
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for form in sorted(counts):
        forms[form.lower() if lowercase else form].append(form)
    totals = {word: sum(counts[form] for form in each) for word, each in forms.items()}
    words = sorted(totals, key=lambda word: (-totals[word], word))
    kept = [word for word in words if totals[word] >= min_count]
    if not kept:
        raise DataError(
            f"no word of ASCII letters and digits is seen {min_count} times in the training texts. "
            "Texts in another script need tokenizer='wordpiece'; few texts a lower min_count."
        )
    ids = dict(regex.SPECIAL)
    for number, word in enumerate(kept[: vocab_size - len(ids)], start=len(ids)):
        seen = [form for form in forms[word] if counts[form] >= _SEEN_FORM]
        for form in dict.fromkeys((*regex.case_forms(word), *seen) if lowercase else (word,)):
            ids[form] = number
    return ids


def _learn_pieces(
    texts: Iterable[str], vocab_size: int, min_count: int, lowercase: bool
) -> tuple[str, ...]:
    """Tokens in the order of ids: special tokens, single characters, merged pieces."""
    with needing_training("Learning a wordpiece vocabulary"):
        import tokenizers
        from tokenizers.models import WordPiece
        from tokenizers.pre_tokenizers import WhitespaceSplit
        from tokenizers.trainers import WordPieceTrainer

    # Texts are normalized and cut into words by our own code: training sees what encoding will.
    counts: Counter[str] = Counter()
    for text in checked_texts(texts):
        counts.update(split_normalized(text, lowercase=lowercase))
    alphabet = _alphabet(counts, most=(vocab_size - len(wordpiece.SPECIAL)) // 2)
    if not alphabet:
        raise DataError("the training texts hold no word that a vocabulary could be learned from.")
    tokenizer = tokenizers.Tokenizer(WordPiece(unk_token=wordpiece.UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    trainer = WordPieceTrainer(
        vocab_size=vocab_size,
        min_frequency=min_count,
        # The library numbers characters in the order of a hash table, which is another one in
        # each process, and breaks ties by these numbers. Tokens listed here keep their places.
        special_tokens=[
            *wordpiece.SPECIAL,
            *alphabet,
            *(wordpiece.SUFFIX + character for character in alphabet),
        ],
        continuing_subword_prefix=wordpiece.SUFFIX,
        show_progress=False,
    )
    tokenizer.train_from_iterator(_repeated(counts, set(alphabet)), trainer)
    ids = tokenizer.get_vocab()
    return tuple(sorted(ids, key=lambda token: ids[token]))


def _alphabet(counts: Counter[str], *, most: int) -> list[str]:
    """The most frequent characters, sorted; ties go by code point."""
    seen: Counter[str] = Counter()
    for word, count in counts.items():
        if len(word) <= wordpiece.LONGEST_WORD:
            for character in word:
                # The library takes UTF-8, in which half a surrogate pair cannot be written.
                if not "\ud800" <= character <= "\udfff":
                    seen[character] += count
    ranked = sorted(seen, key=lambda character: (-seen[character], character))
    return sorted(ranked[: min(most, _LARGEST_ALPHABET)])


def _repeated(counts: Counter[str], alphabet: set[str]) -> Iterator[str]:
    """Each word as often as it was seen, as the library counts for itself.

    A word with a character beyond the alphabet is left out: it will be unknown as a whole.
    """
    for word, count in counts.items():
        if len(word) <= wordpiece.LONGEST_WORD and alphabet.issuperset(word):
            for start in range(0, count, _REPEATS):
                yield f"{word} " * min(_REPEATS, count - start)
