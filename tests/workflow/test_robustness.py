"""What ships under attacks and noise: the network and the very files, on the same examples."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps import CompressConfig, ConfigError, ExportConfig, RobustConfig, TrainConfig
from kerasapps.config import ImageConfig, ModelConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.evaluation.robustness import KERAS
from kerasapps.export.artifact import Artifact
from kerasapps.recipes.registry import task_of
from kerasapps.training.adversarial import Attack, PixelSpace
from kerasapps.training.word_space import WordSpace
from kerasapps.workflow.robustness import judge_robustness


def experiment_of(
    result: kerasapps.RecipeResult, data: Path, work: Path, **changes: Any
) -> tuple[Any, Any]:
    """The judged network of a bundle, and what an experiment says of attacks on it."""
    manifest = read_manifest(result.bundle_dir)
    judging = task_of(manifest).training.reload(manifest, data, work)
    plan = SimpleNamespace(train=TrainConfig())
    usual = {"attack": None, "threat": None, "corrupts": False}
    return judging.judge(result.model), SimpleNamespace(
        judging=judging, plan=plan, **{**usual, **changes}
    )


def placed(result: kerasapps.RecipeResult) -> list[Artifact]:
    return [
        dataclasses.replace(each, path=each.path and result.bundle_dir / each.path)
        for each in result.artifacts
    ]


def test_files_see_the_pictures_that_harm_the_network(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path
) -> None:
    threat = Attack(PixelSpace(0.1), seed=0, steps=10)
    judged, experiment = experiment_of(
        trained, shapes, tmp_path / "data", threat=threat, corrupts=True
    )
    files = placed(trained)
    figures = judge_robustness(judged, experiment, files, folder=tmp_path / "work")
    assert figures is not None and not (tmp_path / "work").exists()
    tflite = {each.name for each in files if each.passed and each.name != "saved_model"}
    assert len(tflite) > 1 and set(figures.plain) == {KERAS, *tflite}
    assert figures.plain[KERAS] == pytest.approx(judged.metric)
    assert (figures.radius, figures.steps) == (0.1, 10)
    assert figures.attacked[KERAS] < figures.plain[KERAS] - 0.2
    assert abs(figures.attacked["float32"] - figures.attacked[KERAS]) < 0.2
    assert figures.attacked["float32"] < figures.plain["float32"] - 0.2
    for kind, of_kind in figures.corrupted.items():
        assert set(of_kind) == set(figures.plain)
        assert of_kind["float32"] == pytest.approx(of_kind[KERAS], abs=0.1), kind
    assert set(figures.corrupted) == {"noise", "blur", "jpeg", "brightness"}
    again = judge_robustness(judged, experiment, (), folder=tmp_path / "work")
    assert again is not None and again.attacked == {KERAS: figures.attacked[KERAS]}


def test_texts_are_attacked_in_their_vectors_and_files_are_not_asked(
    reviewed: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    source = read_manifest(reviewed.bundle_dir).data["source"]
    shares = []
    for radius in (0.01, 1.0):
        threat = Attack(WordSpace(radius), seed=0, steps=10)
        judged, experiment = experiment_of(reviewed, source, tmp_path, threat=threat)
        figures = judge_robustness(judged, experiment, placed(reviewed), folder=tmp_path / "work")
        assert figures is not None
        assert set(figures.plain) == set(figures.attacked) == {KERAS} and not figures.corrupted
        shares.append(figures.attacked[KERAS])
    assert shares[1] < shares[0] - 0.1


def test_nothing_is_judged_that_nobody_asked_for(tmp_path: Path) -> None:
    experiment: Any = SimpleNamespace(threat=None, corrupts=False)
    judged: Any = None
    assert judge_robustness(judged, experiment, (), folder=tmp_path / "work") is None


def train(shapes: Path, folder: Path, **options: Any) -> kerasapps.RecipeResult:
    return kerasapps.train_image_classifier(
        shapes,
        output_dir=folder,
        model=ModelConfig(model="cnn", width=0.25),
        image=ImageConfig(augment="none", image_size=16),
        train=TrainConfig(epochs=2, precision="float32"),
        export=ExportConfig(quantization=("float32",), saved_model=False, keep_failed=True),
        **options,
    )


@pytest.mark.slow
def test_a_run_says_what_its_network_bears(
    shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = train(shapes, tmp_path / "run", robust=RobustConfig(adversarial="8/255"))
    told = capsys.readouterr().err
    assert "Trained against attacks of radius 0.0314" in told
    assert "under attack" in result.headline and "noise" in result.headline
    figures = read_manifest(result.bundle_dir).metrics["robustness"]
    assert result.metrics["robustness"] == figures and set(figures["plain"]) == {KERAS, "float32"}
    lesson = figures["lesson"]
    assert (lesson["steps"], lesson["stronger"]) == (1, 20) and 0 <= lesson["borne"] <= 1
    report = (result.bundle_dir / "report.html").read_text(encoding="utf-8")
    assert "Attacks and noise" in report and "PGD" in report and "What it has learnt" in report

    kerasapps.export_bundle(result.bundle_dir, export=ExportConfig(quantization=("float32",)))
    kept = read_manifest(result.bundle_dir).metrics["robustness"]
    assert set(kept["plain"]) == {KERAS} and kept["attacked"][KERAS] == figures["attacked"][KERAS]
    plain = train(shapes, tmp_path / "plain")
    assert "robustness" not in read_manifest(plain.bundle_dir).metrics
    assert any(
        (ours != theirs).any()
        for ours, theirs in zip(result.model.get_weights(), plain.model.get_weights(), strict=True)
    )
    assert not np.isnan(result.history.rows[-1].val_loss)


def test_what_excludes_attacks_is_refused_before_data_are_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="exclude each other"):
        train(
            tmp_path / "nowhere",
            tmp_path / "run",
            robust=RobustConfig(adversarial=0.1),
            compress=CompressConfig(qat=True),
        )
