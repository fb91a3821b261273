from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import kerasapps
from kerasapps.config import ExportConfig, LoadConfig, TextConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.outputs.classes.probabilities import predict_probabilities
from kerasapps.recipes import train_sentiment_classifier
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.workflow.reading import read_splits
from tests.check_bundle import check_bundle
from tests.evaluation.pages import run_lines, use_lines
from tests.full_disk import file_limit
from tests.light import run_light
from tests.recipes.text_classification.test_walk import WALK
from tests.test_cli import run

ALL = {"float32", "float16", "dynamic", "int8", "saved_model"}
TEXTS = [
    "A wonderful film, I loved every minute.",
    "Terrible service and cold food. Never again!",
    "NOT bad at all",
    "",
    "ünïcödé 🎬 映画 \x00 end",
    "word " * 3000,
]


def test_texts_become_a_verified_bundle(reviewed: kerasapps.RecipeResult) -> None:
    assert reviewed.labels == ("negative", "positive")
    assert {each.name for each in reviewed.artifacts} == ALL
    assert reviewed.passed, [each.reason for each in reviewed.artifacts]
    check_bundle(reviewed.bundle_dir, labels=reviewed.labels, artifacts=ALL, beside=WALK.beside)
    # Far from chance on texts that it has not seen: the pieces fit together.
    assert reviewed.metrics["accuracy"] > 0.6


@pytest.mark.parametrize("artifact", ["float32", "float16", "dynamic", "int8"])
def test_the_runner_scores_as_keras(reviewed: kerasapps.RecipeResult, artifact: str) -> None:
    bundle = kerasapps.load_bundle(reviewed.bundle_dir, artifact)
    ids = np.stack([bundle.reader.read(text) for text in TEXTS])
    expected = predict_probabilities(reviewed.model, ids)
    found = np.stack([bundle.scores(text) for text in TEXTS])
    tolerance = {"float32": 1e-4, "float16": 2e-3}.get(artifact, 0.15)
    np.testing.assert_allclose(found, expected, atol=tolerance)


def test_the_saved_model_takes_the_texts_themselves(reviewed: kerasapps.RecipeResult) -> None:
    loaded = tf.saved_model.load(str(reviewed.bundle_dir / "saved_model"))
    answer = loaded.signatures["serving_default"](text=tf.constant(TEXTS))
    bundle = kerasapps.load_bundle(reviewed.bundle_dir, "float32")
    for row, text in enumerate(TEXTS):
        (expected,) = bundle.predict(text)
        assert answer["labels"][row].numpy()[0].decode() == expected.label
        np.testing.assert_allclose(answer["scores"][row], expected.scores, atol=1e-4)


def test_the_reports_lines_for_a_server_answer(
    reviewed: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    assert "positive" in run_lines(use_lines(reviewed.bundle_dir)[-1], tmp_path)


def test_a_light_installation_predicts_and_explains(reviewed: kerasapps.RecipeResult) -> None:
    program = (
        "import kerasapps\n"
        f"bundle = kerasapps.load_bundle({str(reviewed.bundle_dir)!r}, 'int8')\n"
        "print(bundle.predict(['great film', 'awful'])[0].label)\n"
        f"kerasapps.explain_text({str(reviewed.bundle_dir)!r}, 'great film')\n"
    )
    assert run_light(program).strip() in reviewed.labels


def test_one_text_and_several(reviewed: kerasapps.RecipeResult) -> None:
    bundle = kerasapps.load_bundle(reviewed.bundle_dir)
    assert bundle.predict(TEXTS[0]) == bundle.predict([TEXTS[0]]) == bundle.predict((TEXTS[0],))
    assert len(bundle.predict(TEXTS)) == len(TEXTS)
    with pytest.raises(kerasapps.DataError, match="expected a text, got int"):
        bundle.predict([1])
    with pytest.raises(kerasapps.DataError, match="a list of texts, got dict"):
        bundle.predict({"good": 1})


def test_standard_input(reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any]) -> None:
    folder = str(reviewed.bundle_dir)
    command = [sys.executable, "-m", "kerasapps", "predict", folder, "-", "--json"]
    lines = "\ufeffgreat film\r\nawful\n".encode()
    piped = subprocess.run(command, input=lines, capture_output=True, check=False)
    rows = json.loads(piped.stdout)["predictions"]
    assert [row["text"] for row in rows] == ["great film", "awful"]
    ended = run_here("predict", reviewed.bundle_dir, "-", "more")
    assert ended.returncode != 0 and "stands alone" in ended.stderr


