from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
import tensorflow as tf
import tensorflow_text  # noqa: F401  the SavedModel's tokenizer is made of its operations

import kerasapps
from kerasapps.config import ExportConfig, LoadConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.recipes import train_translator
from kerasapps.recipes.registry import TASKS
from kerasapps.recipes.translation.train import plan_training
from tests.check_bundle import check_bundle
from tests.evaluation.pages import run_lines, use_lines
from tests.light import run_light
from tests.recipes.translation.test_walk import WALK
from tests.words import WORDS, word_pairs

MADE = {"float32", "dynamic", "saved_model"}
SENTENCE = "two green dog runs"


def test_pairs_become_a_verified_bundle(translated: kerasapps.RecipeResult) -> None:
    assert translated.passed, [each.reason for each in translated.artifacts]
    assert {each.name for each in translated.artifacts} == MADE
    check_bundle(translated.bundle_dir, labels=(), artifacts=MADE, beside=WALK.beside)
    # A word for a word is learnt, so the pieces fit together from data to search.
    assert translated.metrics["bleu"] > 60 and translated.metrics["bleu_greedy"] > 60
    assert translated.metrics["chrf"] > 60 and "tok:13a" in translated.metrics["signature"]
    assert translated.metrics["beam"] == 3 and translated.metrics["examples"] == 40


