"""Words as ids, in Python and in a graph."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.words import CANDIDATES, split_words
from kerasapps.errors import ConfigError
from kerasapps.preprocess.words.encoder import TagEncoder, learn_encoder, load_encoder
from kerasapps.preprocess.words.graph import SplitGraph, WordGraph
from kerasapps.preprocess.words.spec import TagSpec

SENTENCES = [["Paris", "in", "1999", "paris"], ["in", "İzmir", "٣", "x"]]


@pytest.fixture(scope="module")
def encoder() -> TagEncoder:
    return learn_encoder(SENTENCES, TaggingConfig(max_characters=5), length=6)


def test_a_word_is_looked_up_without_case_and_digits(encoder: TagEncoder) -> None:
    assert encoder.words[:2] == ("in", "paris")
    found = encoder.encode(["PARIS", "2020", "in", "8", "new"])
    same = encoder.encode(["paris", "1999", "In", "٣", "other"])
    np.testing.assert_array_equal(found["words"], same["words"])
    assert found["words"][4] == 1 and found["words"][5] == 0
    assert not np.array_equal(found["characters"], same["characters"])
    assert found["characters"].shape == (6, 5) and not found["characters"][5].any()


def test_a_long_word_is_cut_in_its_middle(encoder: TagEncoder) -> None:
    words = ["inPARis", "inPis", "is", ""]  # of 5 characters the first 3 and the last 2 are read
    whole, short, *_ = read = encoder.encode(words)["characters"]
    np.testing.assert_array_equal(whole, short)
    graph = WordGraph(encoder)(tf.constant([words]))["characters"].numpy()[0]
    np.testing.assert_array_equal(graph, read[: len(words)])


def test_characters_are_those_of_several_words() -> None:
    learnt = learn_encoder([["zzz", "ab"], ["ab", "ba", "cc"]], TaggingConfig(), length=6)
    assert learnt.characters == ("a", "b")


@pytest.mark.parametrize(("letters", "read"), [(1, 4), (7, 8), (30, 24)])
def test_nearly_all_words_are_read_whole_unless_they_are_very_long(letters: int, read: int) -> None:
    learnt = learn_encoder([["x" * letters] * 5], TaggingConfig(), length=6)
    assert learnt.spec.word_length == read


def test_case_counts_where_it_is_asked_for() -> None:
    config = TaggingConfig(lowercase=False, digits=False)
    assert {"Paris", "paris", "1999"} <= {*learn_encoder(SENTENCES, config, length=6).words}


def test_it_is_saved_and_loaded(encoder: TagEncoder, tmp_path: Path) -> None:
    encoder.save(tmp_path)
    assert load_encoder(tmp_path, spec=TagSpec.from_dict(encoder.spec.to_dict())) == encoder
    (tmp_path / "words.txt").write_text("a\na\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="different words"):
        load_encoder(tmp_path, spec=encoder.spec)


@pytest.mark.parametrize(
    ("field", "value"),
    [("length", 1), ("word_length", 1000), ("lowercase", 1), ("joiners", "ab"), ("joiners", "..")],
)
def test_a_strange_specification_is_refused(encoder: TagEncoder, field: str, value: object) -> None:
    with pytest.raises(ConfigError, match=field):
        TagSpec.from_dict(encoder.spec.to_dict() | {field: value})
    with pytest.raises(ConfigError, match="not a specification"):
        TagSpec.from_dict({"length": 5})


def odd_texts() -> list[str]:
    """Texts of characters of every kind that the rule tells apart."""
    draw = np.random.default_rng(0)
    others = [0x301, 0x200D, 0x1F600, 0xFE0F, 0x2019, 0x4E00, 0x660, 0xDF, 0x130, 0x1C5, 0x2028]
    others += [
        0xE0041,
        0x200C,
        0x1F3FF,
        0xE2A,
        0x30A2,
        0x85,
        0xE000,
        0x10FFFF,
        0x1F3FB,
        0x203F,
        0,
        0x1E,
        0x1F,
        0xA0,
        0xAD,
        0x3A3,
    ]
    codes = [*range(32, 127), *others * 2]
    sizes = draw.integers(0, 40, size=150)
    return ["", *("".join(map(chr, draw.choice(codes, size=size))) for size in sizes)]


@pytest.mark.parametrize("joiners", ["", CANDIDATES])
def test_the_graph_finds_the_same_words_and_places(joiners: str) -> None:
    texts = odd_texts()
    found = SplitGraph(joiners)(tf.constant(texts))
    for row, text in enumerate(texts):
        words, starts, ends = (each[row].numpy() for each in found)
        count = int(np.sum(words != b""))
        triples = [
            (word.decode(), start, end)
            for word, start, end in zip(words, starts, ends, strict=True)
        ]
        assert triples[:count] == split_words(text, joiners)
        assert not ends[count:].any()


def test_the_graph_gives_the_same_ids(encoder: TagEncoder) -> None:
    sentences = [[each.text for each in split_words(text)][:6] for text in odd_texts()]
    sentences += [*SENTENCES, ["PARIS", "Σας", "İN", "٣٣٣٣"]]
    encode = WordGraph(encoder)
    found = encode(tf.constant([[*words, *[""] * (6 - len(words))] for words in sentences]))
    expected = [encoder.encode(words) for words in sentences]
    for name in ("words", "characters"):
        np.testing.assert_array_equal(found[name], [each[name] for each in expected])


def test_a_network_without_known_words_still_has_a_graph(encoder: TagEncoder) -> None:
    none = dataclasses.replace(encoder, words=("a",), characters=())
    found = WordGraph(none)(tf.constant([["a", "b"]]))
    assert found["words"].numpy().tolist() == [[2, 1]]
    assert found["characters"][0, :, 0].numpy().tolist() == [1, 1]
