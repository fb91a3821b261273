"""Ensembles from rows to a bundle: resumed, shipped as one file or distilled, exported again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import kerasapps
from kerasapps.config import ExportConfig, RepeatConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import ConfigError
from kerasapps.models.ensemble import members_within
from kerasapps.workflow import aside, fit, publish
from kerasapps.workflow.ensemble import members
from tests.workflow.folds.test_cross import table


def train(folder: Path, **options: Any) -> kerasapps.RecipeResult:
    given: dict[str, Any] = {
        "target": "rich",
        "output_dir": folder,
        "model": "mlp",
        "train": TrainConfig(epochs=2, batch_size=16, precision="float32", seed=3),
        "export": ExportConfig(quantization=("float32",), saved_model=False, examples=False),
        **options,
    }
    return kerasapps.train_tabular(table(), **given)


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ships_the_mean_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds, before = [], members._train

    def interrupted(*args: Any, seed: int, **options: Any) -> None:
        seeds.append(seed)
        if seeds == [4, 5]:
            raise KeyboardInterrupt
        before(*args, seed=seed, **options)

    monkeypatch.setattr(members, "_train", interrupted)
    repeat = RepeatConfig(ensemble=3)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, repeat=repeat)
    with pytest.raises(kerasapps.TrainingError, match=r"repeat\.ensemble was 3, is 2"):
        train(tmp_path, repeat=RepeatConfig(ensemble=2))
    result = train(tmp_path, repeat=repeat)
    assert seeds == [4, 5, 5]
    assert result.passed and not (tmp_path / "work").exists()

    parts = members_within(result.model)
    assert len(parts) == 3
    alone = train(tmp_path / "alone")
    # The first network is the one that a run without an ensemble ships.
    assert result.history.best_epoch == alone.history.best_epoch
    kernels = [np.concatenate([each.ravel() for each in part.get_weights()]) for part in parts]
    own = np.concatenate([each.ravel() for each in alone.model.get_weights()])
    np.testing.assert_allclose(kernels[0], own, rtol=1e-4, atol=1e-5)
    assert np.abs(kernels[1] - kernels[2]).max() > 1e-2

    assert result.ensemble is not None
    assert [each.seed for each in result.ensemble.members] == [3, 4, 5]
    manifest = read_manifest(tmp_path / "bundle")
    assert manifest.ensemble == json.loads(json.dumps(result.ensemble.to_dict()))
    assert "Seed 5" in (tmp_path / "bundle" / "report.html").read_text(encoding="utf-8")
    assert kerasapps.load_bundle(tmp_path).predict({"age": 60, "job": "cook"})


@pytest.mark.slow
def test_what_is_exported_later_is_of_the_same_mean(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    columns = table()
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    data.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    run = tmp_path / "run"
    kerasapps.train_tabular(
        data,
        target="rich",
        output_dir=run,
        model="mlp",
        train=TrainConfig(epochs=2, precision="float32"),
        repeat=RepeatConfig(ensemble=2, folds=2),
        export=ExportConfig(quantization=("float32",), saved_model=False, examples=False),
    )
    before = read_manifest(run / "bundle")
    added = kerasapps.export_bundle(
        run, export=ExportConfig(quantization=("int8",), saved_model=False)
    )
    after = read_manifest(run / "bundle")
    assert added[0].passed and after.ensemble == before.ensemble and after.folds == before.folds
    network = keras.saving.load_model(run / "bundle" / "model.keras", compile=False)
    assert len(members_within(network)) == 2


@pytest.mark.slow
def test_a_distilled_network_is_one_that_learnt_from_the_mean(tmp_path: Path) -> None:
    result = train(tmp_path, repeat=RepeatConfig(ensemble=2, ensemble_as="distilled"))
    alone = train(tmp_path / "alone")
    assert result.model.count_params() == alone.model.count_params()
    assert members_within(result.model) == ()
    assert result.ensemble is not None and result.ensemble.distilled is not None
    own, taught = (np.concatenate([each.ravel() for each in network.get_weights()])
                   for network in (alone.model, result.model))  # fmt: skip
    assert np.abs(own - taught).max() > 1e-4


def test_equal_networks_are_refused_before_all_are_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(members, "digest_of", lambda weights: "equal")
    with pytest.raises(ConfigError, match="with another seed the same network came out"):
        train(tmp_path, repeat=RepeatConfig(ensemble=3))
    assert len([*(tmp_path / "work" / "ensemble").glob("*/done.json")]) == 2
    told = capsys.readouterr().err
    assert (
        "Ensemble: 3 trainings with the seeds 3 to 5; one network that holds them all, 3 times as "
        "large and slow, answers with their mean\n"
    ) in told
    assert "Network 2, seed 4: validation accuracy " in told


def weights_of(network: keras.Model) -> np.ndarray:
    return np.concatenate([each.ravel() for each in network.get_weights()])


def watched(
    monkeypatch: pytest.MonkeyPatch, kills: list[str]
) -> tuple[list[tuple[str, int]], list[kerasapps.data.Splits[Any]]]:
    """Trainings, known by their folders, some of which are killed once after an epoch.

    Returns:
        Each epoch that ends but the last, and what each training is of; filled as they go.
    """
    ended: list[tuple[str, int]] = []
    learnt: list[kerasapps.data.Splits[Any]] = []

    def fitted(network: Any, experiment: Any, **options: Any) -> Any:
        place, pause = options["folder"].parent.name, options.pop("pause", None)
        learnt.append(experiment.judging.splits)

        def told(row: Any) -> bool:
            ended.append((place, row.epoch))
            if kills and kills[0] == place:
                kills.pop(0)
                raise KeyboardInterrupt
            return bool(pause and pause(row))

        return fit.fit_network(network, experiment, pause=told, **options)

    for module in (aside, publish):
        monkeypatch.setattr(module, "fit_network", fitted)
    return ended, learnt


@pytest.mark.slow
def test_networks_of_folds_go_on_wherever_they_were_killed_and_never_meet_validation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repeat, run = RepeatConfig(ensemble=3, ensemble_of="folds"), tmp_path / "run"
    longer = TrainConfig(epochs=3, batch_size=16, precision="float32", seed=3)
    with monkeypatch.context() as patch:
        ended, learnt = watched(patch, ["3", "work"])
        with pytest.raises(KeyboardInterrupt):
            train(run, repeat=repeat, train=longer)
        with pytest.raises(kerasapps.TrainingError, match=r"repeat\.ensemble_of"):
            train(run, repeat=RepeatConfig(ensemble=3), train=longer)
        with pytest.raises(KeyboardInterrupt):
            train(run, repeat=repeat, train=longer)
        result = train(run, repeat=repeat, train=longer)
    # What was done is not done again, and each network goes on behind the epoch that it had.
    assert ended == [(place, epoch) for place in ("2", "3", "work") for epoch in (1, 2)]
    folds = {each.fingerprint: each.validation.contents.tolist() for each in learnt}
    basis = learnt[0].basis.contents
    stopped = [content for fold in folds.values() for content in fold]
    assert len(folds) == 3 and sorted(stopped) == sorted(basis.tolist())
    for each in learnt:
        assert each.test is each.validation and len(each.train) < len(basis)
        assert {*each.train.contents} | {*each.validation.contents} == {*basis}

    assert result.passed and result.ensemble is not None
    parts = [*map(weights_of, members_within(result.model))]
    assert min(np.abs(parts[a] - parts[b]).max() for a, b in ((0, 1), (0, 2), (1, 2))) > 1e-2
    whole = train(tmp_path / "whole", repeat=repeat, train=longer)
    for part, again in zip(parts, members_within(whole.model), strict=True):
        np.testing.assert_allclose(part, weights_of(again), rtol=1e-4, atol=1e-5)

    manifest = read_manifest(run / "bundle")
    assert manifest.ensemble["folds"] == 3
    assert [each["fold"] for each in manifest.ensemble["members"]] == [1, 2, 3]
    assert "Seed 4, without fold 2 of 3" in (run / "bundle" / "report.html").read_text("utf-8")


@pytest.mark.slow
def test_what_learns_from_networks_of_folds_learns_from_all_that_is_for_training(
    tmp_path: Path,
) -> None:
    repeat = RepeatConfig(ensemble=2, ensemble_of="folds", ensemble_as="distilled", folds=2)
    result = train(tmp_path / "run", repeat=repeat)
    assert result.passed and members_within(result.model) == ()
    assert result.ensemble is not None and result.folds is not None
    assert [each.fold for each in result.ensemble.members] == [1, 2]
    distilled = result.ensemble.distilled
    assert distilled is not None and distilled.fold is None
    # Its history is of the validation split, on which the ensemble has its figures, too.
    best = result.history.best.val_figure
    assert best == pytest.approx(distilled.figures[result.metric.key], abs=0.26)
