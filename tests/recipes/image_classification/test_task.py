from __future__ import annotations

import contextlib
import dataclasses
import inspect
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import kerasapps
from kerasapps.config import ExportConfig, ImageConfig, ModelConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.export import verify
from kerasapps.recipes import train_image_classifier
from kerasapps.training.checkpoint import Checkpoint, write_checkpoint
from kerasapps.workflow.run import open_run
from tests.check_bundle import check_bundle
from tests.evaluation.pages import run_lines, use_lines

ALL = {"float32", "float16", "dynamic", "int8", "saved_model"}


def test_a_folder_becomes_a_verified_bundle(trained: kerasapps.RecipeResult) -> None:
    assert trained.labels == ("blue", "green", "red")
    assert trained.metrics["accuracy"] > 0.9
    assert {artifact.name for artifact in trained.artifacts} == ALL
    assert trained.passed
    check_bundle(trained.bundle_dir, labels=trained.labels, artifacts=ALL)


def test_the_reports_lines_for_a_server_answer(
    trained: kerasapps.RecipeResult, tmp_path: Path, shapes: Path
) -> None:
    shutil.copyfile(next(shapes.glob("red/*")), tmp_path / "photo.jpg")
    assert "red" in run_lines(use_lines(trained.bundle_dir)[-1], tmp_path)


def test_every_artifact_was_measured_in_its_runtime(trained: kerasapps.RecipeResult) -> None:
    for artifact in trained.artifacts:
        assert artifact.path is not None and artifact.path.exists()
        assert artifact.metric is not None and artifact.agreement is not None
        assert artifact.delta == pytest.approx(
            100 * (artifact.metric - trained.metrics["accuracy"]), abs=1e-6
        )
        assert 0 < artifact.latency_ms <= artifact.latency_p95_ms  # type: ignore[operator]
        assert artifact.peak_memory_mb and artifact.peak_memory_mb < 1000
    sizes = {artifact.name: artifact.size_bytes for artifact in trained.artifacts}
    assert sizes["int8"] < sizes["float16"] < sizes["float32"]  # type: ignore[operator]


def test_a_finished_run_leaves_no_scratch_and_nothing_elsewhere(
    trained: kerasapps.RecipeResult,
) -> None:
    folder = trained.bundle_dir.parent
    assert {path.name for path in folder.iterdir()} == {"bundle"}
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_the_parameters_keep_their_names() -> None:
    parameters = list(inspect.signature(train_image_classifier).parameters.values())
    assert parameters[0].name == "data"
    assert all(each.kind is each.KEYWORD_ONLY for each in parameters[1:])
    assert {"output_dir", "model", "train", "tune", "export"} <= {each.name for each in parameters}
    fields = {field.name for field in dataclasses.fields(kerasapps.RecipeResult)}
    first = {"model", "history", "metric", "metrics", "artifacts", "bundle_dir", "labels"}
    assert fields == first | {
        "task",
        "headline",
        "search",
        "choice",
        "folds",
        "ensemble",
        "judged_on",
        "made_by",
    }


def test_an_option_of_another_type_is_refused_by_name(shapes: Path, tmp_path: Path) -> None:
    with pytest.raises(kerasapps.ConfigError, match="train must be a TrainConfig, got a dict"):
        train_image_classifier(shapes, output_dir=tmp_path / "run", train={"epochs": 1})  # type: ignore[arg-type]


def test_other_settings_in_the_same_folder_are_refused(
    trained: kerasapps.RecipeResult, shapes: Path
) -> None:
    with pytest.raises(kerasapps.TrainingError, match=r"train\.batch_size was .*, is 7"):
        train_image_classifier(
            shapes,
            output_dir=trained.bundle_dir.parent,
            model=ModelConfig(model="cnn", width=0.25),
            image=ImageConfig(augment="none"),
            train=TrainConfig(epochs=6, batch_size=7, learning_rate=3e-3),
        )


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    with (
        open_run(tmp_path / "run", task="r", name="n", settings={}),
        pytest.raises(kerasapps.TrainingError, match="Another process"),
        open_run(tmp_path / "run", task="r", name="n", settings={}),
    ):
        pass


