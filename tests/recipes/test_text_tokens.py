"""Which tokenizer a run takes, and what it says of it."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from kerasapps.recipes.cache import Cache
from kerasapps.recipes.text_tokens import choose_tokenizer

from kerasapps.config import LoadConfig, ModelConfig, TextConfig
from kerasapps.data.text_load import load_texts
from kerasapps.preprocess.tokenizers import Tokenizer

SENTENCE = "the parcel came on tuesday with a box and my neighbour saw it later today in town"
WORDS = SENTENCE.split()


def choose(folder: Path, *signs: str, **options: Any) -> Tokenizer:
    """The tokenizer for 300 texts of random words with a sign of their label."""
    draw = random.Random(0)
    labels = [draw.randrange(len(signs)) for _ in range(300)]
    texts = [" ".join([*draw.choices(WORDS, k=8), signs[label]]) for label in labels]
    text = TextConfig(**options)
    data = (texts, [f"class {label}" for label in labels])
    splits = load_texts(data, config=LoadConfig(), text=text, seed=0, work_dir=folder / "texts")
    return choose_tokenizer(text, ModelConfig(model="bag_of_ngrams"), splits, Cache(folder))


@pytest.mark.parametrize("signs", [("😀", "😡"), (":)", ":("), ("C", "C#"), ("!", "?")])
def test_signs_that_tell_labels_apart_take_wordpieces(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], signs: tuple[str, str]
) -> None:
    tokenizer = choose(tmp_path, *signs)
    assert tokenizer.spec.kind == "wordpiece" and tokenizer.spec.lowercase
    assert tokenizer.encode_ids(signs[0]) != tokenizer.encode_ids(signs[1])
    said = capsys.readouterr().err
    assert "Wordpiece tokens are used, as regex drops what tells labels apart" in said
    assert "Warning" not in said


def test_case_that_tells_labels_apart_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = choose(tmp_path, "FINE", "fine")
    assert tokenizer.spec.kind == "regex" and not tokenizer.spec.lowercase
    assert "Case and accents are kept" in (said := capsys.readouterr().err)
    assert "Warning" not in said


def test_words_that_tell_labels_apart_need_nothing_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = choose(tmp_path, "good :)", "bad :(")
    assert tokenizer.spec.kind == "regex" and tokenizer.spec.lowercase
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("signs", "options", "words"),
    [
        (("😀", "😡"), {"tokenizer": "regex"}, "regex tokenizer drops .* --tokenizer wordpiece"),
        (("FINE", "fine"), {"lowercase": True}, "mixes up .* --no-lowercase"),
        (("bark", "meow"), {"vocab_size": 12, "tokenizer": "wordpiece"}, "larger --vocab-size"),
    ],
)
def test_what_was_asked_for_is_done_and_warned_of(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    signs: tuple[str, str],
    options: dict[str, Any],
    words: str,
) -> None:
    spec = choose(tmp_path, *signs, **options).spec
    assert spec.kind == options.get("tokenizer", "regex") and spec.lowercase
    assert re.search(f"Warning: .*{words}", capsys.readouterr().err)
