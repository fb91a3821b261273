"""A Keras model that teaches."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

import kerasapps
from kerasapps import CompressConfig, TabularConfig
from kerasapps.config.teachers import TeacherModel
from kerasapps.deploy.manifest import KERAS_FILE, read_manifest
from kerasapps.errors import ConfigError
from kerasapps.preprocess.image import ImageSpec
from kerasapps.recipes.image_classification.teacher import teacher_of_pictures
from kerasapps.recipes.keras_teacher import as_learnt, open_keras_teacher, read_as_scores
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TASKS
from kerasapps.recipes.teaching import lessons_of
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.command import command_line
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.teacher import check_teacher

TABULAR = TASKS["tabular"]
DRAWS = np.random.default_rng(0).normal(size=(400, 2)).round(3)
ROWS = [
    {"a": str(a), "b": str(b), "way": "up" if a + b > 0 else "down", "size": str(3 * a + 50)}
    for a, b in DRAWS
]


def linear(kernel: Any, bias: Any, *, activation: str | None = None) -> keras.Model:
    """A network of two numbers whose weights are known."""
    taken = keras.Input((2,), name="numbers")
    layer = keras.layers.Dense(len(bias), activation=activation)
    network = keras.Model(taken, layer(taken))
    layer.set_weights([np.array(kernel, np.float32), np.array(bias, np.float32)])
    return network


WAY = [[-4.0, 4.0], [-4.0, 4.0]]  # "down", "up"


def rows_taught(teacher: Any, target: str, folder: Path, **values: Any) -> Any:
    """What a teacher says of rows, and their numbers as the network takes them."""
    tabular = TabularConfig(target=target, ignore=("size" if target == "way" else "way",))
    options = {
        **TABULAR.defaults,
        "tabular": tabular,
        "compress": CompressConfig(teacher=teacher, **values),
    }
    splits = read_splits(TABULAR, ROWS, options, folder)
    numbers = np.array(
        [[float(each) for each in splits.train.columns[name]] for name in ("a", "b")], np.float32
    ).T
    inputs = {"numbers": numbers}
    return lessons_of(TABULAR, splits, options, Cache(folder), inputs=inputs), numbers, splits


@pytest.mark.parametrize("activation", [None, "softmax"])
def test_logits_and_probabilities_are_told_apart(
    activation: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = linear(WAY, [0, 0], activation=activation)
    network.save(tmp_path / "teacher.keras")
    for teacher in (network, tmp_path / "teacher.keras"):
        lessons, numbers, _ = rows_taught(teacher, "way", tmp_path / "work")
        logits = numbers @ np.array(WAY, np.float32)
        found = lessons.logits - lessons.logits.mean(1, keepdims=True)
        near = np.abs(logits).max(1) < 6  # beyond, a probability is 0 to float32
        np.testing.assert_allclose(found[near], logits[near], atol=0.01)
        told = capsys.readouterr().err
        kind = "logits" if activation is None else "probabilities"
        assert f"gives {kind} in the order of the labels (down, up)" in told
        assert "100.0% of 280 training examples right" in told


def test_a_number_is_in_the_unit_of_the_target(tmp_path: Path) -> None:
    lessons, numbers, splits = rows_taught(linear([[3.0], [0.0]], [50.0]), "size", tmp_path)
    sizes = np.asarray(splits.train.labels, float)
    np.testing.assert_allclose(
        lessons.logits[:, 0] * sizes.std() + sizes.mean(), 3 * numbers[:, 0] + 50, rtol=1e-4
    )
    with pytest.raises(
        ConfigError, match=r"beside the truth of .* no more than chance. Numbers must be in the"
    ):
        rows_taught(linear([[3.0], [0.0]], [0.0]), "size", tmp_path)
    with pytest.raises(ConfigError, match="distill_temperature divides the logits"):
        rows_taught(linear([[3.0], [0.0]], [50.0]), "size", tmp_path, distill_temperature=2.0)


def test_what_is_no_better_than_chance_is_refused(tmp_path: Path) -> None:
    swapped = linear([[4.0, -4.0], [4.0, -4.0]], [0, 0])
    with pytest.raises(
        ConfigError, match=r"0.0% of .* right, which is no more than chance. Its out"
    ):
        rows_taught(swapped, "way", tmp_path)
    three = linear(np.ones((2, 3)), np.zeros(3))
    with pytest.raises(ConfigError, match=r"shape \(3,\) .* ask for 2 labels: down, up"):
        rows_taught(three, "way", tmp_path)
    wide = keras.Sequential([keras.Input((7,)), keras.layers.Dense(2)])
    with pytest.raises(ConfigError, match="does not take what the network takes: "):
        rows_taught(wide, "way", tmp_path)


def test_scores_of_sets_lie_between_0_and_1() -> None:
    assert read_as_scores(np.array([[0.0, 1.0], [0.7, 0.9]]), "labels")
    assert not read_as_scores(np.array([[0.0, 1.0], [0.7, 0.9]]), "class")
    assert not read_as_scores(np.array([[-0.1, 1.0]]), "labels")
    assert not read_as_scores(np.array([[0.5]]), "number")


def test_scores_of_sets_become_logits_label_by_label() -> None:
    splits: Any = SimpleNamespace(target=SimpleNamespace(kind="labels"))
    logits = as_learnt(splits, are_scores=True)(np.array([[0.5, 0.9], [0.2, 1.0]]))
    np.testing.assert_allclose(logits[:, 0], [0, np.log(0.25)], atol=1e-6)
    assert float(logits[0, 1]) == pytest.approx(np.log(9)) and 5 < float(logits[1, 1]) < 50
    splits.target.kind = "class"
    logits = as_learnt(splits, are_scores=True)(np.array([[0.5, 0.5], [0.2, 0.8]]))
    np.testing.assert_allclose(logits, np.log([[0.5, 0.5], [0.2, 0.8]]), rtol=1e-6)


def test_pictures_get_the_size_that_the_model_takes() -> None:
    spec = ImageSpec(8, 8, 3)
    flat = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten()])
    pictures = np.full((2, 8, 8, 3), 90, np.float32)
    grey = teacher_of_pictures(flat, None, "", spec=spec)(pictures)
    np.testing.assert_allclose(grey, 90, rtol=1e-3)
    any_side = keras.Sequential(
        [keras.Input((None, None, 3)), keras.layers.GlobalAveragePooling2D()]
    )
    answer = teacher_of_pictures(any_side, None, "", spec=spec)(pictures)
    assert answer.shape == (2, 3)
    with pytest.raises(
        ConfigError, match=r"teacher a/b\.keras must take pictures, .* and takes \(2,\)"
    ):
        teacher_of_pictures(linear(WAY, [0, 0]), None, "a/b.keras", spec=spec)


def test_a_picture_model_answers_within_the_step(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path
) -> None:
    manifest = read_manifest(trained.bundle_dir)
    file = manifest.file(KERAS_FILE)
    options = {
        **IMAGE_CLASSIFICATION.defaults,
        "model": kerasapps.ModelConfig(model="cnn", width=0.25),
        "compress": CompressConfig(teacher=str(file)),
    }
    splits = read_splits(IMAGE_CLASSIFICATION, shapes, options, tmp_path)
    spec = ImageSpec.from_dict(manifest.input)
    experiment: Any = IMAGE_CLASSIFICATION.training.prepare(
        splits,
        {**options, "image": kerasapps.ImageConfig(image_size=spec.height)},
        Cache(tmp_path),
    )
    pictures = np.random.default_rng(0).integers(0, 256, (2, *spec.shape)).astype(np.float32)
    assert trained.model is not None
    np.testing.assert_allclose(
        experiment.lessons.answer(pictures),
        trained.model.predict(pictures, verbose=0),
        atol=1e-4,
    )


def test_what_is_no_keras_model_is_refused_before_data_are_read(tmp_path: Path) -> None:
    def check(teacher: Any, task: Any = TABULAR) -> None:
        options = {**task.defaults, "compress": CompressConfig(teacher=teacher)}
        check_teacher(task, options, searches=False, own_loss=False)

    network = linear(WAY, [0, 0])
    check(network)
    file = tmp_path / "teacher.keras"
    with pytest.raises(ConfigError, match=r"is no .keras file of Keras 3"):
        check(file)
    file.write_bytes(b"none")
    with pytest.raises(ConfigError, match=r"is no .keras file of Keras 3"):
        check(file)
    network.save(file)
    check(file)
    for name in ("tagging", "translation"):
        with pytest.raises(ConfigError, match=f"a bundle of {name} is needed"):
            check(file, TASKS[name])
    config = CompressConfig(teacher=network)
    assert isinstance(config.teacher, TeacherModel) and config.teacher.model is network
    # Options that were read have the name alone.
    with pytest.raises(ConfigError, match="was a Keras model of another process"):
        check(json.loads(json.dumps(config.teacher)))
    other = linear(WAY, [0, 1])
    assert CompressConfig(teacher=other).teacher != config.teacher == CompressConfig(
        teacher=network
    ).teacher  # fmt: skip
    with pytest.raises(ConfigError, match="has no weights yet"):
        CompressConfig(teacher=keras.Sequential([keras.layers.Dense(2)]))
    options = {**TABULAR.defaults, "compress": config}
    assert command_line(TABULAR, "x.csv", options).endswith("--teacher TEACHER.keras")


def test_code_of_a_file_is_not_run(tmp_path: Path) -> None:
    taken = keras.Input((2,))
    network = keras.Model(taken, keras.layers.Lambda(lambda x: x)(taken))
    network.save(tmp_path / "lambda.keras")
    with pytest.raises(ConfigError, match="Code in such a file is not run"):
        open_keras_teacher(str(tmp_path / "lambda.keras"))
    with zipfile.ZipFile(tmp_path / "cut.keras", "w") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(ConfigError, match=r"cut.keras cannot be loaded: "):
        open_keras_teacher(str(tmp_path / "cut.keras"))


def test_several_answers_take_a_bundle(tmp_path: Path) -> None:
    tabular = TabularConfig(target_columns=("way:class", "size:number"))
    options = {
        **TABULAR.defaults,
        "tabular": tabular,
        "compress": CompressConfig(teacher=linear(WAY, [0, 0])),
    }
    splits = read_splits(TABULAR, ROWS, options, tmp_path)
    with pytest.raises(ConfigError, match="gives one answer, and these data ask for several"):
        lessons_of(TABULAR, splits, options, Cache(tmp_path), inputs=np.zeros((300, 2)))