def test_a_failure_before_the_first_epoch_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(kerasapps.DataError, match="does not exist"):
        train_image_classifier(tmp_path / "nowhere", output_dir=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_default_folders_are_numbered_when_settings_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folders = []
    for settings in ({"a": 1}, {"a": 2}, {"a": 1}):
        with (
            contextlib.suppress(InterruptedError),
            open_run(None, task="r", name="my data", settings=settings) as run,
        ):
            folders.append(run.folder.as_posix())
            write_checkpoint(run.training, Checkpoint(settings, {}, {}))
            raise InterruptedError
    assert folders == [
        "saved_models/r/my_data",
        "saved_models/r/my_data-2",
        "saved_models/r/my_data",
    ]


@pytest.fixture(scope="module")
def spoiled(shapes: Path, tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """A run with a flip at test time, one of whose files was measured as useless."""
    real = verify.run_measurement

    def spoil(module: str, job: dict[str, object], stem: Path) -> object:
        measured = real(module, job, stem)
        if stem.name == "dynamic":  # as if quantization had turned the classes round
            scores = np.load(str(job["scores"]))
            np.save(str(job["scores"]), scores[:, ::-1])
        return measured

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "run_measurement", spoil)
        return train_image_classifier(
            shapes,
            output_dir=tmp_path_factory.mktemp("run") / "spoiled",
            model=ModelConfig(model="mlp", width=0.25),
            image=ImageConfig(augment="none", flip=True, image_size=16, test_time_flip=True),
            train=TrainConfig(epochs=3),
            export=ExportConfig(
                quantization=("float32", "dynamic", "int8"), saved_model=False, tolerance=10
            ),
        )


def test_a_file_beyond_the_tolerance_is_withheld(spoiled: kerasapps.RecipeResult) -> None:
    dynamic = next(each for each in spoiled.artifacts if each.name == "dynamic")
    assert not spoiled.passed and not dynamic.passed and dynamic.path is None
    assert "tolerance is 10" in dynamic.reason
    check_bundle(spoiled.bundle_dir, labels=spoiled.labels, artifacts={"float32", "int8"})
    with pytest.raises(kerasapps.BundleError, match="withheld: loses"):
        kerasapps.load_bundle(spoiled.bundle_dir, artifact="dynamic")


def test_a_flip_at_test_time_ships_in_every_file(spoiled: kerasapps.RecipeResult) -> None:
    image = np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8)
    for artifact in ("float32", "int8"):
        bundle = kerasapps.load_bundle(spoiled.bundle_dir, artifact=artifact)
        straight, mirrored = bundle.predict([image, image[:, ::-1]], top_k=2)
        assert straight.label == mirrored.label
        assert straight.score == pytest.approx(mirrored.score, abs=1e-6)


@pytest.mark.slow  # tests/data/images/test_sources.py reads arrays; the rest is as for a folder
def test_arrays_are_data_too(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    images = random.integers(0, 80, (90, 16, 16), dtype=np.uint8)
    labels = np.arange(90) % 2
    images[labels == 1, 4:12, 4:12] += 150
    result = train_image_classifier(
        (images, labels),
        output_dir=tmp_path / "run",
        model=ModelConfig(model="mlp", width=0.25),
        image=ImageConfig(augment="none", channels=1, image_size="16x24"),
        train=TrainConfig(epochs=8),
        export=ExportConfig(quantization=("dynamic",), saved_model=False),
    )
    assert result.labels == ("0", "1") and result.metrics["accuracy"] > 0.9
    bundle = kerasapps.load_bundle(result.bundle_dir)
    assert bundle.reader.spec.shape == (16, 24, 1) == result.model.input_shape[1:]
    assert [each.label for each in bundle.predict(images[:4])] == ["0", "1", "0", "1"]


KILLED_RUN = """
import sys
from kerasapps.config import ExportConfig, ImageConfig, ModelConfig, TrainConfig
from kerasapps.recipes import train_image_classifier
train_image_classifier(
    sys.argv[1], output_dir=sys.argv[2], model=ModelConfig(model="mlp", width=0.25),
    image=ImageConfig(augment="light", image_size=16),
    train=TrainConfig(epochs=20, early_stopping=0, batch_size=4),
    export=ExportConfig(quantization=("float32",), saved_model=False),
)
"""


@pytest.mark.slow  # tests/training/test_killed.py kills a training
@pytest.mark.parametrize("kills", [1, 3])
def test_a_run_killed_again_and_again_completes(shapes: Path, tmp_path: Path, kills: int) -> None:
    folder = tmp_path / "run"
    command = [sys.executable, "-c", KILLED_RUN, str(shapes), str(folder)]
    checkpoint = folder / "work" / "training" / "checkpoint.npz"
    for _ in range(kills):
        before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 120
        while not (checkpoint.exists() and checkpoint.stat().st_mtime_ns > before):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not (folder / "bundle").exists()
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    manifest = read_manifest(folder)
    epochs = [row["epoch"] for row in manifest.history["rows"]]
    assert epochs == list(range(1, 21))
    check_bundle(folder / "bundle", labels=("blue", "green", "red"), artifacts={"float32"})
    assert [path.name for path in folder.iterdir()] == ["bundle"]
