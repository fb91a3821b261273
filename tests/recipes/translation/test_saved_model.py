"""The SavedModel that takes sentences: in a process of its own, and signature by signature."""

from __future__ import annotations

from pathlib import Path

import pytest
import tensorflow as tf
import tensorflow_text  # noqa: F401  the SavedModel's tokenizer is made of its operations

from kerasapps.export.verify_translations import run_translator
from kerasapps.recipes.translation.finished import TRANSLATORS
from kerasapps.recipes.translation.saved_model import write_saved_model
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
    model = tf.saved_model.load(str(saved_model))
    assert sorted(model.signatures) == ["beam", "greedy", "serving_default"]
    for name, beam in (("greedy", 1), ("beam", 3)):
        expected = Decoder(translator.network, beam=beam).decode_rows(translator.rows(sources))
        answer = model.signatures[name](text=tf.constant(sources))
        texts = [each.decode() for each in answer["translation"].numpy()]
        assert texts == [translator.tokenizer.decode_target(each[0].ids) for each in expected]
        scores = [each[0].score for each in expected]
        assert answer["score"].numpy() == pytest.approx(scores, abs=1e-4)
        none = model.signatures[name](text=tf.zeros((0,), tf.string))
        assert none["translation"].shape == (0,) and none["score"].shape == (0,)
