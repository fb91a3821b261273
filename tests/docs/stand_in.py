"""What takes the place of a training: its options and its data are checked, nothing is trained."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps.cluster import take_cluster
from kerasapps.config import ClusterConfig, RepeatConfig, TuneConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.training import Hooks
from kerasapps.tuning.objective import make_objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.space import Space
from kerasapps.tuning.space_checks import searchable_options
from kerasapps.tuning.user_space import space_from
from kerasapps.workflow.options import collect_options
from kerasapps.workflow.order import take_order
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.suitable import checked_options
from kerasapps.workflow.task import Task
from kerasapps.workflow.tracking.choice import check_tracker

# What a network of convolutions is trained with where a search changes nothing.
STARTS = {
    "model": "cnn", "learning_rate": 1e-3, "weight_decay": 0.01, "optimizer": "adamw",
    "batch_size": 32, "epochs": 10, "width": 1.0, "kernel": 3,
}  # fmt: skip


def checked_space(task: Task, source: Any) -> Space:
    """The space that a function or a file describes, for a network of convolutions."""
    searched = [config for name, config in task.defaults.items() if name not in ("load", "export")]
    known = searchable_options(*searched)
    return space_from(source, defaults=STARTS, known=known)


def instead_of_training(
    monkeypatch: pytest.MonkeyPatch, result: kerasapps.RecipeResult | None
) -> None:
    """From now on a training takes its orders, reads its data and answers with `result`.

    Options, paths, data and spaces that a training would refuse are refused in the same way.
    """

    def carry(
        task: Task,
        data: Any,
        *,
        validation_data: Any = None,
        test_data: Any = None,
        output_dir: Path | str | None = None,
        tune: TuneConfig | None = None,
        cluster: ClusterConfig = ClusterConfig(),
        repeat: RepeatConfig = RepeatConfig(),
        callbacks: Sequence[Any] = (),
        metrics: Sequence[Any] = (),
        loss: Any = None,
        optimizer: Any = None,
        track: str | None = None,
        load_tensorflow: Any = None,
        **configs: Any,
    ) -> kerasapps.RecipeResult | None:
        if cluster.peers != "slurm":  # which only srun tells of
            take_cluster(cluster, searches=tune is not None, environment={})
        check_tracker(track)
        order = take_order(
            task,
            data,
            validation_data=validation_data,
            test_data=test_data,
            tune=tune,
            hooks=Hooks(callbacks=callbacks, metrics=metrics, loss=loss, optimizer=optimizer),
            repeat=repeat,
            **configs,
        )
        with tempfile.TemporaryDirectory() as scratch:
            read_splits(task, order.data, order.options, Path(scratch))
        if tune is None or result is None:
            return result
        if tune.space is not None:
            checked_space(task, tune.space)
        objective = make_objective(tune, answer=task.answers[0])
        figures = {"int8_size_mb": 0.1, "int8_latency_ms": 1.0, objective.name: 0.9}
        best = TrialRecord(0, {}, state="done", figures=figures)
        return dataclasses.replace(result, search=Leaderboard(objective, (best,)))

    def help_search(
        task: Task, data: Any, *, tune: TuneConfig, work_dir: Any = None, **options: Any
    ) -> int:
        first = collect_options(task, **{**task.defaults, **options})
        checked_options(task, first, tune, joins=True)
        return 1

    def carry_and_tell(
        task: Task, data: Any, *, quiet: bool = False, **options: Any
    ) -> kerasapps.RecipeResult | None:
        return carry(task, data, **options)

    def cross_validate(
        task: Task, options: Any, splits: Any, *, folds: int, **_: Any
    ) -> SimpleNamespace:
        checked_options(task, options, None)
        count = len(splits.train) + len(splits.validation)
        return SimpleNamespace(answers=np.full((count, len(splits.labels)), 1.0))

    monkeypatch.setattr("kerasapps.workflow.folds.cross.cross_validate", cross_validate)
    monkeypatch.setattr("kerasapps.workflow.carry.carry", carry)
    monkeypatch.setattr("kerasapps.workflow.call.carry_and_tell", carry_and_tell)
    # Trackers need not be installed.
    monkeypatch.setattr("kerasapps.workflow.tracking.choice.find_spec", lambda name: name)
    # A search of several machines is for larger ones than this may be.
    monkeypatch.setattr("kerasapps.workflow.search.first.usable_cores", lambda: [*range(16)])
    monkeypatch.setattr("kerasapps.workflow.search.join.help_search", help_search)


def instead_of_fetching(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on apps are written without the runtime, which comes from a network."""
    monkeypatch.setattr("kerasapps.targets.web.write.litert_files", lambda runtime: {})


def instead_of_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on commands that start a process, or one for each file, are done at once."""

    def look(bundle: Any, *_: Any, **__: Any) -> Any:
        read_manifest(bundle)
        return {}

    monkeypatch.setattr("kerasapps.doctor.examine", tuple)
    monkeypatch.setattr(kerasapps, "benchmark_bundle", look, raising=False)
    monkeypatch.setattr(
        kerasapps, "export_bundle", lambda *a, **o: tuple(look(*a, **o)), raising=False
    )
