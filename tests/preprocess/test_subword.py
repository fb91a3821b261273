from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.preprocess.tokenizers import subword
from kerasapps.preprocess.tokenizers.subword import (
    PairTokenizer,
    SubwordSpec,
    load_pair_tokenizer,
)
from tests.preprocess.subwords import SOURCES, TARGETS, learned
from tests.values import kinds_of

EMOJI = "👩‍👩‍👧 ☃"


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return learned()


@pytest.mark.parametrize("subwords", ["bpe", "unigram"])
@pytest.mark.parametrize("joint", [True, False])
def test_ids_spell_the_text(subwords: str, joint: bool) -> None:
    tokenizer = learned(subwords=subwords, joint=joint)
    for text in (TARGETS[5], TARGETS[-1], "AB", "ß"):
        ids = tokenizer.encode_target(text)
        assert ids.dtype == np.int32 and ids[-1] == 3 and (ids[:-1] > 3).all()
        assert tokenizer.decode_target(ids) == text
        assert tokenizer.target_length(text) == len(ids)
    assert tokenizer.spec.subwords == subwords and tokenizer.spec.joint == joint
    same = np.array_equal(tokenizer.encode_source(SOURCES[3]), tokenizer.encode_target(SOURCES[3]))
    assert same == joint == (tokenizer.models[0] == tokenizer.models[-1])
    # A word of the corpus is a piece or two, no string of letters.
    assert len(tokenizer.encode_source("The garden")) <= 5


def test_bpe_and_unigram_are_other_models() -> None:
    assert learned(subwords="bpe").models != learned(subwords="unigram").models


def test_a_long_text_loses_its_end_but_keeps_the_end_mark(tokenizer: PairTokenizer) -> None:
    text = " ".join(SOURCES)
    whole = tokenizer.with_lengths(max_source=2**16, max_target=2**16)
    for short, full, most in (
        (tokenizer.encode_source(text), whole.encode_source(text), 40),
        (tokenizer.encode_target(text), whole.encode_target(text), 36),
    ):
        assert short.tolist() == [*full[: most - 1], 3]
    assert tokenizer.source_length(text) == len(whole.encode_source(text)) > 2000
    assert tokenizer.target_length(text) == len(whole.encode_target(text))
    fits = whole.with_lengths(max_source=tokenizer.source_length("The dog"), max_target=2)
    np.testing.assert_array_equal(fits.encode_source("The dog"), whole.encode_source("The dog"))
    assert whole.encode_source("").tolist() == whole.encode_target(" \n").tolist() == [3]


def test_decoding_stops_at_the_end_and_spells_no_mark(tokenizer: PairTokenizer) -> None:
    ids = tokenizer.encode_target("ÜBER").tolist()
    other = tokenizer.encode_target("DOG").tolist()
    assert tokenizer.decode_target([2, *ids, *other, 0, 0]) == "ÜBER"
    assert tokenizer.decode_target(np.array([2, 0, *ids[:-1], 0, 0], np.int32)) == "ÜBER"
    assert tokenizer.decode_target([3, *ids]) == tokenizer.decode_target([]) == ""
    assert tokenizer.decode_target([1]).strip() == "⁇"


def test_marks_in_a_text_are_no_marks(tokenizer: PairTokenizer) -> None:
    ids = tokenizer.encode_target("<s> a </s> b <pad> <unk> \0 ▁")
    assert ids[-1] == 3 and (ids[:-1] > 3).all()
    assert tokenizer.decode_target(ids) == "<s> a </s> b <pad> <unk> \0"


def test_an_unknown_character_is_spelled_in_bytes(tokenizer: PairTokenizer) -> None:
    ids = tokenizer.encode_target(f"DOG {EMOJI} 東京")
    assert 1 not in ids
    assert tokenizer.decode_target(ids) == f"DOG {EMOJI} 東京"
    assert len(ids) < tokenizer.spec.max_target
    pieces = tokenizer.target_pieces(tokenizer.encode_target("☃"))
    assert pieces[-3:] == ["<0xE2>", "<0x98>", "<0x83>"]
    # Half of it is no UTF-8: one replacement character a byte, as the graph has it too.
    assert tokenizer.decode_target([*tokenizer.encode_target("☃")[:-2], 3]) == "\ufffd\ufffd"


