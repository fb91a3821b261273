"""The plain loop over a translator's signatures finds what ours finds, by both runtimes."""

from __future__ import annotations

from benchmarks.clients.each import compiled_model, interpreter
from kerasapps.deploy.translator import TextTranslator
from tests.tiny_translator import TinyTranslator

SOURCES = ["A man sleeps at home.", "", "A dog runs.", "A cook waits on a hill. " * 9]


def test_both_runtimes_translate_as_ours_does(translator: TinyTranslator) -> None:
    from ai_edge_litert.compiled_model import CompiledModel
    from ai_edge_litert.interpreter import Interpreter

    file, tokenizer = translator.file("float32"), translator.tokenizer
    ours = TextTranslator(file, tokenizer)
    expected = [ours.translation(each, ours.search(each)).text for each in SOURCES]
    assert any(expected)
    rows = translator.rows(SOURCES)
    assert interpreter.translations(Interpreter(str(file)), tokenizer, rows) == expected
    model = CompiledModel.from_file(str(file))
    assert compiled_model.translations(model, tokenizer, rows) == expected
