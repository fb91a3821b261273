"""What holds for every bundle."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import keras

from kerasapps.deploy.manifest import read_manifest
from kerasapps.deploy.runner import READERS
from kerasapps.export.scan import scan_tflite

FILES = {"bundle.json", "model.keras", "labels.txt", "report.html", "history.csv"}
MORE_FILES = {"image_classification": set(), "sentiment": {"vocab.txt"}}


def check_bundle(folder: Path, *, labels: tuple[str, ...], artifacts: set[str]) -> None:
    """The bundle is whole, its hashes fit, and it holds those artifacts, all of builtins."""
    manifest = read_manifest(folder)
    found = {path.name for path in folder.iterdir()}
    tflite = {f"model_{name}.tflite" for name in artifacts - {"saved_model"}}
    assert found == FILES | MORE_FILES[manifest.task] | tflite | (artifacts & {"saved_model"})
    on_disk = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(manifest.files) == on_disk - {"bundle.json"}
    assert manifest.labels == labels
    assert (folder / "labels.txt").read_text(encoding="utf-8").splitlines() == list(labels)
    assert {each["name"] for each in manifest.artifacts if each["path"]} == artifacts
    for name in tflite:
        assert scan_tflite(folder / name) == ()
    model = keras.saving.load_model(folder / "model.keras", compile=False)
    example = READERS[manifest.task](manifest).example()
    assert model(example[None].astype(model.inputs[0].dtype)).shape == (1, len(labels))
    with (folder / "history.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(manifest.history["rows"])
    assert json.loads((folder / "bundle.json").read_text(encoding="utf-8"))["schema_version"] == 1