def test_an_explanation_is_of_the_label_asked_for(reviewed: kerasapps.RecipeResult) -> None:
    text = "wonderful and delicious, but the waiter was terrible"
    found = {
        label: kerasapps.explain_text(reviewed.bundle_dir, text, label=label, artifact="float32")
        for label in reviewed.labels
    }
    assert found["negative"].score + found["positive"].score == pytest.approx(1, abs=1e-3)
    for one, other in zip(found["negative"].words, found["positive"].words, strict=True):
        assert one.weight == pytest.approx(-other.weight, abs=1e-4)
    assert any(abs(word.weight) > 1e-4 for word in found["positive"].words)
    with pytest.raises(kerasapps.ConfigError, match=r"Did you mean .positive."):
        kerasapps.explain_text(reviewed.bundle_dir, text, label="postive")


@pytest.mark.slow  # importing shap takes seconds
def test_shap_values_of_words_are_what_the_text_has_more_than_nothing(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any]
) -> None:
    text = "wonderful and delicious, but the waiter was terrible"
    asked = ("--artifact", "float32", "--method", "shap", "--json", "--label", "positive")
    found = json.loads(run_here("explain", reviewed.bundle_dir, text, *asked).stdout)
    bundle: Any = kerasapps.load_bundle(reviewed.bundle_dir, "float32")
    more = found["score"] - bundle.scores("")[bundle.labels.index("positive")]
    assert sum(word["weight"] for word in found["words"]) == pytest.approx(more, abs=1e-3)
    assert found["method"] == "shap" and found["agreement"]["correlation"] > 0.5
    refused = run_here("explain", reviewed.bundle_dir, text, "--output", "why.png")
    assert "texts are explained in words" in refused.stderr