def test_the_reports_lines_for_a_server_answer(
    translated: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    *_, lines = use_lines(translated.bundle_dir)
    assert "import tensorflow_text" in lines
    assert "tf.Tensor" in run_lines(lines, tmp_path)


def test_the_best_epoch_is_the_one_with_the_best_bleu(translated: kerasapps.RecipeResult) -> None:
    rows = translated.history.rows
    assert translated.history.best.val_metric == max(row.val_metric for row in rows)
    settings = read_manifest(translated.bundle_dir).settings["train"]
    assert settings["monitor"] == "bleu" and settings["schedule"] == "inverse_sqrt"
    assert settings["beta_2"] == 0.98 and settings["label_smoothing"] == 0.1
    assert settings["learning_rate"] == 1e-2 and settings["average_checkpoints"] == 2


def test_the_files_translate_as_keras(translated: kerasapps.RecipeResult) -> None:
    for artifact in translated.artifacts:
        if artifact.name != "dynamic":
            assert artifact.agreement == 1 and artifact.delta == 0
        assert artifact.metric == pytest.approx(
            translated.metrics["bleu_greedy"] / 100 + artifact.delta / 100
        )
        assert artifact.name == "saved_model" or artifact.token_ms > 0


def test_the_saved_model_and_the_runner_agree(translated: kerasapps.RecipeResult) -> None:
    loaded = tf.saved_model.load(str(translated.bundle_dir / "saved_model"))
    bundle = kerasapps.load_bundle(translated.bundle_dir, "float32")
    texts = [SENTENCE, "", "house not here"]
    for signature, beam in (("greedy", 1), ("beam", 3)):
        answer = loaded.signatures[signature](text=tf.constant(texts))
        expected = bundle.predict(texts, beam=beam)
        found = [each.decode() for each in answer["translation"].numpy()]
        assert found == [each.text for each in expected]
        assert found[1] == "" and found[0]


def test_a_light_installation_translates_and_explains(
    translated: kerasapps.RecipeResult, pairs: Path
) -> None:
    folder, data = str(translated.bundle_dir), str(pairs)
    program = (
        "import kerasapps\n"
        f"print(kerasapps.load_bundle({folder!r}).predict({SENTENCE!r})[0].text)\n"
        f"kerasapps.explain_text({folder!r}, {SENTENCE!r})\n"
        "try:\n"
        f"    kerasapps.evaluate_bundle({folder!r}, {data!r}, beam=1)\n"
        "except kerasapps.DependencyError as error:\n"
        "    print(error)\n"
    )
    translation, refusal = run_light(program).splitlines()
    assert translation
    assert refusal.startswith("Judging translations needs sacrebleu")
    assert refusal.endswith("pip install 'kerasapps[train]'")


def test_the_data_of_the_training_is_judged_on_what_was_held_out(
    translated: kerasapps.RecipeResult, pairs: Path
) -> None:
    found = kerasapps.evaluate_bundle(translated.bundle_dir, pairs, artifact="float32")
    assert found.examples == 40 and found.bleu == pytest.approx(translated.metrics["bleu"])
    greedy = kerasapps.evaluate_bundle(translated.bundle_dir, pairs, artifact="float32", beam=1)
    assert greedy.bleu == pytest.approx(translated.metrics["bleu_greedy"])


def test_a_copy_of_the_training_data_is_judged_on_what_is_new_in_it(
    translated: kerasapps.RecipeResult, pairs: Path, tmp_path: Path
) -> None:
    sides = [(pairs / f"train.{language}").read_text().splitlines() for language in ("en", "de")]
    fresh = word_pairs(5, seed=9)
    for side, lines in enumerate(sides):
        text = "\n".join([*lines[:30], *(pair[side] for pair in fresh)]) + "\n"
        (tmp_path / f"copy.{('en', 'de')[side]}").write_text(text, encoding="utf-8")
    files = (tmp_path / "copy.en", tmp_path / "copy.de")
    found = kerasapps.evaluate_bundle(translated.bundle_dir, files, beam=1)
    alone = kerasapps.evaluate_bundle(translated.bundle_dir, fresh, beam=1)
    assert found.examples == alone.examples == 5 and found.bleu == alone.bleu


def test_fresh_pairs_of_any_form_are_judged(
    translated: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    fresh = word_pairs(12, seed=9)
    table = tmp_path / "fresh.tsv"
    lines = ["src\ttgt", *("\t".join(pair) for pair in fresh)]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for side, name in enumerate(("a.txt", "b.txt")):
        (tmp_path / name).write_text("".join(f"{p[side]}\n" for p in fresh), encoding="utf-8")
    forms = (table, (tmp_path / "a.txt", tmp_path / "b.txt"), fresh)
    scores = {kerasapps.evaluate_bundle(translated.bundle_dir, each).bleu for each in forms}
    assert len(scores) == 1 and scores.pop() > 40
    with pytest.raises(kerasapps.ConfigError, match=r"text_column is not for sentence pairs"):
        kerasapps.evaluate_bundle(translated.bundle_dir, table, text_column="src")


@pytest.mark.slow  # tests/workflow/test_bundle_export.py does it with pictures
def test_files_are_added_to_a_bundle(translated: kerasapps.RecipeResult, tmp_path: Path) -> None:
    copy = tmp_path / "run" / "bundle"
    shutil.copytree(translated.bundle_dir, copy)
    before = read_manifest(copy)
    export = ExportConfig(quantization=("float16",), saved_model=False)
    (added,) = kerasapps.export_bundle(copy, export=export)
    assert added.name == "float16" and added.passed
    check_bundle(copy, labels=(), artifacts=MADE | {"float16"}, beside=WALK.beside)
    assert read_manifest(copy).metrics == before.metrics
    with pytest.raises(kerasapps.DataError, match="its fingerprint differs"):
        kerasapps.export_bundle(copy, word_pairs(100, seed=3), export=export)


def test_an_explanation_is_an_alignment(translated: kerasapps.RecipeResult) -> None:
    found = kerasapps.explain_text(translated.bundle_dir, SENTENCE, artifact="float32")
    assert isinstance(found, kerasapps.Alignment)
    assert len(found.weights) == len(found.target) and found.translation
    assert all(sum(row) == pytest.approx(1, abs=1e-2) for row in found.weights)
    assert not found.truncated
    long = kerasapps.explain_text(translated.bundle_dir, "green dog " * 400, artifact="float32")
    assert isinstance(long, kerasapps.Alignment) and long.truncated
    with pytest.raises(kerasapps.ConfigError, match="label is for classifiers"):
        kerasapps.explain_text(translated.bundle_dir, SENTENCE, label="x")
    with pytest.raises(kerasapps.ConfigError, match="the text is empty"):
        kerasapps.explain_text(translated.bundle_dir, " ")


def test_a_bundle_is_timed(translated: kerasapps.RecipeResult) -> None:
    timed = kerasapps.benchmark_bundle(translated.bundle_dir, artifacts=["dynamic"], quick=True)
    assert 0 < timed["dynamic"].latency_ms <= timed["dynamic"].latency_p95_ms
    assert timed["dynamic"].token_ms > 0


def test_the_report_shows_sentences_and_attention(translated: kerasapps.RecipeResult) -> None:
    page = (translated.bundle_dir / "report.html").read_text(encoding="utf-8")
    for part in ("BLEU by epoch", 'id="sentences"', 'id="lengths"', 'id="attention"', "chrF"):
        assert part in page
    manifest = json.loads((translated.bundle_dir / "bundle.json").read_text(encoding="utf-8"))
    assert manifest["input"]["source_language"] == "en" and "labels.txt" not in manifest["files"]


def test_suggestions_give_way_to_what_was_asked_for() -> None:
    asked = TrainConfig(
        optimizer="sgd", label_smoothing=0.0, monitor="loss", ema=0.99, schedule="cosine"
    )
    plan = plan_training({**TASKS["translation"].defaults, "train": asked})
    assert plan.train == dataclasses.replace(asked, clip_norm=1.0, warmup=0.1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"train": TrainConfig(class_weights="balanced")}, "class_weights is for classifiers"),
        ({"train": TrainConfig(head_epochs=1)}, "head_epochs is for a pretrained backbone"),
        ({"load": LoadConfig(unknown_classes="skip")}, "unknown_classes is for classifiers"),
        ({"model": "preset:bert"}, "no pretrained translators"),
        ({"model": "transformr"}, "Did you mean 'transformer'"),
    ],
)
def test_what_cannot_work_is_refused_before_the_data_is_read(options, message) -> None:
    with pytest.raises(kerasapps.ConfigError, match=message):
        train_translator("no/such/folder", **options)


def test_the_words_of_the_tests_are_different() -> None:
    assert len(set(WORDS.values())) == len(WORDS)
