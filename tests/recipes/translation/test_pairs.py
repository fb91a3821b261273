"""Sentence pairs, and a network's translations of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.decoding.compiled import Decoder
from kerasapps.recipes.registry import TRANSLATION
from kerasapps.recipes.translation import pairs as module
from kerasapps.recipes.translation.pairs import Pairs, translate, translations_of
from kerasapps.recipes.translation.train import choose_tokenizer, translator_builder
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import SplitInputs
from kerasapps.workflow.options import with_values
from kerasapps.workflow.reading import read_splits
from tests.words import word_pairs


def pairs_of(tokenizer: Any, *, length_penalty: float = 1.0) -> Pairs:
    nothing: Any = None
    return Pairs(nothing, nothing, tokenizer, beam=3, length_penalty=length_penalty)


def test_a_network_translates_each_source_and_an_empty_one_is_empty(tmp_path: Path) -> None:
    asked = with_values(
        TRANSLATION.defaults,
        {"width": 0.1, "depth": 0.2, "vocab_size": 60, "max_length": 8},
    )
    splits = read_splits(TRANSLATION, word_pairs(60), asked, tmp_path)
    tokenizer = choose_tokenizer(asked["translation"], asked["model"], splits, Cache(tmp_path))
    keras.utils.set_random_seed(1)  # an untrained network may well translate all to nothing
    network: Any = translator_builder(
        asked["model"], asked["translation"], tokenizer, asked["train"]
    )()
    rows = [tokenizer.encode_source(each) for each in ("one dog", "", "two dogs")]
    found = translate(pairs_of(tokenizer), network, rows)
    whole = [each[0].ids for each in Decoder(network).decode_rows(rows)]
    assert found == (tokenizer.decode_target(whole[0]), "", tokenizer.decode_target(whole[2]))
    assert any(found)


def test_beam_and_penalty_are_the_decoders(monkeypatch: Any) -> None:
    asked: list[dict[str, Any]] = []

    class Planted:
        def __init__(self, network: Any, **options: Any) -> None:
            asked.append(options)

        def decode_rows(self, sources: Any) -> Any:
            return [(SimpleNamespace(ids="best"), SimpleNamespace(ids="second")) for _ in sources]

    monkeypatch.setattr(module, "Decoder", Planted)
    tokenizer: Any = SimpleNamespace(decode_target=str)
    pairs, network = pairs_of(tokenizer, length_penalty=0.5), object()
    rows = [np.array([7, 3]), np.array([3])]
    assert translate(pairs, network, rows) == ("best", "")  # type: ignore[arg-type]
    translate(pairs, network, rows, beam=4)  # type: ignore[arg-type]
    assert asked == [
        {"beam": 1, "length_penalty": 0.5},
        {"beam": 4, "length_penalty": 0.5},
    ]
    decoder: Any = Planted(None)
    assert translations_of(decoder, tokenizer, rows) == ("best", "")


def test_bleu_cuts_words_as_the_target_language_wants_it() -> None:
    def bleu(language: str) -> float:
        tokenizer: Any = SimpleNamespace(spec=SimpleNamespace(target_language=language))
        return pairs_of(tokenizer).bleu(["今日は良い天気ですね"], ["今日は悪い天気ですね"])

    assert bleu("de") == 0.0 and 0 < bleu("zh") < 100


def test_what_is_held_stays_as_it_is() -> None:
    nothing: Any = None
    frozen = (
        pairs_of(None),
        SplitInputs(nothing, nothing, nothing),
        module.Translations((), ()),
    )
    for each in frozen:
        (name, *_) = vars(each)
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(each, name, nothing)
