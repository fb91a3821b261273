"""What holds for every bundle."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import keras
import numpy as np

import kerasapps
from kerasapps.deploy.manifest import Manifest, read_manifest
from kerasapps.export.runtimes import describe_file
from kerasapps.export.scan import scan_tflite
from kerasapps.model_inputs import batch_of
from kerasapps.models import Translator
from tests.export.metadata.reading import files_in

FILES = {
    *("bundle.json", "model.keras", "report.html", "history.csv", "trained_on.npy"),
    "examples.json",
}
_IN_FILES = ("picture", "sound")  # examples of which lie beside their list
SCHEMA = Path(kerasapps.__file__).parent / "deploy" / "bundle.schema.json"


def check_bundle(
    folder: Path,
    *,
    labels: tuple[str, ...],
    artifacts: set[str],
    beside: frozenset[str] = frozenset(),
) -> None:
    """The bundle is whole, its hashes fit, and it holds those artifacts, all of builtins.

    Args:
        folder: of the bundle.
        labels: of its classes; empty where it answers with something else.
        artifacts: names of the files that passed.
        beside: what its task writes beside them for a phone, such as a vocabulary.
    """
    manifest = read_manifest(folder)
    found = {path.name for path in folder.iterdir()}
    tflite = {f"model_{name}.tflite" for name in artifacts - {"saved_model", "onnx"}}
    more = {*beside, "labels.txt"} if labels else {*beside}
    more |= {"examples"} if manifest.preprocessing["kind"] in _IN_FILES else set()
    others = artifacts & {"saved_model"}
    if "onnx" in artifacts:
        others |= {"model.onnx", "onnx"} & found  # a translator's is a folder
    assert found == FILES | more | tflite | others
    on_disk = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(manifest.files) == on_disk - {"bundle.json"}
    assert manifest.labels == labels
    if labels:
        assert (folder / "labels.txt").read_text(encoding="utf-8").splitlines() == list(labels)
    assert {each["name"] for each in manifest.artifacts if each["path"]} == artifacts
    for name in tflite:
        assert scan_tflite(folder / name) == ()
        if labels:
            assert files_in(folder / name)["labels.txt"] == (folder / "labels.txt").read_bytes()
    check_keras_model(manifest)
    with (folder / "history.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(manifest.history["rows"])
    values = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    assert values["schema_version"] == 2
    jsonschema.validate(values, json.loads(SCHEMA.read_text(encoding="utf-8")))
    check_examples(manifest, artifacts=artifacts - {"saved_model", "onnx"})
    for artifact in manifest.artifacts:
        path = artifact["path"] and folder / artifact["path"]
        assert artifact["runtime"] == (path and describe_file(path))


def check_examples(manifest: Manifest, *, artifacts: set[str]) -> None:
    """Some examples travel with the bundle, with what each of its files answers; they are small."""
    found = json.loads(manifest.file("examples.json").read_text(encoding="utf-8"))
    assert found["split"] == "validation" and 3 <= len(found["examples"]) <= 5
    pictures = sum(path.stat().st_size for path in manifest.folder.glob("examples/*"))
    assert pictures + manifest.file("examples.json").stat().st_size < 100_000
    for example in found["examples"]:
        assert set(example["answers"]) == artifacts
        raw = example["input"]
        raw = manifest.file(raw) if manifest.preprocessing["kind"] in _IN_FILES else raw
        for name in artifacts:
            prepared, answer = kerasapps.load_bundle(manifest.folder, name).worked(raw)
            assert (prepared, answer) == (example["prepared"], example["answers"][name])


def check_keras_model(manifest: Manifest) -> None:
    """The Keras model loads and answers with as many scores as there are labels, or pieces."""
    model = keras.saving.load_model(manifest.folder / "model.keras", compile=False)
    if isinstance(model, Translator):
        ids = np.full((1, 4), 3, np.int32)
        assert model((ids, ids)).shape == (1, 4, model.shape.target_vocabulary)
        return
    example = kerasapps.load_bundle(manifest.folder).reader.example()  # type: ignore[attr-defined]
    if not isinstance(example, dict):
        example = example.astype(model.inputs[0].dtype)
    # A number has no labels, and one output; of words each has a score a tag.
    words = (len(example["words"]),) if manifest.answer["kind"] == "tags" else ()
    answers = manifest.answer.get("answers", {"": {"labels": manifest.labels}})
    scores = sum(len(each.get("labels", ())) or 1 for each in answers.values())
    assert model(batch_of(example)).shape == (1, *words, scores)
