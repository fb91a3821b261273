from __future__ import annotations

import dataclasses
import inspect
import io
import pickle
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

import kerasapps
from kerasapps.deploy import opening, runner
from kerasapps.files.named import sha256_of
from kerasapps.outputs.classes.probabilities import predict_probabilities
from kerasapps.preprocess.image import load_image
from tests.deploy.tampered import put, tamper
from tests.deploy.threads import wrong_answers
from tests.light import run_light
from tests.shapes import COLOURS, shape_picture

FIRST_BUNDLE = Path(__file__).parent / "first_bundle"  # by version 0.1.0, schema 1


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("fresh")
    files = []
    for label in COLOURS:
        for number in range(500, 510):
            files.append(folder / f"{label}-{number}.png")
            shape_picture(label, number).save(files[-1])
    return files


@pytest.mark.parametrize("artifact", ["float32", "float16", "dynamic", "int8"])
def test_labels_are_those_of_keras(
    trained: kerasapps.RecipeResult, fresh: list[Path], artifact: str
) -> None:
    bundle = kerasapps.load_bundle(trained.bundle_dir, artifact=artifact)
    pictures = np.stack([load_image(file, bundle.reader.spec) for file in fresh])
    expected = predict_probabilities(trained.model, pictures).argmax(1)
    found = bundle.predict(fresh)
    assert [trained.labels[index] for index in expected] == [each.label for each in found]


def test_all_kinds_of_input_give_the_same_answer(
    trained: kerasapps.RecipeResult, fresh: list[Path]
) -> None:
    bundle = kerasapps.load_bundle(trained.bundle_dir)
    array = np.asarray(Image.open(fresh[0]))
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    one = bundle.predict(fresh[0])
    assert len(one) == 1 and len(one[0].labels) == 3
    assert one == bundle.predict(str(fresh[0])) == bundle.predict(array)
    assert one == bundle.predict(buffer.getvalue()) == bundle.predict(array[None])
    assert bundle.predict([fresh[0], array]) == one * 2


def test_transparency_of_an_array_is_laid_on_white_as_that_of_a_file(
    trained: kerasapps.RecipeResult, fresh: list[Path]
) -> None:
    bundle = kerasapps.load_bundle(trained.bundle_dir)
    image = Image.open(fresh[0]).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    array = np.asarray(image)
    one = bundle.predict(buffer.getvalue())
    assert bundle.predict(array) == bundle.predict([image]) == bundle.predict(array[None]) == one
    assert one != bundle.predict(array[..., :3])


def test_top_k_is_sorted_and_bounded(trained: kerasapps.RecipeResult, fresh: list[Path]) -> None:
    bundle = kerasapps.load_bundle(trained.bundle_dir, "float32")
    (top,) = bundle.predict(fresh[0], top_k=2)
    assert len(top.labels) == 2 and top.scores[0] >= top.scores[1]
    assert len(bundle.predict(fresh[0], top_k=99)[0].labels) == 3
    with pytest.raises(kerasapps.ConfigError, match="top_k"):
        bundle.predict(fresh[0], top_k=0)


