"""Bundles that may say nothing: told by people, programs and files alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import kerasapps
from kerasapps import ConfigError, TrainConfig, TrustConfig
from kerasapps.config import ExportConfig, ModelConfig, TextConfig
from kerasapps.config.targets import PartKind
from kerasapps.data.splits import Part, Splits, Target
from kerasapps.deploy.manifest import read_manifest
from kerasapps.recipes.registry import TASKS
from kerasapps.recipes.trusting import check_trusted
from kerasapps.workflow.carry import carry
from tests.deploy.tampered import tamper
from tests.serve.asking import client_of, encoded
from tests.shapes import COLOURS, shape_picture


def deciding(bundle: Path, **answer: Any) -> Path:
    """The bundle with thresholds, as if it had been trained with such."""
    return tamper(bundle, lambda values: values["answer"].update(answer))


def noise(folder: Path, count: int) -> Path:
    """Pictures of nothing, in a folder of one class folder."""
    rng = np.random.default_rng(0)
    for kind in ("dust", "snow"):
        (folder / kind).mkdir(parents=True)
        for number in range(count):
            pixels = rng.integers(0, 256, (32, 32, 3), np.uint8)
            Image.fromarray(pixels).save(folder / kind / f"{number}.png")
    return folder


def test_a_bundle_says_nothing_below_its_thresholds(bundle: Path) -> None:
    photo = shape_picture("red", 3)
    plain = kerasapps.load_bundle(bundle, "float32").predict(photo)[0]
    assert plain.label == plain.labels[0] and not plain.no_answer
    place = read_manifest(bundle).labels.index(plain.label)
    limits = [0.0] * len(COLOURS)
    limits[place] = min(1.0, plain.score + 1e-4)
    unsure = kerasapps.load_bundle(deciding(bundle, thresholds=limits), "float32").predict(photo)[0]
    assert (unsure.label, unsure.no_answer) == (None, "not sure")
    assert (unsure.labels, unsure.scores) == (plain.labels, plain.scores)
    loaded = kerasapps.load_bundle(deciding(bundle, unknown=limits[place]), "float32")
    assert loaded.predict(photo)[0].no_answer == "none of these"
    worked = loaded.worked(photo)[1]
    assert (worked["label"], worked["no_answer"]) == (None, "none of these")


def test_a_server_says_nothing_either(bundle: Path) -> None:
    photo = encoded(shape_picture("red", 3))
    client = client_of(deciding(bundle, unknown=1.0))
    (said,) = client.post("/predict", files=[("pictures", photo)]).json()["predictions"]
    assert (said["label"], said["no_answer"]) == (None, "none of these") and said["labels"]
    schemas = json.dumps(client.get("/openapi.json").json())
    assert "no_answer" in schemas and "none of these" in schemas
    (model,) = client.get("/models").json()["models"]
    outputs = client.get(f"/v2/models/{model['name']}").json()["outputs"]
    assert [each["name"] for each in outputs] == ["scores", "label", "answered"]


def test_thresholds_are_one_a_label_and_scores(bundle: Path) -> None:
    for wrong in (
        {"thresholds": [0.5]},
        {"thresholds": [2.0] * 9},
        {"unknown": "low"},
        {"unknown_label": "mauve"},
    ):
        with pytest.raises(kerasapps.BundleError, match=r"answer\.(thresholds|unknown)"):
            kerasapps.load_bundle(deciding(bundle, **wrong))
        tamper(bundle, lambda values, names=wrong: [values["answer"].pop(each) for each in names])


def test_foreign_pictures_are_told_from_known_ones(
    bundle: Path, shapes: Path, tmp_path: Path
) -> None:
    foreign = noise(tmp_path / "noise", 6)
    deciding(bundle, unknown=0.6)
    figures: Any = kerasapps.evaluate_bundle(bundle, shapes, artifact="float32", foreign=foreign)
    told = figures.foreign
    assert told.examples == 12 and 0 <= told.auroc <= 1
    assert told.known_answered == figures.decided.coverage
    assert figures.to_dict()["foreign"]["examples"] == 12
    flat = tmp_path / "flat"
    flat.mkdir()
    for number, file in enumerate(foreign.rglob("*.png")):
        file.rename(flat / f"{number}.png")
    again: Any = kerasapps.evaluate_bundle(bundle, shapes, artifact="float32", foreign=flat)
    assert again.foreign == told, "without folders of classes"
    lines = figures.shown().lines
    assert any("foreign examples" in line for line in lines)
    assert any(line.startswith("Answered") for line in lines)


def test_foreign_data_that_cannot_be_read_are_named_before_others_are(
    bundle: Path, shapes: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    for foreign, said in (("nowhere", "nowhere does not exist"), (tmp_path / "empty", "")):
        with pytest.raises(kerasapps.DataError, match=f"^foreign: .*{said}"):
            kerasapps.evaluate_bundle(bundle, tmp_path / "not there either", foreign=foreign)
    with pytest.raises(kerasapps.DataError, match="not there either"):
        kerasapps.evaluate_bundle(bundle, tmp_path / "not there either", foreign=shapes)


def test_what_no_answer_has_a_use_for_is_refused_before_data_are_read() -> None:
    plan = TASKS["text_classification"].planning.plan_training
    numbers, labels = (
        next(each for each in TASKS["text_classification"].answers if each.metric.key == key)
        for key in ("rmse", "micro_f1")
    )
    options = TASKS["text_classification"].defaults
    options = {**options, "model": ModelConfig(model="bag_of_embeddings")}
    rate = {**options, "trust": TrustConfig(unknown_rate=0.05)}
    precise = {**options, "trust": TrustConfig(min_precision=0.9)}
    assert plan(precise, answer=labels) and plan(options, answer=numbers)
    for refused, answer in ((rate, labels), (rate, numbers), (precise, numbers)):
        with pytest.raises(ConfigError, match=r"leave (it|them) out"):
            plan(refused, answer=answer)
    with pytest.raises(ConfigError, match="exclude each other"):
        TrustConfig(thresholds="f1", min_precision=0.9)
    assert not any("trust" in TASKS[name].sections for name in ("tagging", "translation"))


@pytest.mark.parametrize(
    ("kinds", "trust"),
    [
        (("labels", "number"), TrustConfig(unknown_rate=0.05)),
        (("number", "number"), TrustConfig(min_precision=0.9)),
    ],
)
def test_of_several_answers_one_must_have_a_use_for_thresholds(
    kinds: tuple[PartKind, ...], trust: TrustConfig
) -> None:
    parts = tuple(
        Part(f"part {place}", kind, ("a", "b") if kind == "labels" else ())
        for place, kind in enumerate(kinds)
    )
    made: Any = None
    target = Target("several", tuple(each.name for each in parts), parts)
    splits = Splits((), made, made, made, made, "", target)
    with pytest.raises(ConfigError, match=r"leave (it|them) out"):
        check_trusted(splits, {"trust": trust})


def test_an_asked_kind_of_answer_says_what_does_not_go_with_it() -> None:
    task = TASKS["text_classification"]
    options = {
        **task.defaults,
        "model": ModelConfig(model="bag_of_embeddings"),
        "text": TextConfig(target_kind="number"),
        "trust": TrustConfig(min_precision=0.9),
    }
    plan = task.planning.plan_training
    with pytest.raises(ConfigError, match=r"^TrustConfig\.min_precision: a number has no score"):
        task.first_fitting(lambda answer: plan(options, answer=answer))


@pytest.mark.parametrize("model", ["auto", "bag_of_embeddings"])
@pytest.mark.parametrize(
    ("labels", "trust", "said"),
    [
        ([place + 0.5 for place in range(60)], {"min_precision": 0.9}, "min_precision: a number"),
        (["a", "b"] * 30, {"unknown_label": "c"}, "unknown_label: no example has the label 'c'"),
    ],
)
def test_thresholds_that_the_data_have_no_use_for_are_refused_before_tensorflow_starts(
    model: str, labels: list[Any], trust: dict[str, Any], said: str, tmp_path: Path
) -> None:
    task = TASKS["text_classification"]
    options = {**task.defaults, "model": ModelConfig(model=model), "trust": TrustConfig(**trust)}
    with pytest.raises(ConfigError, match=rf"^TrustConfig\.{said}"):
        carry(
            task,
            ([f"the {place} sentence of all" for place in range(60)], labels),
            output_dir=tmp_path / "run",
            load_tensorflow=lambda: pytest.fail("TensorFlow was started"),
            **options,
        )


@pytest.mark.slow
def test_a_training_ships_scores_to_rely_on(tmp_path: Path) -> None:
    run = tmp_path / "run"
    options: dict[str, Any] = {
        "model": "mlp",
        "output_dir": run,
        "trust": TrustConfig(min_precision=0.97, unknown_rate=0.02),
        "export": ExportConfig(quantization=("float32", "int8")),
    }
    result = kerasapps.train_image_classifier(
        "builtin:digits", train=TrainConfig(epochs=4), **options
    )
    tempered, decided = result.metrics["tempered"], result.metrics["decided"]
    assert tempered["log_loss"] < tempered["log_loss_before"]
    assert decided["precision"] > result.metrics["accuracy"] and decided["coverage"] < 1
    manifest = read_manifest(run)
    assert len(manifest.answer["thresholds"]) == 10 and 0 < manifest.answer["unknown"] < 1
    figures: Any = kerasapps.evaluate_bundle(run, "builtin:digits", artifact="float32")
    assert figures.log_loss == pytest.approx(tempered["log_loss"], rel=1e-3)
    assert figures.decided.coverage == pytest.approx(decided["coverage"], abs=0.01)
    report = (run / "bundle" / "report.html").read_text("utf-8")
    assert "When it answers" in report and "That is with the temperature" in report

    # Further files are made of the same scores, and a longer training undoes the temperature.
    (added,) = kerasapps.export_bundle(
        run, export=ExportConfig(quantization=("float16",), saved_model=False)
    )
    assert added.name == "float16" and added.passed
    assert read_manifest(run).answer == manifest.answer
    longer = kerasapps.train_image_classifier(
        "builtin:digits", train=TrainConfig(epochs=8), **options
    )
    assert longer.metrics["log_loss"] < result.metrics["log_loss"]
    plain = kerasapps.train_image_classifier(
        "builtin:digits",
        model="mlp",
        output_dir=tmp_path / "plain",
        train=TrainConfig(epochs=4),
        trust=TrustConfig(temperature=False),
        export=ExportConfig(quantization=("float32",), saved_model=False),
    )
    assert "tempered" not in plain.metrics and "decided" not in plain.metrics
    assert plain.metrics["log_loss"] == pytest.approx(tempered["log_loss_before"], rel=1e-3)
    assert plain.metrics["accuracy"] == result.metrics["accuracy"]
    written = json.loads((tmp_path / "plain" / "bundle" / "bundle.json").read_text("utf-8"))
    assert set(written["answer"]) == {"kind", "labels_file", "uint8_divisor"}
