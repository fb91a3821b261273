"""A teacher's answers to training examples."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps import CompressConfig, ExportConfig, ModelConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import ConfigError
from kerasapps.recipes import teaching
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TASKS
from kerasapps.recipes.teaching import lessons_of
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.teacher import check_teacher, refuse_on_machines

TEXTS = TASKS["text_classification"]
NONE: Any = None  # inputs of the network, which bundles do not see
NO_FILES = ExportConfig(quantization=("float32",), saved_model=False, tolerance=100)


def taught(teacher: Path, task: Any = TEXTS, **values: Any) -> dict[str, Any]:
    return {**task.defaults, "compress": CompressConfig(teacher=str(teacher), **values)}


def test_each_example_is_asked_once(
    reviewed: kerasapps.RecipeResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = taught(reviewed.bundle_dir, distill_weight=0.0, distill_temperature=5.0)
    splits = read_splits(TEXTS, "builtin:reviews", options, tmp_path)
    # Labels may stand in another order.
    splits = replace(splits, labels=splits.labels[::-1])
    lessons = lessons_of(TEXTS, splits, options, Cache(tmp_path), inputs=NONE)
    assert lessons is not None and lessons.logits is not None and lessons.answer is None
    assert (lessons.weight, lessons.temperature) == (0.0, 5.0)
    bundle: Any = kerasapps.load_bundle(reviewed.bundle_dir, "float32")
    for row in (0, len(splits.train) - 1):
        shares = np.exp(lessons.logits[row])
        np.testing.assert_allclose(shares, bundle.scores(splits.train.texts[row])[::-1], atol=1e-6)
    # Whoever goes on does not ask again.
    monkeypatch.delattr(teaching, "ask_all")
    again = lessons_of(TEXTS, splits, options, Cache(tmp_path), inputs=NONE)
    assert again is not None and again.digest == lessons.digest
    np.testing.assert_array_equal(again.logits, lessons.logits)
    assert lessons_of(TEXTS, splits, TEXTS.defaults, Cache(tmp_path), inputs=NONE) is None


def test_labels_that_differ_are_named(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path
) -> None:
    options = taught(trained.bundle_dir, IMAGE_CLASSIFICATION)
    splits = read_splits(IMAGE_CLASSIFICATION, shapes, options, tmp_path)
    first, *others = splits.labels
    other = replace(splits, labels=("another", *others))
    with pytest.raises(ConfigError, match=rf"it lacks 'another' and has besides '{first}'"):
        lessons_of(IMAGE_CLASSIFICATION, other, options, Cache(tmp_path), inputs=NONE)
    number = replace(splits, target=replace(splits.target, kind="number"), labels=())
    with pytest.raises(ConfigError, match="answers with accuracy, and these data ask for RMSE"):
        lessons_of(IMAGE_CLASSIFICATION, number, options, Cache(tmp_path), inputs=NONE)


def test_what_cannot_teach_is_refused_before_data_are_read(
    reviewed: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    def check(teacher: Path, task: Any = TEXTS, **values: Any) -> None:
        check_teacher(
            task, taught(teacher, task), **{"searches": False, "own_loss": False} | values
        )

    check(reviewed.bundle_dir)
    check(reviewed.bundle_dir.parent)
    with pytest.raises(ConfigError, match=f"CompressConfig.teacher: {tmp_path} is not a bundle"):
        check(tmp_path)
    with pytest.raises(
        ConfigError, match="is a bundle of text_classification; a teacher of image_"
    ):
        check(reviewed.bundle_dir, IMAGE_CLASSIFICATION)
    with pytest.raises(ConfigError, match="A search has no teacher"):
        check(reviewed.bundle_dir, searches=True)
    with pytest.raises(ConfigError, match="loss= takes the place"):
        check(reviewed.bundle_dir, own_loss=True)
    with pytest.raises(ConfigError, match="on one machine"):
        refuse_on_machines(taught(reviewed.bundle_dir))
    refuse_on_machines(TASKS["translation"].defaults)
    check_teacher(TEXTS, TEXTS.defaults, searches=True, own_loss=True)


@pytest.mark.slow
@pytest.mark.parametrize("devices", ["cpu", "cpu:2"])
def test_a_picture_model_learns_from_a_larger_one(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path, devices: str
) -> None:
    command = [
        *("train", "image-classification", shapes, "--output-dir", tmp_path / "run"),
        *("--model", "mlp", "--width", "0.1", "--image-size", "16", "--epochs", "1"),
        *("--teacher", trained.bundle_dir, "--devices", devices),
        *("--quantization", "float32", "--no-saved-model", "--tolerance", "100"),
    ]
    words = [sys.executable, "-m", "kerasapps", *map(str, command)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"Teacher: {trained.bundle_dir} (cnn, accuracy" in done.stderr
    compress = read_manifest(tmp_path / "run").settings["compress"]
    assert compress["teacher"] == str(trained.bundle_dir)


@pytest.mark.slow
def test_a_text_model_learns_from_another_with_class_weights_and_goes_on_after_a_stop(
    reviewed: kerasapps.RecipeResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import keras

    class Stopped(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == 3:
                raise KeyboardInterrupt

    def train(**values: Any) -> kerasapps.RecipeResult:
        return kerasapps.train_text_classifier(
            "builtin:reviews",
            output_dir=tmp_path,
            model="bag_of_embeddings",
            train=TrainConfig(epochs=8, class_weights="balanced"),
            compress=CompressConfig(teacher=str(reviewed.bundle_dir), distill_weight=1.0),
            export=NO_FILES,
            **values,
        )

    with pytest.raises(KeyboardInterrupt):
        train(callbacks=[Stopped()])
    assert "epoch 3/8" in capsys.readouterr().err
    result = train()
    said = capsys.readouterr().err
    assert "epoch 4/8" in said and "epoch 3/8" not in said
    assert result.metrics["accuracy"] > 0.6


@pytest.mark.slow
def test_a_sound_model_learns_from_another(heard: kerasapps.RecipeResult, tmp_path: Path) -> None:
    from tests.recipes.audio_classification.tones import write_tones

    result = kerasapps.train_audio_classifier(
        write_tones(tmp_path / "words", per_class=20),
        output_dir=tmp_path / "run",
        model=ModelConfig(model="ds_cnn", width=0.25, depth=0.5),
        audio=kerasapps.AudioConfig(mels=16),
        train=TrainConfig(epochs=2),
        compress=CompressConfig(teacher=str(heard.bundle_dir)),
        export=NO_FILES,
    )
    assert result.bundle_dir.exists()


@pytest.mark.slow
def test_fine_tuning_for_int8_goes_on_with_the_teacher(
    reviewed: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    compress = CompressConfig(teacher=str(reviewed.bundle_dir), qat=True, qat_epochs=2)
    result = kerasapps.train_text_classifier(
        "builtin:reviews",
        output_dir=tmp_path,
        model="text_cnn",
        train=TrainConfig(epochs=2),
        compress=compress,
        export=ExportConfig(quantization=("int8",), saved_model=False, tolerance=100),
    )
    assert [each.name for each in result.artifacts if each.path] == ["int8"]