def test_a_light_installation_answers_and_imports_little(
    trained: kerasapps.RecipeResult, fresh: list[Path]
) -> None:
    program = (
        "import sys, kerasapps\n"
        f"kerasapps.load_bundle({str(trained.bundle_dir)!r}).predict({str(fresh[0])!r})\n"
        "heavy = {'tensorflow', 'keras', 'sklearn', 'matplotlib', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    run_light(program)


def test_a_missing_picture_is_named(trained: kerasapps.RecipeResult, tmp_path: Path) -> None:
    with pytest.raises(kerasapps.DataError, match=r"nothing\.png"):
        kerasapps.load_bundle(trained.bundle_dir).predict(tmp_path / "nothing.png")


def test_any_number_of_threads_get_the_answers_of_one(
    trained: kerasapps.RecipeResult, fresh: list[Path]
) -> None:
    bundle = kerasapps.load_bundle(trained.bundle_dir)
    pictures = [np.asarray(Image.open(file)) for file in fresh]
    assert wrong_answers(bundle.predict, pictures, calls=2000) == 0


def test_a_bundle_of_the_first_version_answers() -> None:
    bundle = kerasapps.load_bundle(FIRST_BUNDLE)
    digits = load_digits()
    assert (bundle.artifact, bundle.task) == ("int8", "image_classification")
    found = bundle.predict([digits.images[row] * (255 / 16) for row in range(20)], top_k=1)
    assert [int(each.label) for each in found] == digits.target[:20].tolist()
    with pytest.raises(kerasapps.BundleError, match="no artifact ''"):  # an unset variable
        kerasapps.load_bundle(FIRST_BUNDLE, artifact="")


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("labels", list("012345678"), "has labels 10, but the manifest says 9"),
        ("input.height", 9, r"\(8, 8, 1\), but the manifest says \(9, 8, 1\)"),
        ("input.channels", 3, r"\(8, 8, 1\), but the manifest says \(8, 8, 3\)"),
        ("task", "audio", "for 'audio', which this version lacks"),
        ("artifacts.0.path", "report.html", "needs TensorFlow"),
        ("artifacts.0.passed", False, "no TFLite file that passed"),
    ],
)
def test_a_file_that_does_not_fit_its_manifest_is_refused(
    tmp_path: Path, place: str, value: object, words: str
) -> None:
    folder = Path(shutil.copytree(FIRST_BUNDLE, tmp_path / "bundle"))
    tamper(folder, lambda values: put(values, place, value))
    with pytest.raises(kerasapps.BundleError, match=words):
        kerasapps.load_bundle(folder)


def test_a_file_that_is_no_model_is_refused_by_name(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FIRST_BUNDLE, tmp_path / "bundle"))
    (folder / "model_int8.tflite").write_bytes(b"not a model")
    digest = sha256_of(folder / "model_int8.tflite")
    tamper(folder, lambda values: values["files"].update({"model_int8.tflite": digest}))
    with pytest.raises(kerasapps.BundleError, match=r"model_int8\.tflite is no TFLite file"):
        kerasapps.load_bundle(folder)


def test_threads_reach_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_edge_litert import interpreter

    made: list[Any] = []
    real = interpreter.Interpreter

    def watched(**options: Any) -> Any:
        made.append(options["num_threads"])
        return real(**options)

    monkeypatch.setattr(interpreter, "Interpreter", watched)
    kerasapps.load_bundle(FIRST_BUNDLE, threads=3)
    assert kerasapps.load_bundle(FIRST_BUNDLE).artifact == "int8"
    assert made == [3, 1]


def test_one_thread_and_three_labels_unless_more_is_asked_for() -> None:
    for function in (kerasapps.load_bundle, opening.open_bundle, runner.Bundle):
        assert inspect.signature(function).parameters["threads"].default == 1
    bundle = kerasapps.load_bundle(FIRST_BUNDLE)
    assert len(bundle.predict(np.zeros((8, 8), np.uint8))[0].labels) == 3
    assert bundle.task == "image_classification" and bundle.labels == bundle.manifest.labels
    again = pickle.loads(pickle.dumps(kerasapps.load_bundle(FIRST_BUNDLE, threads=2)))
    assert again._threads == 2


def test_labels_that_tie_are_in_the_order_of_the_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = kerasapps.load_bundle(FIRST_BUNDLE)
    names = tuple(f"class {number}" for number in range(300))
    scores = np.ones(300, np.float32)
    scores[200:] = 2
    monkeypatch.setattr(bundle, "manifest", dataclasses.replace(bundle.manifest, labels=names))
    monkeypatch.setattr(bundle, "_model", SimpleNamespace(scores=lambda one: scores))
    (found,) = bundle.predict(np.zeros((8, 8), np.uint8), top_k=200)
    assert found.labels == (*names[200:], *names[:100])
    assert (found.label, found.score) == ("class 200", 2.0) and found.scores[99:101] == (2, 1)


def test_a_file_that_scores_no_class_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = kerasapps.load_bundle(FIRST_BUNDLE)
    picture = np.zeros((8, 8), np.uint8)
    nothing = np.zeros(10, np.float32)
    monkeypatch.setattr(bundle, "_model", SimpleNamespace(scores=lambda one: nothing))
    for ask in (bundle.predict, bundle.scores):
        with pytest.raises(kerasapps.BundleError, match=r"int8 gives no class .* for 10 classes"):
            ask(picture)
    nothing[3] = 1 / 256
    assert bundle.predict(picture)[0].label == "3"
