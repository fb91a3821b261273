"""Bundles that older versions made still load and answer what they answered then."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps.deploy.manifest import read_manifest
from tests.shapes import shape_picture, write_shapes
from tests.words import write_pairs

OLD = Path(__file__).parent / "old_bundles"
ANSWERS = json.loads((OLD / "answers.json").read_text(encoding="utf-8"))
BUNDLES = ("image_classification", "sentiment", "translation", "bag_of_ngrams")
TEXT_BUNDLES = ("sentiment", "bag_of_ngrams")
TEXT = "A lovely film, but the ending was boring."
NEW_TEXTS = (TEXT, "Dull, slow and far too long", "", "zzz qqq")
SENTENCE = "two red dog runs"


def unpacked(name: str, folder: Path) -> Path:
    """A bundle by its name, where it may be spoilt."""
    shutil.unpack_archive(OLD / f"{name}.tar.xz", folder, filter="data")
    return folder / name


def pictures(bundle: Path, folder: Path) -> dict[str, Any]:
    """All answers of the picture classifier."""
    labels = ("blue", "green", "red")
    new = [shape_picture(label, 300 + number) for number, label in enumerate(labels)]
    data = write_shapes(folder / "shapes", per_class=20)
    found: dict[str, Any] = {}
    for artifact in ("float32", "int8"):
        loaded = kerasapps.load_bundle(bundle, artifact)
        found[f"{artifact} predicts"] = [
            dataclasses.asdict(each) for each in loaded.predict(new, top_k=3)
        ]
        figures = kerasapps.evaluate_bundle(bundle, data, artifact=artifact)
        found[f"{artifact} is judged"] = figures.to_dict()
    return found


def texts(bundle: Path, folder: Path) -> dict[str, Any]:
    """All answers of the text classifier."""
    found: dict[str, Any] = {}
    for artifact in ("float32", "int8"):
        loaded = kerasapps.load_bundle(bundle, artifact)
        found[f"{artifact} predicts"] = [
            dataclasses.asdict(each) for each in loaded.predict(NEW_TEXTS)
        ]
    found["is judged"] = kerasapps.evaluate_bundle(bundle, "builtin:reviews").to_dict()
    found["explains"] = dataclasses.asdict(kerasapps.explain_text(bundle, TEXT))
    found["explains a label"] = dataclasses.asdict(
        kerasapps.explain_text(bundle, TEXT, label="positive", artifact="float32")
    )
    return found


def pairs(bundle: Path, folder: Path) -> dict[str, Any]:
    """All answers of the translator."""
    data = write_pairs(folder / "words", count=400)
    loaded = kerasapps.load_bundle(bundle)
    return {
        "predicts": [dataclasses.asdict(each) for each in loaded.predict([SENTENCE, "", "house"])],
        "predicts more": [
            dataclasses.asdict(each) for each in loaded.predict([SENTENCE], beam=4, n_best=2)
        ],
        "is judged": kerasapps.evaluate_bundle(bundle, data, beam=1).to_dict(),
        "explains": dataclasses.asdict(kerasapps.explain_text(bundle, SENTENCE)),
    }


ASK: dict[str, Callable[[Path, Path], dict[str, Any]]] = dict(
    zip(BUNDLES, (pictures, texts, pairs, texts), strict=True)
)


def flat(value: Any, place: str = "") -> dict[str, Any]:
    """What JSON makes of a value, place by place."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, dict):
        return {k: v for name in value for k, v in flat(value[name], f"{place}/{name}").items()}
    if isinstance(value, list | tuple):
        return flat(dict(enumerate(value)), place) or {place: []}
    return {place: value}


@pytest.mark.parametrize("name", BUNDLES)
def test_an_old_bundle_answers_as_it_did_when_it_was_made(name: str, tmp_path: Path) -> None:
    bundle = unpacked(name, tmp_path)
    found, then = flat(ASK[name](bundle, tmp_path)), flat(ANSWERS[name])
    assert found.keys() >= then.keys()
    found = {place: found[place] for place in then}
    numbers = {place: value for place, value in then.items() if isinstance(value, float)}
    assert {place: found[place] for place in numbers} == pytest.approx(numbers, abs=1e-4)
    assert {p: v for p, v in found.items() if p not in numbers} == {
        p: v for p, v in then.items() if p not in numbers
    }


@pytest.mark.parametrize("name", BUNDLES)
def test_the_files_of_an_old_bundle_are_timed(name: str, tmp_path: Path) -> None:
    bundle = unpacked(name, tmp_path)
    measured = kerasapps.benchmark_bundle(bundle, quick=True)
    files = {path.stem.removeprefix("model_"): path for path in bundle.glob("*.tflite")}
    assert measured.keys() == files.keys()
    assert all(each.size_bytes == files[name].stat().st_size for name, each in measured.items())
    assert all(each.latency_ms > 0 for each in measured.values())


