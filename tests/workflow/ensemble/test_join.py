"""What becomes of an ensemble: the mean goes on teaching whatever learnt from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.config import CompressConfig, ExportConfig, RepeatConfig, RobustConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.training import hardening
from kerasapps.training.adversarial import HARDER
from kerasapps.workflow.fit import start_network
from kerasapps.workflow.prune import prune
from tests.workflow.ensemble.test_run import train


@pytest.mark.slow
def test_a_distilled_network_is_pruned_under_its_teacher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def pruned(network: Any, experiment: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(experiment)
        return prune(network, experiment, *arguments, **options)

    monkeypatch.setattr("kerasapps.workflow.publish.prune", pruned)
    compress = CompressConfig(prune_share=0.5, prune_by="weights", prune_epochs=2)
    repeat = RepeatConfig(ensemble=2, ensemble_as="distilled")
    result = train(tmp_path, repeat=repeat, compress=compress)
    (experiment,) = seen
    assert experiment.lessons is not None and len(experiment.lessons.digest) == 2 * 64
    assert result.passed


@pytest.mark.slow
def test_what_a_student_has_learnt_is_told_of_the_attacks_that_it_ended_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    def start(*given: Any) -> Any:
        started.append("student")
        return start_network(*given)

    # Of the networks only the one that learns from their mean needs stronger attacks.
    monkeypatch.setattr("kerasapps.workflow.ensemble.join.start_network", start)
    monkeypatch.setattr(hardening, "is_outwitted", lambda rows, **_: bool(started))
    monkeypatch.setattr(hardening, "_was_better", lambda rows: True)
    result = kerasapps.train_image_classifier(
        "builtin:digits",
        output_dir=tmp_path,
        model="mlp",
        train=TrainConfig(epochs=2, batch_size=64, precision="float32"),
        robust=RobustConfig(adversarial=0.03),
        repeat=RepeatConfig(ensemble=2, ensemble_as="distilled"),
        export=ExportConfig(quantization=("float32",), saved_model=False, examples=False),
    )
    assert result.passed
    lesson = read_manifest(tmp_path / "bundle").metrics["robustness"]["lesson"]
    assert lesson["steps"] == HARDER