def test_a_small_vocabulary_has_no_bytes() -> None:
    tokenizer = learned(vocab_size=1023)
    ids = tokenizer.encode_target("DOG ☃ DOG")
    assert (ids == 1).sum() == 1
    assert tokenizer.decode_target(ids) == "DOG  ⁇  DOG"
    assert "<0xE2>" in learned(vocab_size=1024).source_pieces("☃")


def test_half_a_surrogate_pair_does_not_stop_it(tokenizer: PairTokenizer) -> None:
    ids = tokenizer.encode_source("The \ud83d dog")
    np.testing.assert_array_equal(ids, tokenizer.encode_source("The ? dog"))


def test_pieces_stand_for_ids_one_by_one(tokenizer: PairTokenizer) -> None:
    for text in (SOURCES[0], " ".join(SOURCES[:50]), "", "☃"):
        pieces = tokenizer.source_pieces(text)
        assert len(pieces) == len(tokenizer.encode_source(text)) and pieces[-1] == "</s>"
    assert "".join(tokenizer.source_pieces("The dog")) == "▁The▁dog</s>"
    ids = tokenizer.encode_target(TARGETS[0])
    assert len(tokenizer.target_pieces(ids)) == len(ids) - 1
    assert "".join(tokenizer.target_pieces([*ids, 9, 9])) == "▁" + TARGETS[0].replace(" ", "▁")


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    for joint, names in ((True, {"tokenizer.model"}), (False, {"source.model", "target.model"})):
        folder = tmp_path / str(joint)
        folder.mkdir()
        tokenizer = learned(joint=joint)
        assert {file.name for file in tokenizer.save(folder)} == names
        assert {file.name for file in folder.iterdir()} == names
        loaded = load_pair_tokenizer(folder, spec=SubwordSpec.from_dict(tokenizer.spec.to_dict()))
        assert loaded.spec == tokenizer.spec
        assert (loaded.source_size, loaded.target_size) == (
            tokenizer.source_size,
            tokenizer.target_size,
        )
        for source, target in zip(SOURCES[:50], TARGETS[:50], strict=True):
            np.testing.assert_array_equal(
                loaded.encode_source(source), tokenizer.encode_source(source)
            )
            np.testing.assert_array_equal(
                loaded.encode_target(target), tokenizer.encode_target(target)
            )


def test_what_is_no_model_is_refused_by_name(tmp_path: Path, tokenizer: PairTokenizer) -> None:
    with pytest.raises(ConfigError, match=r"tokenizer\.model: cannot be read"):
        load_pair_tokenizer(tmp_path, spec=tokenizer.spec)
    for content in (b"not a model", tokenizer.models[0][:5000], b""):
        (tmp_path / "tokenizer.model").write_bytes(content)
        with pytest.raises(ConfigError, match=r"tokenizer\.model is not a SentencePiece model"):
            load_pair_tokenizer(tmp_path, spec=tokenizer.spec)
    with pytest.raises(ConfigError, match="joint vocabulary has 1 models, not 2"):
        PairTokenizer([*tokenizer.models, *tokenizer.models], tokenizer.spec)


def test_a_model_with_other_special_ids_is_refused(tokenizer: PairTokenizer) -> None:
    import io

    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SOURCES), model_writer=model, vocab_size=40, minloglevel=2
    )
    with pytest.raises(ConfigError, match=r"\(-1, 0, 1, 2\) as ids .* must be \(0, 1, 2, 3\)"):
        PairTokenizer([model.getvalue()], tokenizer.spec)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"subwords": "words"}, "SubwordSpec.subwords"),
        ({"joint": 1}, "SubwordSpec.joint must be true or false"),
        ({"max_source": 1}, "SubwordSpec.max_source must be a whole number from 2 to 65536"),
        ({"max_target": 8.0}, "SubwordSpec.max_target"),
        ({"source_language": ""}, "SubwordSpec.source_language"),
        ({"more": 1}, "not a subword specification"),
    ],
)
def test_a_specification_checks_itself(
    change: dict[str, Any], message: str, tokenizer: PairTokenizer
) -> None:
    with pytest.raises(ConfigError, match=message):
        SubwordSpec.from_dict({**tokenizer.spec.to_dict(), **change})


def test_kinds_of_values() -> None:
    assert kinds_of(subword) == {"SubwordSpec": "frozen, by name"}
