"""Models tried on tiny texts, from the first brief training to the bundle, through kills."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.config import ExportConfig, LoadConfig, TextConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.workflow import choose, publish, try_models
from kerasapps.workflow.carry import carry
from kerasapps.workflow.order import take_order
from kerasapps.workflow.run import Run

TASK = dataclasses.replace(
    TEXT_CLASSIFICATION,
    architectures=dataclasses.replace(
        TEXT_CLASSIFICATION.architectures, auto=("bag_of_embeddings", "text_cnn")
    ),
)
SUBJECTS = ("meal", "room", "film", "song", "walk", "house", "garden", "book", "train", "boat")
WORDS = {"good": ("fine", "great", "lovely"), "bad": ("poor", "awful", "dull")}


def call(epochs: int = 2) -> dict[str, Any]:
    return {
        "model": "auto",
        "load": LoadConfig(),
        "text": TextConfig(min_count=1),
        "train": TrainConfig(epochs=epochs, batch_size=16),
        "export": ExportConfig(quantization=("float32",), saved_model=False, keep_failed=True),
    }


def train(data: Path, folder: Path) -> kerasapps.RecipeResult:
    return carry(TASK, data, output_dir=folder, **call())


def killed(*arguments: Any, **options: Any) -> None:
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "texts.csv"
    rows = [
        f"a {word} {subject} {number},{label}"
        for label, words in WORDS.items()
        for word in words
        for number, subject in enumerate(SUBJECTS)
    ]
    file.write_text("\n".join(["text,label", *rows]) + "\n")
    return file


@pytest.fixture(scope="module", autouse=True)
def brief() -> Any:
    """Brief trainings of one epoch, after which nobody is far behind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(try_models, "BRIEF_EPOCHS", 1)
        patch.setattr(try_models, "BRIEF_STEPS", 1)
        patch.setattr("kerasapps.tuning.pruning.REACH", 1e9)
        yield


@pytest.fixture(scope="module")
def raced(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """A run that was killed in a trial, before the winner was taken over, and before the export."""
    folder = tmp_path_factory.mktemp("run") / "raced"
    real, calls = try_models.fit_network, list[str]()

    def third_killed(*arguments: Any, **options: Any) -> Any:
        calls.append(options["folder"].parent.name)
        if len(calls) == 3:
            options["pause"] = killed  # after an epoch, whose checkpoint is written
        return real(*arguments, **options)

    for module, name, instead in (
        (try_models, "fit_network", third_killed),
        (choose, "_take_over", killed),
        (publish, "judge_network", killed),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, instead)
            with pytest.raises(KeyboardInterrupt):
                train(texts, folder)
        assert json.loads((folder / "work/search/search.json").read_text())["state"]
    assert calls == ["0", "1", "2"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(try_models, "_train", killed)  # nothing is left to be tried
        return train(texts, folder)


def test_each_is_tried_and_the_best_is_the_one_that_ships(raced: kerasapps.RecipeResult) -> None:
    choice = raced.choice
    assert choice is not None and "best of 2 on the validation split" in choice.reason
    rows = choice.tried
    assert {row["model"] for row in rows} == {"bag_of_embeddings", "text_cnn"}
    assert all(row["trained"] == "wholly" and row["epochs"] == 2 for row in rows)
    best, other = rows
    assert best["model"] == choice.model == raced.model.name
    assert best["val_accuracy"] >= other["val_accuracy"]
    assert best["parameters"] == raced.model.count_params()
    assert best["file_mb"] > 0 and best["latency_ms"] > 0
    assert raced.history.best.val_figure == pytest.approx(best["val_accuracy"])


def test_the_run_says_what_was_tried(raced: kerasapps.RecipeResult) -> None:
    assert raced.choice is not None
    settings = read_manifest(raced.bundle_dir).settings
    assert settings["model"]["model"] == raced.choice.model
    assert settings["chosen"] == raced.to_dict()["choice"]
    page = (raced.bundle_dir / "report.html").read_text(encoding="utf-8")
    assert 'id="model"' in page and "Models that were tried" in page
    assert not (raced.bundle_dir.parent / "work").exists()


def test_the_same_again_ends_the_same_and_is_told(
    raced: kerasapps.RecipeResult, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(try_models, "_measured", lambda *arguments: {})
        patch.setattr(publish, "judge_network", killed)
        with pytest.raises(KeyboardInterrupt):
            train(texts, tmp_path / "again")
    state = json.loads((tmp_path / "again/work/search/search.json").read_text())["state"]
    whole = {
        each["record"]["values"]["model"]: each["record"]["figures"] for each in state["trials"]
    }
    assert raced.choice is not None
    for row in raced.choice.tried:
        assert whole[row["model"]]["val_accuracy"] == pytest.approx(row["val_accuracy"])
    told = capsys.readouterr().err
    for name in whole:
        for how in ("briefly", "wholly"):
            assert told.count(f"Trying {name} {how} …") == 1
        assert told.count(f"  {name}: val_accuracy ") == 2
    assert told.count("epoch 1/2") == 0  # each epoch is in the trials' logs
    assert f"Model {raced.choice.model}: the best of 2" in told


def test_a_longer_training_keeps_model_and_table(
    raced: kerasapps.RecipeResult, texts: Path
) -> None:
    longer = take_order(TASK, texts, validation_data=None, test_data=None, tune=None, **call(3))
    assert choose.chosen_before(longer, Run(raced.bundle_dir.parent)) == raced.choice
    same = take_order(TASK, texts, validation_data=None, test_data=None, tune=None, **call(2))
    assert choose.chosen_before(same, Run(raced.bundle_dir.parent)) is None


def test_what_several_tell_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    told: set[str] = set()
    for last in ("b", "c"):
        with try_models.told_once(told):
            for message in ("a", "a", last):
                try_models.tell(message)
    assert capsys.readouterr().err == "a\nb\nc\n"
