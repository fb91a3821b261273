"""What goes into a bundle, under which names, and what never takes the place of a good one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.deploy.manifest import read_manifest
from kerasapps.deploy.opening import default_artifact
from kerasapps.errors import BundleError, ExportError
from kerasapps.export import bundle as module
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.bundle import (
    PACKAGES,
    BundleContent,
    versions,
    withhold_failed,
    write_bundle,
)
from kerasapps.files import room
from kerasapps.outputs.classes.answer import CLASS_ANSWER
from kerasapps.preprocess.image import ImageSpec
from tests.values import kinds_of

PICTURES = ImageSpec(32, 32, 3)
FIRST_BUNDLE = Path(__file__).parents[1] / "deploy" / "first_bundle"


def made(folder: Path, name: str, *, reason: str = "") -> Artifact:
    """A judged file that holds its own name; a SavedModel is a folder."""
    path = folder / f"{name}.out"
    (path / "variables").mkdir(parents=True) if name == "saved_model" else folder.mkdir(
        exist_ok=True
    )
    (path / "variables" / "v" if path.is_dir() else path).write_text(name)
    measured = Measurement(latency_ms=1.0, latency_p95_ms=2.0, peak_memory_mb=3.0)
    return Artifact.judged(name, path, measured, metric=0.5, delta=0, agreement=1, reason=reason)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    inputs = keras.Input((3,))
    return keras.Model(inputs, keras.layers.Dense(2)(inputs))


@pytest.fixture
def content(model: keras.Model) -> BundleContent:
    values = json.loads((FIRST_BUNDLE / "bundle.json").read_text(encoding="utf-8"))
    names = {field.name for field in dataclasses.fields(BundleContent)}

    def write(folder: Path, artifacts: Sequence[Artifact]) -> None:
        listed = [f"{each.name} {each.path}" for each in artifacts]
        (folder / "report.html").write_text("\n".join(listed))

    known = {name: value for name, value in values.items() if name in names}
    known["preprocessing"], known["answer"] = PICTURES.explained(), CLASS_ANSWER
    return BundleContent(**known, model=model, write_documents=write)


def test_every_file_has_its_name_and_hash(content: BundleContent, tmp_path: Path) -> None:
    target = tmp_path / "run" / "bundle"
    target.parent.mkdir()
    names = ("dynamic", "int8", "saved_model")
    given = [made(tmp_path / "made", name) for name in names]
    given.append(Artifact.failed("float16", "cannot be made"))
    before = datetime.now(UTC).replace(microsecond=0)
    placed = write_bundle(content, given, target=target)
    paths = ("model_dynamic.tflite", "model_int8.tflite", "saved_model")
    assert [each.path for each in placed] == [*(target / path for path in paths), None]
    assert (target / "model_int8.tflite").read_text() == "int8"
    manifest = read_manifest(target)  # which compares all hashes
    assert set(manifest.files) == {
        "labels.txt",
        "model.keras",
        "model_dynamic.tflite",
        "model_int8.tflite",
        "report.html",
        "saved_model/variables/v",
    }
    assert [each["path"] for each in manifest.artifacts] == [*paths, None]
    assert [each["passed"] for each in manifest.artifacts] == [True, True, True, False]
    assert (target / "labels.txt").read_bytes() == b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"
    assert (target / "report.html").read_text().startswith("dynamic model_dynamic.tflite\n")
    assert manifest.labels == tuple(content.labels) and manifest.metrics == content.metrics
    text = (target / "bundle.json").read_text(encoding="utf-8")
    assert text.startswith('{\n  "') and text.endswith("}\n")  # for people, too
    written = json.loads(text)
    assert before <= datetime.fromisoformat(written["created"]) <= datetime.now(UTC)
    assert [each.name for each in target.parent.iterdir()] == ["bundle"]
    assert given[0].path is not None and given[0].path.exists()  # copied, not moved
    # What was written is the model.
    loaded = keras.saving.load_model(target / "model.keras", compile=False)
    np.testing.assert_array_equal(loaded.get_weights()[0], content.model.get_weights()[0])


def test_a_failed_file_that_was_kept_has_a_name_that_says_so(
    content: BundleContent, tmp_path: Path
) -> None:
    given = [
        made(tmp_path / "made", "int8", reason="loses 9 points"),
        made(tmp_path / "made", "saved_model", reason="does not agree"),
        made(tmp_path / "made", "float32"),
    ]
    placed = write_bundle(content, given, target=tmp_path / "bundle")
    names = ["model_int8.failed.tflite", "saved_model.failed", "model_float32.tflite"]
    assert [each.path and each.path.name for each in placed] == names
    manifest = read_manifest(tmp_path / "bundle")
    assert default_artifact(manifest) == "float32"
    assert manifest.artifact("int8")["path"] == names[0]  # for whoever asks for it by name


def test_without_being_kept_a_failed_file_is_only_mentioned(tmp_path: Path) -> None:
    failed = made(tmp_path, "int8", reason="loses 9 points")
    good = made(tmp_path, "float32")
    withheld = withhold_failed([failed, good])
    assert [each.path for each in withheld] == [None, good.path]
    assert withheld[0].reason == "loses 9 points" and withheld[1] is good


def test_a_bundle_without_labels_has_no_file_of_them(
    content: BundleContent, tmp_path: Path
) -> None:
    write_bundle(dataclasses.replace(content, labels=()), [], target=tmp_path / "bundle")
    assert not (tmp_path / "bundle" / "labels.txt").exists()


def standing(target: Path) -> Callable[[], bool]:
    """A bundle that stands there; whether it still does, and nothing else."""
    target.mkdir()
    (target / "good").write_text("good")

    def stands() -> bool:
        beside = [each.name for each in target.parent.iterdir()]
        return beside == ["bundle"] and (target / "good").read_text() == "good"

    return stands


def test_whatever_fails_the_bundle_that_stood_there_stays(
    content: BundleContent, tmp_path: Path
) -> None:
    stands = standing(tmp_path / "bundle")

    def fail(folder: Path, artifacts: Sequence[Artifact]) -> None:
        raise RuntimeError("half of it is written")

    with pytest.raises(RuntimeError, match="half"):
        broken = dataclasses.replace(content, write_documents=fail)
        write_bundle(broken, [], target=tmp_path / "bundle")
    assert stands()


def test_a_bundle_takes_the_place_of_another_and_of_what_a_kill_left(
    content: BundleContent, tmp_path: Path
) -> None:
    standing(tmp_path / "bundle")
    left = tmp_path / ".bundle.new" / "bundle"
    left.mkdir(parents=True)
    (left / "half").touch()
    (left.parent / ".kerasapps").touch()
    write_bundle(content, [], target=tmp_path / "bundle")
    assert [each.name for each in tmp_path.iterdir()] == ["bundle"]
    assert not {"good", "half"} & {each.name for each in (tmp_path / "bundle").iterdir()}
    read_manifest(tmp_path / "bundle")


def other_weights(model: keras.Model, change: str) -> Any:
    inputs = keras.Input((3,))
    dense = keras.layers.Dense(2, use_bias=change != "fewer")
    other = keras.Model(inputs, dense(inputs))
    weights = model.get_weights()[: len(other.get_weights())]
    other.set_weights(
        [array + (change == "changed") * (place == 1) for place, array in enumerate(weights)]
    )
    return other


@pytest.mark.parametrize("change", ["changed", "fewer"])
def test_a_model_that_loads_with_other_weights_is_not_published(
    content: BundleContent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    stands = standing(tmp_path / "bundle")
    other = other_weights(content.model, change)
    monkeypatch.setattr(keras.saving, "load_model", lambda path, compile: other)
    with pytest.raises(ExportError, match="loads again with other weights; nothing was published"):
        write_bundle(content, [], target=tmp_path / "bundle")
    assert stands()


def test_a_model_that_does_not_load_is_not_published(
    content: BundleContent, tmp_path: Path
) -> None:
    stands = standing(tmp_path / "bundle")

    class Strange(keras.layers.Layer):
        """Not registered, so that Keras cannot know it when it loads."""

        def call(self, inputs: Any) -> Any:
            return inputs

    inputs = keras.Input((3,))
    strange = dataclasses.replace(content, model=keras.Model(inputs, Strange()(inputs)))
    with pytest.raises(ExportError, match=r"(?s)does not load again: .*Strange"):
        write_bundle(strange, [], target=tmp_path / "bundle")
    assert stands()


def test_what_a_bundle_takes_must_be_there_before_it_is_begun(
    content: BundleContent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands = standing(tmp_path / "bundle")
    files = tmp_path.with_name("made")
    given = [made(files, "int8"), Artifact.failed("float16", "cannot be made")]
    need = len("int8") + 4 * (3 * 2 + 2)
    monkeypatch.setattr(room, "free_disk_bytes", lambda folder: need - 1)
    with pytest.raises(OSError, match=r"0\.0 MB are needed, 0\.0 MB are free"):
        write_bundle(content, given, target=tmp_path / "bundle")
    assert stands()
    monkeypatch.setattr(room, "free_disk_bytes", lambda folder: need)
    write_bundle(content, given, target=tmp_path / "bundle")
    with pytest.raises(BundleError, match="withheld: cannot be made"):
        read_manifest(tmp_path / "bundle").artifact("float16")


def test_versions_are_those_that_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kerasapps.export.bundle.PACKAGES", ("numpy", "no-such-package"))
    found = versions()
    assert found["numpy"] == np.__version__ and found["no-such-package"] == "not installed"
    assert set(found) == {"python", "numpy", "no-such-package"}
    assert {"kerasapps", "tensorflow", "keras", "ai-edge-litert"} <= set(PACKAGES)


def test_kinds_of_values() -> None:
    assert kinds_of(module) == {"BundleContent": "frozen"}
