"""The SavedModel that takes sentences, in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kerasapps.export.verify_translations import run_translator
from kerasapps.recipes.translation.finished import TRANSLATORS
from kerasapps.recipes.translation.saved_model import write_saved_model
from tests.fresh_process import run_tensorflow_program
from tests.tiny_translator import TinyTranslator


@pytest.fixture(scope="module")
def saved_model(translator: TinyTranslator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "saved_model"
    write_saved_model(translator.network, translator.tokenizer, folder, beam=3, length_penalty=1.0)
    return folder


def test_the_saved_model_translates_in_a_process_of_its_own(
    translator: TinyTranslator, saved_model: Path, tmp_path: Path
) -> None:
    sources = translator.sources[:20]
    odd = ["", "  ", "🎉", " ".join(["man"] * 3000)]
    found, measured = run_translator(
        saved_model,
        runners=TRANSLATORS,
        tokenizer=translator.tokenizer,
        sources=[*sources, *odd],
        folder=tmp_path,
    )
    assert found[:20] == translator.greedy(sources)
    assert found[20:22] == ["", ""]
    assert found[22:] == translator.greedy(odd[2:])
    assert 0 < measured.latency_ms <= measured.latency_p95_ms and measured.token_ms is None


def test_the_saved_models_signatures(translator: TinyTranslator, saved_model: Path) -> None:
    from kerasapps.decoding.compiled import Decoder

    sources = list(translator.sources[:4])
    program = f"""
import json
import tensorflow as tf
import tensorflow_text
model = tf.saved_model.load({str(saved_model)!r})
assert sorted(model.signatures) == ["beam", "greedy", "serving_default"]
found = {{}}
for name in ("greedy", "beam"):
    answer = model.signatures[name](text=tf.constant({sources!r}))
    texts = [each.decode() for each in answer["translation"].numpy()]
    found[name] = [texts, answer["score"].numpy().tolist()]
    none = model.signatures[name](text=tf.zeros((0,), tf.string))
    assert none["translation"].shape == (0,) and none["score"].shape == (0,)
print(json.dumps(found))
"""
    answers = json.loads(run_tensorflow_program(program).splitlines()[-1])
    for name, beam in (("greedy", 1), ("beam", 3)):
        expected = Decoder(translator.network, beam=beam).decode_rows(translator.rows(sources))
        texts, scores = answers[name]
        tokenizer = translator.tokenizer
        assert texts == [tokenizer.decode_target(each[0].ids) for each in expected]
        assert scores == pytest.approx([each[0].score for each in expected], abs=1e-4)
