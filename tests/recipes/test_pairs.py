"""Sentence pairs, and a network's translations of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from kerasapps.recipes import pairs as module
from kerasapps.recipes.pairs import Pairs, translate, translations_of

from tests.tiny_translator import TinyTranslator


def pairs_of(tokenizer: Any, *, length_penalty: float = 1.0) -> Pairs:
    nothing: Any = None
    return Pairs(nothing, nothing, tokenizer, beam=3, length_penalty=length_penalty)


def test_a_network_translates_each_source_and_an_empty_one_is_empty(
    translator: TinyTranslator,
) -> None:
    pairs, sources = pairs_of(translator.tokenizer), translator.sources[:3]
    rows = translator.rows([sources[0], "", *sources[1:]])
    found = translate(pairs, translator.network, rows)
    expected = translator.greedy(sources)
    assert found == (expected[0], "", *expected[1:])


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