def test_an_old_bundle_for_pictures_says_why_too(tmp_path: Path) -> None:
    bundle = unpacked("image_classification", tmp_path)
    picture = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    why: Any = kerasapps.explain_bundle(
        bundle, picture, explain=kerasapps.ExplainConfig(samples=16)
    )
    assert why.label == kerasapps.load_bundle(bundle).predict(picture)[0].label
    assert why.over.shape == (20, 20)


@pytest.mark.parametrize("name", BUNDLES)
def test_the_keras_model_of_an_old_bundle_loads(name: str, tmp_path: Path) -> None:
    import keras

    import kerasapps.models  # noqa: F401  # the layers that a model may be made of

    bundle = unpacked(name, tmp_path)
    model = keras.saving.load_model(bundle / "model.keras", compile=False)
    parameters = {
        "image_classification": 2_099,
        "sentiment": 5_378,
        "translation": 16_448,
        "bag_of_ngrams": 29_232,
    }
    assert model.count_params() == parameters[name]


@pytest.mark.parametrize(
    ("task", "given", "printed"),
    [
        ("image_classification", "red.png", "red "),
        ("sentiment", "a lovely warm film", "positive "),
        ("bag_of_ngrams", "a lovely warm film", "positive "),
        ("translation", SENTENCE, "zwei rot Hund rennt"),
    ],
)
def test_the_command_line_takes_an_old_bundle(
    task: str,
    given: str,
    printed: str,
    run_here: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    bundle = unpacked(task, tmp_path)
    shape_picture("red", 300).save(tmp_path / "red.png")
    ended = run_here("predict", bundle, given, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.removeprefix(f"{given}: ").startswith(printed)


def test_the_network_of_an_old_bundle_answers_as_its_file(tmp_path: Path) -> None:
    """Whatever the layers that it is made of do in networks of today."""
    from kerasapps.deploy.readers import text_tokenizer
    from kerasapps.workflow.extension import finished_network

    bundle = unpacked("bag_of_ngrams", tmp_path)
    manifest = read_manifest(bundle)
    tokenizer, network = text_tokenizer(manifest), finished_network(manifest)
    ids = np.stack([tokenizer.encode(each) for each in NEW_TEXTS])
    scores = np.exp(network(ids)) / np.exp(network(ids)).sum(-1, keepdims=True)
    then = ANSWERS["bag_of_ngrams"]["float32 predicts"]
    found = [dict(zip(manifest.labels, row, strict=True)) for row in scores.tolist()]
    for each, before in zip(found, then, strict=True):
        assert [each[label] for label in before["labels"]] == pytest.approx(
            before["scores"], abs=1e-4
        )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"min_count": 2}, "was made by another version, so it cannot be trained longer"),
        ({}, "text.min_count was 2, is None"),
    ],
)
def test_what_is_trained_otherwise_by_now_is_not_trained_longer(
    options: dict[str, int], said: str, tmp_path: Path
) -> None:
    bundle = unpacked("bag_of_ngrams", tmp_path).rename(tmp_path / "bundle")
    before = (bundle / "bundle.json").read_bytes()
    with pytest.raises(kerasapps.TrainingError, match=said):
        kerasapps.train_sentiment_classifier(
            "builtin:reviews",
            model=kerasapps.ModelConfig(model="bag_of_ngrams", width=0.1, depth=0.05),
            text=kerasapps.TextConfig(vocab_size=300, **options),
            train=kerasapps.TrainConfig(epochs=7, learning_rate=0.01, deterministic=True),
            export=kerasapps.ExportConfig(quantization=("float32", "int8"), saved_model=False),
            output_dir=tmp_path,
        )
    assert (bundle / "bundle.json").read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXT_BUNDLES)
def test_an_old_bundle_for_texts_gets_another_file(name: str, tmp_path: Path) -> None:
    bundle = unpacked(name, tmp_path)
    assert not read_manifest(bundle).preprocessing
    examples = name == "sentiment"
    export = kerasapps.ExportConfig(quantization=("float16",), saved_model=False, examples=examples)
    artifacts = kerasapps.export_bundle(bundle, export=export)
    # Whatever wrote it, what is written now explains itself.
    after = read_manifest(bundle)
    assert (after.preprocessing["kind"], after.answer["kind"]) == ("words", "classes")
    assert all(each["runtime"] for each in after.artifacts if each["path"])
    assert ("examples.json" in after.files) is examples
    assert [(each.name, each.passed) for each in artifacts] == [("float16", True)]
    assert kerasapps.load_bundle(bundle, "float16").predict(TEXT)
