"""A translation bundle: sentences in, sentences out, whatever the sentence."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.deploy import translator as translator_module
from kerasapps.deploy.hypotheses import Hypothesis, Sampling
from kerasapps.deploy.manifest import FILE_NAME
from kerasapps.deploy.translator import (
    Alternative,
    TextTranslator,
    Translation,
    TranslationBundle,
)
from kerasapps.errors import BundleError, ConfigError, DataError
from kerasapps.files.named import sha256_of
from kerasapps.recipes.bundles import load_bundle
from tests.deploy.tampered import put, tamper
from tests.deploy.threads import wrong_answers
from tests.light import run_light
from tests.tiny_translator import TinyTranslator


@pytest.fixture(scope="module")
def folder(translator: TinyTranslator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the float32 file, as the runner needs it."""
    folder = tmp_path_factory.mktemp("bundle")
    shutil.copyfile(translator.file("float32"), folder / "model_float32.tflite")
    translator.tokenizer.save(folder)
    manifest = Path(__file__).parent / "manifests" / "translations.json"
    shutil.copyfile(manifest, folder / FILE_NAME)

    def change(values: dict[str, Any]) -> None:
        names = [path.name for path in folder.iterdir() if path.name != FILE_NAME]
        values["input"] = translator.tokenizer.spec.to_dict()
        values["artifacts"] = values["artifacts"][:1]
        values["files"] = {name: sha256_of(folder / name) for name in names}

    tamper(folder, change)
    return folder


@pytest.fixture(scope="module")
def bundle(folder: Path) -> TranslationBundle:
    loaded = load_bundle(folder)
    assert isinstance(loaded, TranslationBundle)
    return loaded


def test_greedy_translations_are_those_of_keras(
    translator: TinyTranslator, bundle: TranslationBundle
) -> None:
    found = [each.text for each in bundle.predict(translator.sources, beam=1)]
    assert found == translator.greedy(translator.sources)
    assert len(set(found)) > 10


def test_the_beam_is_the_bundles_unless_one_is_given(
    translator: TinyTranslator, bundle: TranslationBundle
) -> None:
    assert bundle.beam == 3 and bundle.task == "translation" and bundle.artifact == "float32"
    sources = translator.sources[:8]
    assert bundle.predict(sources) == bundle.predict(sources, beam=3)
    greedy, searched = bundle.predict(sources, beam=1), bundle.predict(sources, beam=3)
    assert any(one.score < two.score for one, two in zip(greedy, searched, strict=True))


def test_n_best_gives_alternatives_in_order(
    translator: TinyTranslator, bundle: TranslationBundle
) -> None:
    (found,) = bundle.predict(translator.sources[0], n_best=4)
    scores = [found.score, *(each.score for each in found.alternatives)]
    assert len(scores) == 4 and scores == sorted(scores, reverse=True)
    assert bundle.predict(translator.sources[0], n_best=4, length_penalty=0)[0].score < found.score
    with pytest.raises(ConfigError, match="n_best"):
        bundle.predict("A man", n_best=0)
    with pytest.raises(ConfigError, match="n_best"):
        bundle.predict("A man", n_best=3, beam=2)


def test_sampling_is_seeded_and_excludes_a_beam(bundle: TranslationBundle) -> None:
    def draw(seed: int) -> list[str]:
        (found,) = bundle.predict(
            "A dog runs.", n_best=3, sampling=Sampling(temperature=3.0, seed=seed)
        )
        return [found.text, *(each.text for each in found.alternatives)]

    assert draw(1) == draw(1) != draw(7)
    assert len(set(draw(1))) == 3
    with pytest.raises(ConfigError, match="beam and sampling"):
        bundle.predict("A dog", beam=2, sampling=Sampling())


def test_attention_is_between_the_pieces(
    translator: TinyTranslator, bundle: TranslationBundle
) -> None:
    (found,) = bundle.predict(translator.sources[0], beam=1)
    assert found.attention is not None
    assert found.attention.shape == (len(found.target_pieces), len(found.source_pieces))
    assert found.source_pieces[-1] == "</s>" and "</s>" not in found.target_pieces
    np.testing.assert_allclose(found.attention.sum(1), 1, atol=1e-3)


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_text_without_words_has_an_empty_translation(
    bundle: TranslationBundle, text: str
) -> None:
    (found,) = bundle.predict(text)
    assert found.text == "" and found.score == 0 and found.alternatives == ()
    assert found.attention is None and not found.truncated


@pytest.mark.parametrize(
    "text", ["🎉🎉", "人が自転車に乗っている。", "\x00\x07 \u202e", "a" * 10_000]
)
def test_strange_texts_are_answered_soon(bundle: TranslationBundle, text: str) -> None:
    started = time.perf_counter()
    (found,) = bundle.predict(text)
    assert time.perf_counter() - started < 5
    assert isinstance(found.text, str) and np.isfinite(found.score)
    assert len(found.target_pieces) < bundle.tokenizer.spec.max_target


def test_what_is_too_long_is_cut_and_said(
    translator: TinyTranslator, bundle: TranslationBundle
) -> None:
    long, short = bundle.predict([" ".join(["man"] * 5000), translator.sources[0]], beam=1)
    assert long.truncated and not short.truncated
    assert len(long.source_pieces) == 16


