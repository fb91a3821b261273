"""Bundles made at 3c87999, one of each task, still load and answer what they answered then."""

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
from tests.shapes import shape_picture, write_shapes
from tests.words import write_pairs

OLD = Path(__file__).parent / "old_bundles"
ANSWERS = json.loads((OLD / "answers.json").read_text(encoding="utf-8"))
TASKS = ("image_classification", "sentiment", "translation")
TEXT = "A lovely film, but the ending was boring."
SENTENCE = "two red dog runs"


def unpacked(task: str, folder: Path) -> Path:
    """The bundle of a task, where it may be spoilt."""
    shutil.unpack_archive(OLD / f"{task}.tar.xz", folder, filter="data")
    return folder / task


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
    new = [TEXT, "Dull, slow and far too long", "", "zzz qqq"]
    found: dict[str, Any] = {}
    for artifact in ("float32", "int8"):
        loaded = kerasapps.load_bundle(bundle, artifact)
        found[f"{artifact} predicts"] = [dataclasses.asdict(each) for each in loaded.predict(new)]
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
    zip(TASKS, (pictures, texts, pairs), strict=True)
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


@pytest.mark.parametrize("task", TASKS)
def test_an_old_bundle_answers_as_it_did_when_it_was_made(task: str, tmp_path: Path) -> None:
    bundle = unpacked(task, tmp_path)
    found, then = flat(ASK[task](bundle, tmp_path)), flat(ANSWERS[task])
    assert found.keys() >= then.keys()
    found = {place: found[place] for place in then}
    numbers = {place: value for place, value in then.items() if isinstance(value, float)}
    assert {place: found[place] for place in numbers} == pytest.approx(numbers, abs=1e-4)
    assert {p: v for p, v in found.items() if p not in numbers} == {
        p: v for p, v in then.items() if p not in numbers
    }


@pytest.mark.parametrize("task", TASKS)
def test_the_files_of_an_old_bundle_are_timed(task: str, tmp_path: Path) -> None:
    bundle = unpacked(task, tmp_path)
    measured = kerasapps.benchmark_bundle(bundle)
    files = {path.stem.removeprefix("model_"): path for path in bundle.glob("*.tflite")}
    assert measured.keys() == files.keys()
    assert all(each.size_bytes == files[name].stat().st_size for name, each in measured.items())
    assert all(each.latency_ms > 0 for each in measured.values())


def test_why_an_old_bundle_for_pictures_answers_so_is_refused(tmp_path: Path) -> None:
    bundle = unpacked("image_classification", tmp_path)
    with pytest.raises(kerasapps.BundleError, match="is for pictures; only texts and rows are"):
        kerasapps.explain_text(bundle, "red")


@pytest.mark.parametrize("task", TASKS)
def test_the_keras_model_of_an_old_bundle_loads(task: str, tmp_path: Path) -> None:
    import keras

    import kerasapps.models  # noqa: F401  # the layers that a model may be made of

    bundle = unpacked(task, tmp_path)
    model = keras.saving.load_model(bundle / "model.keras", compile=False)
    parameters = {"image_classification": 2_099, "sentiment": 5_378, "translation": 16_448}
    assert model.count_params() == parameters[task]


@pytest.mark.parametrize(
    ("task", "given", "printed"),
    [
        ("image_classification", "red.png", "red "),
        ("sentiment", "a lovely warm film", "positive "),
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


@pytest.mark.slow
def test_an_old_bundle_for_texts_gets_another_file(tmp_path: Path) -> None:
    bundle = unpacked("sentiment", tmp_path)
    artifacts = kerasapps.export_bundle(
        bundle, export=kerasapps.ExportConfig(quantization=("float16",), saved_model=False)
    )
    assert [(each.name, each.passed) for each in artifacts] == [("float16", True)]
    assert kerasapps.load_bundle(bundle, "float16").predict(TEXT)