def test_an_explanation_says_whether_the_end_was_read(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any]
) -> None:
    length = read_manifest(reviewed.bundle_dir).input["max_length"]
    for words, truncated in ((length // 2, False), (length + 1, True)):
        text = "good " * words
        assert kerasapps.explain_text(reviewed.bundle_dir, text).truncated is truncated
        printed = run_here("explain", reviewed.bundle_dir, text).stdout
        assert ("its end was ignored" in printed) is truncated


def test_a_bundle_is_judged_timed_and_extended(
    reviewed: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh.csv"
    rows = [
        ("text", "label"),
        *[(f"lovely {each}", "positive") for each in range(5)],
        ("awful", "negative"),
    ]
    with fresh.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    assert kerasapps.evaluate_bundle(reviewed.bundle_dir, fresh).examples == 6
    timed = kerasapps.benchmark_bundle(
        reviewed.bundle_dir, artifacts=["int8", "saved_model"], quick=True
    )
    assert all(0 < each.latency_ms <= each.latency_p95_ms for each in timed.values())
    fresh.write_text("text,label\nfine,neutral\nfine too,positive\n", encoding="utf-8")
    with pytest.raises(kerasapps.DataError, match="'neutral'"):
        kerasapps.evaluate_bundle(reviewed.bundle_dir, fresh)


@pytest.mark.slow  # tests/workflow/test_bundle_export.py does it with pictures
def test_files_are_added_to_a_bundle(reviewed: kerasapps.RecipeResult, tmp_path: Path) -> None:
    copy = tmp_path / "run" / "bundle"
    shutil.copytree(reviewed.bundle_dir, copy)
    before = read_manifest(copy)
    export = ExportConfig(quantization=("dynamic",), saved_model=False)
    (added,) = kerasapps.export_bundle(copy, export=export)
    assert added.passed and added.metric == before.artifact("dynamic")["metric"]
    check_bundle(copy, labels=reviewed.labels, artifacts=ALL, beside=WALK.beside)
    texts = [f"{word} {number}" for number in range(20) for word in ("good", "bad")]
    with pytest.raises(kerasapps.DataError, match="its fingerprint differs"):
        kerasapps.export_bundle(copy, (texts, ["positive", "negative"] * 20))


@pytest.mark.slow  # the steps that differ have tests of their own
def test_many_classes_from_a_table_with_other_names_in_another_script(tmp_path: Path) -> None:
    words = {
        "sport": "équipe, mêlée, arrêt",
        "food": "crème, pâté, gâteau",
        "music": "mélodie, opéra, très doux",
    }
    file = tmp_path / "topics.jsonl"
    lines = [
        json.dumps({"id": number, "body": f"{words[topic]} numéro {number}", "topic": topic})
        for number in range(60)
        for topic in words
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    result = train_sentiment_classifier(
        file,
        output_dir=tmp_path / "run",
        model="bag_of_embeddings",
        load=LoadConfig(test_split=0.2),
        text=TextConfig(text_column="body", label_column="topic"),
        train=TrainConfig(epochs=8),
        export=ExportConfig(quantization=("int8",), saved_model=False),
    )
    assert result.labels == ("food", "music", "sport")
    assert result.metrics["accuracy"] > 0.9 and result.passed
    assert kerasapps.load_bundle(result.bundle_dir).predict("OPÉRA Mélodie")[0].label == "music"
    assert read_manifest(result.bundle_dir).input["kind"] == "wordpiece"


def test_the_report_marks_words(reviewed: kerasapps.RecipeResult) -> None:
    page = (reviewed.bundle_dir / "report.html").read_text(encoding="utf-8")
    assert "<h2>Worst mistakes</h2>" in page and '<mark class="for s' in page
    assert "Texts per class" in page and "Nearly the same in different splits (1)" in page


def test_the_data_of_the_training_is_judged_on_what_was_held_out(
    reviewed: kerasapps.RecipeResult,
) -> None:
    found = kerasapps.evaluate_bundle(reviewed.bundle_dir, "builtin:reviews", artifact="float32")
    assert found.examples == reviewed.metrics["examples"]
    assert found.accuracy == reviewed.metrics["accuracy"]


def test_a_copy_of_the_training_data_is_judged_on_what_was_held_out_too(
    reviewed: kerasapps.RecipeResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {"text": TextConfig(), "load": LoadConfig(), "train": TrainConfig()}
    splits = read_splits(TEXT_CLASSIFICATION, "builtin:reviews", options, tmp_path / "scratch")
    copy = tmp_path / "copy.csv"
    with copy.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["label", "text"])
        for split in (splits.train, splits.validation, splits.test):
            names = [splits.labels[number] for number in split.labels]
            writer.writerows(zip(names, split.texts, strict=True))
    expected = kerasapps.evaluate_bundle(reviewed.bundle_dir, "builtin:reviews")
    assert kerasapps.evaluate_bundle(reviewed.bundle_dir, copy) == expected
    trained = len(splits.train) + len(splits.validation)
    whole = trained + len(splits.test)
    assert f"{trained:,} of {whole:,} texts are left out" in capsys.readouterr().err


def test_a_text_that_is_not_unicode_is_refused(reviewed: kerasapps.RecipeResult) -> None:
    with pytest.raises(kerasapps.DataError, match="is not UTF-8 at character 3"):
        kerasapps.load_bundle(reviewed.bundle_dir).predict("gr\udce9at")


def test_options_that_cannot_work_are_refused_before_the_data_is_read(tmp_path: Path) -> None:
    missing = TextConfig(word_vectors=str(tmp_path / "glove.txt"))
    with pytest.raises(kerasapps.ConfigError, match=r"no file .*glove\.txt"):
        train_sentiment_classifier("no/such.csv", text=missing)
    with pytest.raises(kerasapps.ConfigError, match=r"leave out TextConfig\.vocab_size"):
        train_sentiment_classifier(
            "no/such.csv", model="preset:bert_tiny_en_uncased", text=TextConfig(vocab_size=50)
        )


def test_the_command_line_judges_a_bundle(reviewed: kerasapps.RecipeResult, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.tsv"
    fresh.write_text("text\tlabel\ngood food\tpositive\nbad food\tnegative\n", "utf-8")
    ended = run("evaluate", reviewed.bundle_dir, fresh, "--json")
    assert json.loads(ended.stdout)["metrics"]["examples"] == 2
    ended = run("benchmark", reviewed.bundle_dir, "--artifact", "int8", "--quick", "--json")
    assert json.loads(ended.stdout)["artifacts"]["int8"]["latency_ms"] > 0


def test_without_room_for_temporary_files_nothing_is_judged(
    reviewed: kerasapps.RecipeResult,
) -> None:
    with (
        file_limit(2000),
        pytest.raises(kerasapps.DiskFullError, match=r"A file would grow .* Free: .* set TMPDIR"),
    ):
        kerasapps.evaluate_bundle(reviewed.bundle_dir, "builtin:reviews")
    with file_limit(100), pytest.raises(kerasapps.DiskFullError, match="set TMPDIR to"):
        kerasapps.benchmark_bundle(reviewed.bundle_dir, artifacts=["float32"])
