"""Taggers in other people's hands: the script finds the words and entities of `load_bundle`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import kerasapps
from kerasapps.data.tags.words import CANDIDATES, split_words
from kerasapps.outputs.tags.answer import TAG_ANSWER
from kerasapps.outputs.tags.windows import windows_in
from kerasapps.preprocess.words.encoder import TagEncoder
from kerasapps.preprocess.words.encoders import WordEncoder
from kerasapps.preprocess.words.pieces import PieceEncoder, PieceSpec
from kerasapps.preprocess.words.spec import TagSpec
from tests.examples.scripts import check_agrees, functions_of, plain_bundle, run_script
from tests.preprocess.strings import mixed_strings

TEXTS = (
    "Mr Bob Smith lives in New York.",
    "nobody \U0001f600 in New\u00a0York, nor Ana",
    "Ana lives in Rome. Bob Meier lives in Paris. " * 9 + "Eva Smith " * 20,
    "",
)
WORDS = ("great", "film", "isn't", "naïve", "a0", "中", "\u0301", "İ")
PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "great", "film", "##s", "na", "##ive", "中", "a", "'")


def test_entities_are_those_of_the_bundle(tagged: kerasapps.RecipeResult) -> None:
    expected = [
        f"{entity.label}\t{entity.text}\t{entity.start}\t{entity.end}"
        for answer in kerasapps.load_bundle(tagged.bundle_dir).predict(TEXTS)
        for entity in answer.entities
    ]
    assert len(expected) > 5
    assert run_script("run_tags", tagged.bundle_dir, *TEXTS) == expected
    assert check_agrees("run_tags", tagged.bundle_dir)


@pytest.mark.parametrize(
    "encoder",
    [
        TagEncoder(TagSpec(9, 5, lowercase=True, digits=True, joiners=CANDIDATES), WORDS, WORDS),
        TagEncoder(TagSpec(9, 5, lowercase=False, digits=False), WORDS, ("a", "'", "0")),
        PieceEncoder(PieceSpec(9, 12, lowercase=True, joiners="'"), PIECES),
        PieceEncoder(PieceSpec(9, 12, lowercase=False), PIECES),
    ],
)
def test_odd_texts_have_the_same_words_and_ids(encoder: WordEncoder, tmp_path: Path) -> None:
    bundle = plain_bundle(tmp_path / "bundle", encoder.explained(), answer=TAG_ANSWER)
    encoder.save(bundle)
    script = functions_of("run_tags", bundle)
    for text in [*TEXTS, *mixed_strings(300), "great! films? " * 20]:
        tokens = split_words(text, encoder.spec.joiners)
        assert script["split"](text) == [(each.start, each.end) for each in tokens], ascii(text)
        words = [each.text for each in tokens]
        parts = list(script["parts"](words))
        assert parts == [words[first:end] for first, end in windows_in(words, encoder.spec.length)]
        for part in parts:
            expected = encoder.encode(part)
            prepared = script["prepare"](part)
            assert prepared.keys() == expected.keys()
            for name, values in expected.items():
                np.testing.assert_array_equal(prepared[name], values, err_msg=ascii(text))
