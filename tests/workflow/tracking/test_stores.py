"""The real MLflow, on files, and the real Weights & Biases, offline; where they are installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.config import ExportConfig, ModelConfig, TrainConfig
from tests.data.row_samples import columns, write_csv


def train(folder: Path, tracker: str, **objects: Any) -> kerasapps.RecipeResult:
    return kerasapps.train_tabular(
        write_csv(folder / "people.csv", columns(300)),
        target="y",
        output_dir=folder / "run",
        model=ModelConfig(model="mlp", width=0.25, depth=0.5),
        train=TrainConfig(epochs=3, batch_size=32),
        export=ExportConfig(quantization=("float32",), saved_model=False, keep_failed=True),
        track=tracker,
        **objects,
    )


def killing() -> Any:
    import keras

    def kill(epoch: int, logs: Any) -> None:
        if epoch == 2:
            raise KeyboardInterrupt

    return keras.callbacks.LambdaCallback(on_epoch_begin=kill)


@pytest.fixture
def mlflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    found = pytest.importorskip("mlflow", reason="mlflow is not installed (kerasapps[mlflow])")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)
    monkeypatch.chdir(tmp_path)
    found.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    return found


def test_mlflow_has_one_run_with_all_of_it_after_a_kill(mlflow: Any, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, "mlflow", callbacks=[killing()])
    client = mlflow.MlflowClient()
    (experiment,) = [e for e in client.search_experiments() if e.name == "kerasapps"]
    (killed,) = client.search_runs([experiment.experiment_id])
    assert killed.info.status == "KILLED"
    result = train(tmp_path, "mlflow")
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.run_id == killed.info.run_id and run.info.status == "FINISHED"
    assert run.info.run_name == "people-mlp"
    assert run.data.params["train.epochs"] == "3" and run.data.params["model.width"] == "0.25"
    curve = client.get_metric_history(run.info.run_id, "val_loss")
    told = {point.step: point.value for point in curve}
    assert len(curve) == 3
    assert told == {row.epoch: pytest.approx(row.val_loss) for row in result.history.rows}
    assert run.data.metrics["test.accuracy"] == pytest.approx(result.metrics["accuracy"])
    assert "float32.size_mb" in run.data.metrics
    top = {each.path for each in client.list_artifacts(run.info.run_id)}
    inner = {each.path for each in client.list_artifacts(run.info.run_id, "bundle")}
    assert top == {"bundle", "report.html"} and "bundle/bundle.json" in inner


def test_wandb_offline_keeps_a_run_in_the_output_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("wandb", reason="wandb is not installed (kerasapps[wandb])")
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.delenv("WANDB_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    train(tmp_path, "wandb")
    (log,) = (tmp_path / "run" / "wandb").glob("offline-run-*/*.wandb")
    content = log.read_bytes()
    for words in (b"val_loss", b"test.accuracy", b"train.epochs", b"bundle.json", b"report"):
        assert words in content, words
    assert "Weights & Biases: " in capsys.readouterr().err