def test_one_text_or_several_and_nothing_else(bundle: TranslationBundle) -> None:
    assert bundle.predict("A man runs.") == bundle.predict(["A man runs."])
    assert bundle.predict([]) == []
    for wrong in ([3], [b"A man"], 7):
        with pytest.raises(DataError, match="expected a text"):
            bundle.predict(wrong)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="not UTF-8"):
        bundle.predict("gr\udce9at")


def test_a_light_installation_translates(folder: Path) -> None:
    program = (
        "from kerasapps import load_bundle\n"
        f"print(load_bundle({str(folder)!r}).predict('A man runs.')[0].text)\n"
    )
    (text,) = (each.text for each in load_bundle(folder).predict("A man runs."))
    assert run_light(program).strip() == text.strip()


def test_any_number_of_threads_get_the_answers_of_one(
    translator: TinyTranslator, bundle: TranslationBundle
) -> None:
    def answer(text: str) -> tuple[str, float, tuple[str, ...]]:
        (found,) = bundle.predict(text)
        return found.text, found.score, found.target_pieces

    assert wrong_answers(answer, translator.sources[:12], calls=200) == 0


def test_a_pickled_bundle_is_loaded_again(
    translator: TinyTranslator, bundle: TranslationBundle
) -> None:
    again = pickle.loads(pickle.dumps(bundle))
    assert isinstance(again, TranslationBundle) and again.artifact == "float32"
    assert again.predict(translator.sources[:3]) == bundle.predict(translator.sources[:3])


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("input.max_source", 40, "has 16 pieces of a source, its tokenizer 40"),
        ("input.max_target", 8, "pieces of a target, its tokenizer 8"),
        ("files", {}, "is not listed in the manifest"),
    ],
)
def test_a_file_for_another_tokenizer_is_refused(
    folder: Path, tmp_path: Path, place: str, value: object, words: str
) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "bundle"))
    tamper(copy, lambda values: put(values, place, value))
    with pytest.raises(BundleError, match=words):
        load_bundle(copy)


def test_a_tokenizer_that_is_not_listed_or_none_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "bundle"))
    tamper(copy, lambda values: values["files"].pop("tokenizer.model"))
    with pytest.raises(BundleError, match=r"does not list tokenizer\.model"):
        load_bundle(copy)
    (copy / "tokenizer.model").write_bytes(b"none")
    digest = sha256_of(copy / "tokenizer.model")
    tamper(copy, lambda values: values["files"].update({"tokenizer.model": digest}))
    with pytest.raises(BundleError, match="is not a SentencePiece model"):
        load_bundle(copy)


def test_threads_reach_the_interpreter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_edge_litert import interpreter

    made: list[int] = []
    real = interpreter.Interpreter

    def watched(**options: Any) -> Any:
        made.append(options["num_threads"])
        return real(**options)

    monkeypatch.setattr(interpreter, "Interpreter", watched)
    load_bundle(folder, threads=3)
    load_bundle(folder)
    pickle.loads(pickle.dumps(load_bundle(folder, threads=2)))
    assert made == [3, 1, 2, 2]


def test_a_text_as_long_as_the_network_reads_is_not_truncated(bundle: TranslationBundle) -> None:
    text = "A man sleeps at home."
    longest = bundle.tokenizer.spec.max_source
    while bundle.tokenizer.source_length(text + " man") <= longest:
        text += " man"
    while bundle.tokenizer.source_length(text) < longest:
        text += "."
    assert bundle.tokenizer.source_length(text) == longest
    assert not bundle.predict(text)[0].truncated and bundle.predict(text + " man")[0].truncated


def test_options_of_the_search_reach_it(
    translator: TinyTranslator, bundle: TranslationBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def search(network: Any, ids: Any, **options: Any) -> tuple[Hypothesis, ...]:
        asked.append(options)
        return (Hypothesis((5, 3), -1.0), Hypothesis((6, 3), -2.0))

    monkeypatch.setattr(translator_module, "beam_search", search)
    monkeypatch.setattr(
        translator_module, "greedy", lambda *given, **options: search(*given, **options)[0]
    )
    text, longest = translator.sources[0], bundle.tokenizer.spec.max_target
    (found,) = bundle.predict(text)
    assert found.score == -1.0 and [each.score for each in found.alternatives] == [-2.0]
    assert found.attention is None
    bundle.predict(text, beam=1)
    bundle.predict(text, beam=7, n_best=2, length_penalty=0.25)
    bundle.predict(text, n_best=9)
    assert bundle.beam == 3
    assert asked == [
        {"beam": 3, "n_best": 1, "max_length": longest, "length_penalty": bundle.length_penalty},
        {"max_length": longest, "length_penalty": bundle.length_penalty},
        {"beam": 7, "n_best": 2, "max_length": longest, "length_penalty": 0.25},
        {"beam": 9, "n_best": 9, "max_length": longest, "length_penalty": bundle.length_penalty},
    ]


def test_a_text_translator_alone_is_greedy_unless_more_is_asked_for() -> None:
    parameters = inspect.signature(TextTranslator.search).parameters
    defaults = {name: each.default for name, each in parameters.items()}
    assert (defaults["beam"], defaults["n_best"], defaults["length_penalty"]) == (1, 1, 1.0)
    assert inspect.signature(TranslationBundle.predict).parameters["n_best"].default == 1


def test_translations_compare_by_words_and_are_frozen() -> None:
    one = Translation("a", -1.0, attention=np.zeros((1, 1)))
    assert one == Translation("a", -1.0) and "attention" not in repr(one) and not one.truncated
    for value in (one, Alternative("a", 1.0)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.text = "b"  # type: ignore[misc]
