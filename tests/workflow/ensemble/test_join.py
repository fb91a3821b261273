"""What becomes of an ensemble: the mean goes on teaching whatever learnt from it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps.config import CompressConfig, ExportConfig, RepeatConfig, RobustConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.training import hardening
from kerasapps.training.adversarial import HARDER
from kerasapps.training.team import ALONE
from kerasapps.workflow.ensemble import join as module
from kerasapps.workflow.ensemble.figures import Member
from kerasapps.workflow.ensemble.members import Others, digest_of
from kerasapps.workflow.fit import start_network
from kerasapps.workflow.prune import prune
from tests.workflow.ensemble.test_run import train


def test_a_student_has_checkpoints_and_logs_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the run's first network lie beside them: it may not go on from these."""
    row = SimpleNamespace(epoch=1)
    history: Any = SimpleNamespace(rows=(row, row), seconds=2.0)
    weights = {"first": 0.0, "second": 1.0, "mean": 0.4, "student": 2.0}
    copies: Any = {
        name: SimpleNamespace(name=name, get_weights=lambda value=value: [np.array(value)])
        for name, value in weights.items()
    }
    train = SimpleNamespace(seed=5)
    asked: list[Any] = []

    def learning_from(mean: Any, *, digest: str) -> Any:
        asked.append((mean.name, digest))
        return experiment

    experiment: Any = SimpleNamespace(
        build=None,
        judging=SimpleNamespace(answer=CLASSES),
        plan=SimpleNamespace(train=train),
        learning_from=learning_from,
        taught_by=lambda rows: ("taught", rows),
    )
    member = Member(6, 3, 1.0, {"accuracy": 0.5})
    others = Others((member,), (tmp_path / "2",), ("second's",), distils=True)
    monkeypatch.setattr(module, "float32_copy", lambda network, build: copies[network])
    monkeypatch.setattr(module, "_built", lambda *_: [copies["second"]])
    monkeypatch.setattr(module, "averaged", lambda networks: copies["mean"])
    figures = {"first": 0.7, "second": 0.8, "mean": 0.9, "student": 0.85}
    monkeypatch.setattr(
        module, "validation_figures", lambda network, _: {"accuracy": figures[network.name]}
    )
    monkeypatch.setattr(module, "start_network", lambda *_: ("student", "runtime of it"))
    fits: list[Any] = []

    def fit(*given: Any, **options: Any) -> Any:
        fits.append((given, options))
        return history

    monkeypatch.setattr(module, "fit_network", fit)
    joined = module.join(
        "first",  # type: ignore[arg-type]
        others,
        experiment=experiment,
        history=history,
        runtime=None,  # type: ignore[arg-type]
        team=ALONE,
        settings={"model": "m"},
        work=tmp_path / "work",
        log_dir=tmp_path / "logs",
    )
    ((given, options),) = fits
    assert given == ("student", experiment) and options["settings"] == {"model": "m"}
    assert options["folder"] == tmp_path / "work" / "student"
    assert options["log_dir"] == tmp_path / "logs" / "student"
    assert options["runtime"] == joined.runtime == "runtime of it"
    first = digest_of(copies["first"].get_weights())
    assert asked == [("mean", f"{first}second's")]
    assert joined.network == "student" and joined.experiment == ("taught", history.rows)
    each = [member.figures["accuracy"] for member in joined.figures.members]
    assert each == [0.7, 0.8] and joined.figures.together["accuracy"] == 0.9
    distilled = joined.figures.distilled
    assert distilled is not None and distilled.figures["accuracy"] == 0.85
    assert (distilled.seed, distilled.epochs) == (5, 2)


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
