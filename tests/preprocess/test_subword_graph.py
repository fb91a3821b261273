"""The graph gives the ids and texts of Python, in this process and from a SavedModel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TranslationConfig
from kerasapps.preprocess.tokenizers.subword import PairTokenizer
from kerasapps.preprocess.tokenizers.subword_graph import (
    decode_targets_in_graph,
    encode_sources_in_graph,
)
from kerasapps.preprocess.tokenizers.subword_learn import learn_pair_tokenizer
from tests.fresh_process import run_tensorflow_program
from tests.preprocess.strings import mixed_strings

STRINGS = mixed_strings(2000)


def tokenizer_of(**options: Any) -> PairTokenizer:
    """Learned from a part of the strings, so that the rest holds the unknown too."""
    return learn_pair_tokenizer(
        STRINGS[:150],
        STRINGS[150:250],
        translation=TranslationConfig(**options),
        max_source=24,
        max_target=20,
    )


CASES: list[dict[str, Any]] = [
    {"subwords": "bpe", "joint": True},
    {"subwords": "unigram", "joint": False, "vocab_size": 2000},
]


@pytest.fixture(scope="module", params=CASES, ids=["joint bpe", "separate unigram"])
def tokenizer(request: pytest.FixtureRequest) -> PairTokenizer:
    return tokenizer_of(**request.param)


def test_two_thousand_strings_get_the_same_ids(tokenizer: PairTokenizer) -> None:
    signature = [tf.TensorSpec((None,), tf.string)]
    found = tf.function(encode_sources_in_graph(tokenizer), input_signature=signature)(
        STRINGS
    ).numpy()
    expected = np.zeros((len(STRINGS), 24), np.int32)
    for row, text in enumerate(STRINGS):
        ids = tokenizer.encode_source(text)
        expected[row, : len(ids)] = ids
    assert found.dtype == np.int32 and found.shape == (2000, 24)
    wrong = np.flatnonzero((found != expected).any(axis=1))
    assert not wrong.size, [ascii(STRINGS[row]) for row in wrong[:5]]
    # The strings are worth comparing: empty, short and cut ones, spelled and whole.
    assert (expected[:, 0] == 3).any() and (expected[:, 3] == 0).any()
    assert (expected[:, -1] == 3).sum() > 100 and len(np.unique(expected)) > 800


def test_ids_spell_the_same_texts(tokenizer: PairTokenizer) -> None:
    """Ids of texts, and ids at random: bytes that are no UTF-8, marks in the middle."""
    draw = np.random.default_rng(0)
    ids = draw.integers(0, tokenizer.target_size, (1500, 20), np.int32)
    ids[:500] = draw.integers(0, 4 + 256, (500, 20))
    for row, text in enumerate(STRINGS[:500], start=1000):
        encoded = tokenizer.encode_target(text)
        ids[row, : len(encoded)] = encoded
    signature = [tf.TensorSpec((None, None), tf.int32)]
    found = tf.function(decode_targets_in_graph(tokenizer), input_signature=signature)(ids)
    expected = [tokenizer.decode_target(row) for row in ids]
    assert [text.decode() for text in found.numpy()] == expected
    assert sum("\ufffd" in text for text in expected) > 100
    assert sum("⁇" in text for text in expected) > 10


def test_small_vocabularies_agree_on_the_unknown() -> None:
    texts = ["a dog", "a god", "do a"] * 20
    tokenizer = learn_pair_tokenizer(
        texts,
        texts,
        translation=TranslationConfig(vocab_size=40),
        max_source=12,
        max_target=12,
    )
    found = encode_sources_in_graph(tokenizer)(tf.constant(["a ☃☃ dog", "☃"]))
    assert (found.numpy() == 1).any(axis=1).all()
    for row, text in zip(found.numpy(), ("a ☃☃ dog", "☃"), strict=True):
        assert row[row > 0].tolist() == tokenizer.encode_source(text).tolist()
    (spelled,) = decode_targets_in_graph(tokenizer)(found[:1]).numpy()
    assert spelled.decode() == tokenizer.decode_target(found[0].numpy())


def test_empty_batches_and_bytes_that_are_no_text() -> None:
    tokenizer = tokenizer_of()
    encode, decode = encode_sources_in_graph(tokenizer), decode_targets_in_graph(tokenizer)
    assert encode(tf.constant([], tf.string)).shape == (0, 24)
    assert decode(tf.zeros((0, 5), tf.int32)).shape == (0,)
    assert decode(tf.zeros((2, 0), tf.int32)).numpy().tolist() == [b"", b""]
    ids = encode(tf.constant([b"great\xff Film", b"\xe6\x9d"])).numpy()
    assert (ids > 0).any(axis=1).all() and ids.max() < tokenizer.source_size


def test_a_saved_model_runs_after_importing_tensorflow_text(tmp_path: Path) -> None:
    class Both(tf.Module):
        def __init__(self, tokenizer: PairTokenizer) -> None:
            super().__init__()
            self.encode = encode_sources_in_graph(tokenizer)
            self.decode = decode_targets_in_graph(tokenizer)

        @tf.function(input_signature=[tf.TensorSpec((None,), tf.string)])
        def serve(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
            ids = self.encode(texts)
            return {"ids": ids, "texts": self.decode(ids)}

    module = Both(tokenizer_of())
    tf.saved_model.save(module, str(tmp_path / "model"))
    texts = [text for text in STRINGS[:200] if "\0" not in text]  # which numpy's strings drop
    expected = module.serve(tf.constant(texts))
    np.savez(tmp_path / "texts.npz", texts=np.array([text.encode() + b"|" for text in texts]))
    program = (
        "import numpy as np, tensorflow as tf, tensorflow_text\n"
        "texts = [t[:-1] for t in np.load(sys.argv[1] + '/texts.npz')['texts'].tolist()]\n"
        "found = tf.saved_model.load(sys.argv[1] + '/model').serve(tf.constant(texts))\n"
        "again = np.array([t + b'|' for t in found['texts'].numpy()])\n"
        "np.savez(sys.argv[1] + '/found.npz', ids=found['ids'].numpy(), texts=again)\n"
        "assert not {'kerasapps', 'sentencepiece'} & set(sys.modules)\n"
    )
    run_tensorflow_program(program, tmp_path)
    found = np.load(tmp_path / "found.npz")
    np.testing.assert_array_equal(found["ids"], expected["ids"])
    assert [t[:-1] for t in found["texts"].tolist()] == expected["texts"].numpy().tolist()


def test_two_vocabularies_stay_apart_in_a_saved_model(tmp_path: Path) -> None:
    tokenizer = learn_pair_tokenizer(
        ["a b", "b a"] * 20,
        STRINGS[:250],
        translation=TranslationConfig(subwords="unigram", joint=False, vocab_size=1500),
        max_source=8,
        max_target=20,
    )
    assert tokenizer.source_size != tokenizer.target_size

    class Both(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encode = encode_sources_in_graph(tokenizer)
            self.decode = decode_targets_in_graph(tokenizer)

        @tf.function(
            input_signature=[
                tf.TensorSpec((None,), tf.string),
                tf.TensorSpec((None, None), tf.int32),
            ]
        )
        def __call__(self, texts: Any, ids: Any) -> Any:
            return self.encode(texts), self.decode(ids)

    tf.saved_model.save(Both(), str(tmp_path / "both"))
    loaded = tf.saved_model.load(str(tmp_path / "both"))
    target = tokenizer.encode_target(STRINGS[3] or "a word")
    source, text = loaded(tf.constant(["a b"]), tf.constant([target]))
    expected = tokenizer.encode_source("a b")
    assert source.numpy()[0, : len(expected)].tolist() == expected.tolist()
    assert text.numpy()[0].decode() == tokenizer.decode_target(target)
