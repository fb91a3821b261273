"""Which of a bundle's files is opened, and what a pickle keeps of it."""

from __future__ import annotations

import dataclasses
import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.deploy import networks
from kerasapps.deploy.manifest import digest_of, read_manifest
from kerasapps.deploy.opening import default_artifact, open_bundle
from tests.deploy.tampered import tamper
from tests.shapes import COLOURS, shape_picture

FIRST_BUNDLE = Path(__file__).parent / "first_bundle"


@pytest.fixture
def fresh(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"{label}.png" for label in COLOURS]
    for label, file in zip(COLOURS, files, strict=True):
        shape_picture(label, 500).save(file)
    return files


@dataclasses.dataclass
class Answering:
    """A bundle of a task that nobody knows."""

    manifest: Any
    path: Path
    artifact: str
    threads: int

    def predict(self, inputs: Any) -> list[Any]:
        return [inputs]


def load(manifest: Any, path: Path, *, artifact: str, threads: int) -> Answering:
    return Answering(manifest, path, artifact, threads)


def test_any_task_opens_its_own_bundles() -> None:
    asked: list[str] = []

    def find(manifest: Any) -> Any:
        asked.append(manifest.task)
        return load

    opened: Any = open_bundle(FIRST_BUNDLE.parent / "first_bundle", load=find, threads=3)
    assert opened.path == FIRST_BUNDLE / "model_int8.tflite"
    assert (opened.artifact, opened.threads, asked) == ("int8", 3, ["image_classification"])
    assert opened.predict("a") == ["a"]


def test_the_output_folder_is_a_bundle_too(trained: kerasapps.RecipeResult) -> None:
    assert kerasapps.load_bundle(trained.bundle_dir.parent).labels == trained.labels


def test_an_unknown_artifact_lists_the_known_ones(trained: kerasapps.RecipeResult) -> None:
    with pytest.raises(kerasapps.BundleError, match=r"'int4'.*float32, float16, dynamic, int8"):
        kerasapps.load_bundle(trained.bundle_dir, artifact="int4")


def test_a_saved_model_is_not_for_the_runner(trained: kerasapps.RecipeResult) -> None:
    with pytest.raises(kerasapps.BundleError, match="TensorFlow"):
        kerasapps.load_bundle(trained.bundle_dir, artifact="saved_model")


def test_a_pickled_bundle_is_loaded_again(
    trained: kerasapps.RecipeResult, fresh: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(trained.bundle_dir.parent)
    bundle = kerasapps.load_bundle("bundle", artifact="float16", threads=2)
    pickled = pickle.dumps(bundle)
    monkeypatch.chdir("/")
    opened: dict[str, object] = {}
    real = networks.TFLiteModel
    monkeypatch.setattr(
        networks, "TFLiteModel", lambda path, **options: opened.update(options) or real(path)
    )
    again = pickle.loads(pickled)
    assert (again.artifact, again.predict(fresh)) == ("float16", bundle.predict(fresh))
    assert opened == {"threads": 2}


def test_a_pickled_bundle_that_was_made_again_is_refused(bundle: Path) -> None:
    pickled = pickle.dumps(kerasapps.load_bundle(bundle))
    file = bundle / "bundle.json"
    values = json.loads(file.read_text())
    values["labels"].reverse()
    del values["manifest_sha256"]
    file.write_text(json.dumps(values | {"manifest_sha256": digest_of(values)}))
    with pytest.raises(kerasapps.BundleError, match="was made again since"):
        pickle.loads(pickled)
    shutil.rmtree(bundle)
    with pytest.raises(kerasapps.BundleError, match="is not a folder"):
        pickle.loads(pickled)


def test_a_bundle_of_nearly_the_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "phosts").mkdir()
    shutil.copytree(FIRST_BUNDLE, tmp_path / "photos" / "bundle")
    said = rf"phtos is not a folder\. Did you mean {tmp_path / 'photos'}\? .* 'Bundle:'"
    with pytest.raises(kerasapps.BundleError, match=said):
        kerasapps.load_bundle(tmp_path / "phtos")


def test_a_run_under_way_is_no_bundle_yet(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".kerasapps").touch()
    said = "has no bundle yet: its training is under way, or was stopped"
    with pytest.raises(kerasapps.BundleError, match=said):
        kerasapps.load_bundle(tmp_path)


def test_a_failed_file_that_was_kept_is_never_the_default(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FIRST_BUNDLE, tmp_path / "bundle"))
    shutil.copy(folder / "model_int8.tflite", folder / "model_dynamic.tflite")
    (folder / "model_int8.tflite").rename(folder / "model_int8.failed.tflite")

    def change(values: dict[str, Any]) -> None:
        (int8,), files = values["artifacts"], values["files"]
        values["artifacts"].append({**int8, "name": "dynamic", "path": "model_dynamic.tflite"})
        int8.update(path="model_int8.failed.tflite", passed=False, reason="loses 9 points")
        digest = files.pop("model_int8.tflite")
        files |= {"model_int8.failed.tflite": digest, "model_dynamic.tflite": digest}

    tamper(folder, change)
    assert kerasapps.load_bundle(folder).artifact == "dynamic"
    assert kerasapps.load_bundle(folder, "int8").artifact == "int8"  # for whoever asks for it


@pytest.mark.parametrize(
    ("there", "default"),
    [
        (("float32", "float16", "dynamic", "int8"), "int8"),
        (("float32", "float16", "dynamic"), "dynamic"),
        (("saved_model", "float32", "float16"), "float16"),
        (("saved_model", "float32"), "float32"),
    ],
)
def test_the_smallest_kind_of_file_is_the_default(there: tuple[str, ...], default: str) -> None:
    found = read_manifest(FIRST_BUNDLE)
    artifacts = tuple({"name": name, "path": "model", "passed": True} for name in there)
    assert default_artifact(dataclasses.replace(found, artifacts=artifacts)) == default
