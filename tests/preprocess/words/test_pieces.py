"""Words as pieces, in Python and in a graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.preprocess.words.pieces import (
    MOST_PIECES,
    PieceEncoder,
    PieceSpec,
    load_pieces,
)
from kerasapps.preprocess.words.pieces_graph import PieceGraph

VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "jan", "##s", "lives", "in", "york", ".", "##a")
SPEC = PieceSpec(length=5, pieces=9, lowercase=True)
ENCODER = PieceEncoder(SPEC, VOCABULARY)


def test_a_word_is_found_by_its_first_piece() -> None:
    inputs = ENCODER.encode(["Jans", "lives", "in", "Ürk", "."])
    assert inputs["ids"].tolist() == [2, 4, 5, 6, 7, 1, 9, 3, 0]
    assert inputs["first"].tolist() == [1, 3, 4, 5, 6]
    assert {each.dtype for each in inputs.values()} == {np.dtype(np.int32)}


def test_what_has_no_place_is_not_read() -> None:
    inputs = ENCODER.encode(["jansas", "jansas", "in"])
    assert inputs["ids"].tolist() == [2, 4, 5, 10, 5, 4, 5, 10, 3]
    assert inputs["first"].tolist() == [1, 5, 0, 0, 0]
    assert len(ENCODER.pieces("jan" + "s" * 30)) == MOST_PIECES
    assert ENCODER.encode([])["ids"].tolist() == [2, 3, *[0] * 7]


def test_room_is_made_for_the_pieces_of_sentences() -> None:
    few, many = [["jan"]] * 3, [["jansa"] * 5, ["jan"]]
    assert ENCODER.with_room_for(few, longest=512).spec.pieces == 7
    assert ENCODER.with_room_for(many, longest=512).spec.pieces == 17
    assert ENCODER.with_room_for(many, longest=12).spec.pieces == 12


def test_the_graph_makes_the_same_ids() -> None:
    sentences = [
        ["Jans", "lives", "in", "Ürk", "."],
        ["jansas", "jansas", "in"],
        ["\u200b", "jan" + "s" * 30, "x" * 200, "York"],
        ["[SEP]", "jan.s", "in"],
        [],
    ]
    tokens = tf.constant([words + [""] * (5 - len(words)) for words in sentences])
    graph = PieceGraph(ENCODER)
    made = tf.function(graph, input_signature=[tf.TensorSpec((None, None), tf.string)])(tokens)
    expected = [ENCODER.encode(words) for words in sentences]
    for name, values in made.items():
        np.testing.assert_array_equal(values, np.stack([each[name] for each in expected]))


def test_is_saved_and_loaded(tmp_path: Path) -> None:
    ENCODER.save(tmp_path)
    assert load_pieces(tmp_path, spec=PieceSpec.from_dict(SPEC.to_dict())) == ENCODER
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n")
    with pytest.raises(ConfigError, match=r"vocab\.txt: the vocabulary has no \[CLS\]"):
        load_pieces(tmp_path, spec=SPEC)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_pieces(tmp_path / "none", spec=SPEC)


@pytest.mark.parametrize(
    "change", [{"length": 1}, {"pieces": 2}, {"lowercase": "yes"}, {"word_length": 3}]
)
def test_a_spec_is_checked(change: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        PieceSpec.from_dict(SPEC.to_dict() | change)
