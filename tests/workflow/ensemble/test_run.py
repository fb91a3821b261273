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


@pytest.mark.slow
def test_equal_networks_are_refused_before_all_are_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "digest_of", lambda weights: "equal")
    with pytest.raises(ConfigError, match="with another seed the same network came out"):
        train(tmp_path, repeat=RepeatConfig(ensemble=3))
    assert len([*(tmp_path / "work" / "ensemble").glob("*/done.json")]) == 2
