"""The graph gives the ids of Python, for any string, in this process and from a SavedModel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TokenizerKind
from kerasapps.errors import DataError
from kerasapps.preprocess.tokenizers import Tokenizer, TokenizerSpec, WordPieceTokenizer
from kerasapps.preprocess.tokenizers.graph import tokenize_in_graph
from kerasapps.preprocess.tokenizers.learn import learn_tokenizer
from tests.fresh_process import run_tensorflow_program
from tests.preprocess.strings import mixed_strings

COUNT = 10_000
STRINGS = mixed_strings(COUNT)


def tokenizer_of(kind: TokenizerKind, *, lowercase: bool) -> Tokenizer:
    """Learned from a tenth of the strings, so that the rest holds the unknown too."""
    return learn_tokenizer(
        STRINGS[: COUNT // 10],
        kind=kind,
        vocab_size=3000,
        min_count=2,
        lowercase=lowercase,
        max_length=24,
    )


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("kind", ["regex", "wordpiece"])
def test_ten_thousand_strings_get_the_same_ids(kind: TokenizerKind, lowercase: bool) -> None:
    tokenizer = tokenizer_of(kind, lowercase=lowercase)
    signature = [tf.TensorSpec((None,), tf.string)]
    graph = tf.function(tokenize_in_graph(tokenizer), input_signature=signature)
    found = np.concatenate(
        [graph(tf.constant(STRINGS[start : start + 1000])) for start in range(0, COUNT, 1000)]
    )
    expected = np.stack([tokenizer.encode(text) for text in STRINGS])
    assert found.dtype == np.int32 and found.shape == (COUNT, 24)
    wrong = np.flatnonzero((found != expected).any(axis=1))
    assert not wrong.size, [ascii(STRINGS[row]) for row in wrong[:5]]
    # The strings are worth comparing: long and short ones, known and unknown words.
    assert (expected[:, -1] != 0).any() and (expected[:, 3] == 0).any()
    assert (expected == tokenizer.unknown_id).any()
    assert len(np.unique(expected)) > tokenizer.vocabulary_size * 0.5 > 10


def test_greedy_matching_can_go_back() -> None:
    """`abcd` begins like `abcde`, but the longest piece that ends is `ab`; `cx` then fails."""
    tokens = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "ab", "abcde", "##c", "##cd", "##d", "##", "#")
    tokenizer = WordPieceTokenizer(tokens, TokenizerSpec("wordpiece", 12, True))
    texts = ["abcd", "abcx ab", "abccd abcde", "# ## ab##c", "b", "", "ab"]
    expected = np.stack([tokenizer.encode(text) for text in texts])
    np.testing.assert_array_equal(tokenize_in_graph(tokenizer)(tf.constant(texts)), expected)
    assert expected[0].tolist()[:5] == [2, 4, 7, 3, 0] and expected[1].tolist()[:4] == [2, 1, 4, 3]


@pytest.mark.parametrize("kind", ["regex", "wordpiece"])
def test_bytes_that_are_no_text_count_as_the_replacement_character(kind: TokenizerKind) -> None:
    tokenizer = tokenizer_of(kind, lowercase=True)
    broken = [b"great\xff Film", b"\xe6\x9d", b"\xed\xa0\x80great", b"Film\xc3"]
    expected = [tokenizer.encode(text.decode("utf-8", "replace")) for text in broken]
    np.testing.assert_array_equal(tokenize_in_graph(tokenizer)(tf.constant(broken)), expected)


@pytest.mark.parametrize("kind", ["regex", "wordpiece"])
def test_empty_batches(kind: TokenizerKind) -> None:
    graph = tokenize_in_graph(tokenizer_of(kind, lowercase=True))
    assert graph(tf.constant([], tf.string)).shape == (0, 24)


def test_a_saved_model_needs_nothing_but_tensorflow(tmp_path: Path) -> None:
    """Both kinds, called in a process that imports neither kerasapps nor TensorFlow Text."""

    class Both(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.regex = tokenize_in_graph(tokenizer_of("regex", lowercase=True))
            self.wordpiece = tokenize_in_graph(tokenizer_of("wordpiece", lowercase=True))

        @tf.function(input_signature=[tf.TensorSpec((None,), tf.string)])
        def serve(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
            return {"regex": self.regex(texts), "wordpiece": self.wordpiece(texts)}

    module = Both()
    tf.saved_model.save(module, str(tmp_path / "model"))
    expected = {name: ids.numpy() for name, ids in module.serve(tf.constant(STRINGS[:50])).items()}
    np.savez(tmp_path / "expected.npz", texts=np.array([s.encode() + b"|" for s in STRINGS[:50]]))
    program = (
        "import numpy as np, tensorflow as tf\n"
        "texts = [t[:-1] for t in np.load(sys.argv[1] + '/expected.npz')['texts'].tolist()]\n"
        "found = tf.saved_model.load(sys.argv[1] + '/model').serve(tf.constant(texts))\n"
        "np.savez(sys.argv[1] + '/found.npz', **{k: v.numpy() for k, v in found.items()})\n"
        "assert not {'kerasapps', 'tensorflow_text'} & set(sys.modules)\n"
    )
    run_tensorflow_program(program, tmp_path)
    found = np.load(tmp_path / "found.npz")
    for name, ids in expected.items():
        np.testing.assert_array_equal(found[name], ids)


@pytest.mark.parametrize("kind", ["regex", "wordpiece"])
def test_a_data_set_of_single_strings_is_mapped_too(kind: TokenizerKind) -> None:
    tokenizer = tokenizer_of(kind, lowercase=True)
    data = tf.data.Dataset.from_tensor_slices(STRINGS[:3]).map(tokenize_in_graph(tokenizer))
    for text, ids in zip(STRINGS, data.as_numpy_iterator(), strict=False):
        np.testing.assert_array_equal(ids, tokenizer.encode(text))
    for wrong in ([["a"]], [1]):
        with pytest.raises(DataError, match=r"strings \(batch,\)"):
            tokenize_in_graph(tokenizer)(tf.constant(wrong))
