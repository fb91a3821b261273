"""JavaScript finds the ids of Python, and reads them back, for any string."""

from __future__ import annotations

import base64
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import TokenizerKind, TranslationConfig
from kerasapps.preprocess.tokenizers.learn import learn_tokenizer
from kerasapps.preprocess.tokenizers.normalization import normalize_character
from kerasapps.preprocess.tokenizers.subword_learn import learn_pair_tokenizer
from tests.preprocess.strings import mixed_strings
from tests.targets.web.node import needs_node, run_node

pytestmark = needs_node
COUNT = 10_000
STRINGS = mixed_strings(COUNT)
ENCODE = """
import {Words} from "./js/tokenizers/words.js";
import {WordPieces} from "./js/tokenizers/wordpieces.js";
const kinds = {words: Words, wordpieces: WordPieces};
const {spec, vocabulary, texts} = given;
const tokenizer = new kinds[spec.kind](spec, vocabulary);
answer(texts.map((text) => {
  const all = tokenizer.encodeAll(text);
  return [tokenizer.cut(all), all.length];
}));
"""
PIECES = """
import {SentencePiece} from "./js/tokenizers/sentencepiece.js";
const [source, target] = given.models.map((each) => new SentencePiece(Buffer.from(each, "base64")));
answer({
  ids: given.texts.map((text) => source.encode(text)),
  texts: given.ids.map((ids) => target.decode(ids)),
});
"""


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("kind", ["regex", "wordpiece"])
def test_ten_thousand_strings_get_the_same_ids(
    kind: TokenizerKind, lowercase: bool, tmp_path: Path
) -> None:
    tokenizer = learn_tokenizer(
        STRINGS[: COUNT // 10],
        kind=kind,
        vocab_size=3000,
        min_count=2,
        lowercase=lowercase,
        max_length=24,
    )
    vocabulary = tokenizer.save(tmp_path).read_text(encoding="utf-8")
    given = {"spec": tokenizer.explained(), "vocabulary": vocabulary, "texts": STRINGS}
    found = run_node(tmp_path, ENCODE, given)
    wrong = []
    for text, (ids, length) in zip(STRINGS, found, strict=True):
        whole = tokenizer.encode_ids(text)
        expected = tokenizer.encode(text)[: len(ids)].tolist()
        if ids != expected or length != len(whole) or len(ids) != min(length, 24):
            wrong.append(ascii(text))
    assert not wrong, wrong[:5]


def test_every_character_becomes_what_python_makes_of_it(tmp_path: Path) -> None:
    """But for those that this Python's Unicode does not have yet, and younger browsers do."""
    program = """
    import {normalizeCharacter} from "./js/tokenizers/normalization.js";
    const changed = (lowercase) => {
      const found = {};
      for (let code = 0; code < 0x110000; code += 1) {
        const character = String.fromCodePoint(code);
        const text = normalizeCharacter(character, lowercase);
        if (text !== character) found[code] = text;
      }
      return found;
    };
    answer([changed(true), changed(false)]);
    """
    for lowercase, changed in zip((True, False), run_node(tmp_path, program, None), strict=True):
        expected = {
            str(code): text
            for code in range(0x110000)
            if (text := normalize_character(code, lowercase=lowercase)) != chr(code)
        }
        # One of Ahom's marks, of which a later Unicode says that it takes room.
        expected = {code: text for code, text in expected.items() if code != str(0x1171E)}
        young = {
            code
            for code in changed.keys() - expected.keys()
            if unicodedata.category(chr(int(code))) == "Cn"
        }
        assert {code: changed[code] for code in changed.keys() - young} == expected


@pytest.mark.parametrize(
    "options",
    [
        {"subwords": "bpe", "joint": True},
        {"subwords": "unigram", "joint": False, "vocab_size": 2000},
        {"subwords": "bpe", "joint": False, "vocab_size": 900},
        {"subwords": "unigram", "joint": True, "vocab_size": 900},
    ],
    ids=lambda options: " ".join(map(str, options.values())),
)
def test_ten_thousand_strings_get_the_same_pieces(options: dict[str, Any], tmp_path: Path) -> None:
    """Bytes spell what is unknown, or, of a small vocabulary, it is one unknown piece."""
    texts = STRINGS if "vocab_size" not in options else [text.lower() for text in STRINGS]
    some = [text[:40] for text in texts[21:250]]
    if options.get("vocab_size") == 900:  # which have no room for all characters
        some = ["".join(letter for letter in text if letter < "\u0400") for text in some]
    tokenizer = learn_pair_tokenizer(
        some[:150],
        some[150:],
        translation=TranslationConfig(**options),
        max_source=65_536,
    )
    draw = np.random.default_rng(0)
    ids = draw.integers(0, tokenizer.target_size, (1500, 20)).tolist()
    ids += draw.integers(0, 4 + 256, (500, 20)).tolist() if tokenizer.target_size > 300 else []
    ids = [[each for each in row if each != tokenizer.end_id] for row in ids]
    models = [base64.b64encode(model).decode() for model in tokenizer.models]
    given = {"models": [models[0], models[-1]], "texts": texts, "ids": ids}
    found = run_node(tmp_path, PIECES, given)
    wrong = []
    for text, pieces in zip(texts, found["ids"], strict=True):
        if [*pieces, tokenizer.end_id] != tokenizer.encode_source(text).tolist():
            wrong.append(ascii(text))
    assert not wrong, wrong[:5]
    assert found["texts"] == [tokenizer.decode_target(row) for row in ids]
