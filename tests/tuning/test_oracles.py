"""Which trials the four algorithms make, and that a restart changes none of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras_tuner
import pytest

from kerasapps.config import TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.tuning.assignment import job_of
from tests.tuning.driven_search import DrivenSearch, accuracy_of, branched_space, small_space

DEFAULTS = {"learning_rate": 1e-3, "width": 1.0, "depth": 2}


def search(folder: Path, algorithm: Any, trials: int = 18, **options: Any) -> DrivenSearch:
    space = options.pop("space", small_space)
    epochs = options.pop("epochs", 9)
    tune = TuneConfig(algorithm=algorithm, trials=trials, **options)
    return DrivenSearch(tune, folder / "search.json", space=space, epochs=epochs)


@pytest.mark.parametrize("algorithm", ["random", "bayesian", "hyperband", "grid"])
def test_a_restart_after_every_event_changes_nothing(tmp_path: Path, algorithm: str) -> None:
    reference = search(tmp_path / "whole", algorithm).run()
    killed = search(tmp_path / "killed", algorithm).run(restarts=True)
    assert killed.jobs == reference.jobs
    assert len(reference.jobs) == 18
    board, expected = killed.oracle.leaderboard(), reference.oracle.leaderboard()
    for ours, theirs in zip(board.records, expected.records, strict=True):
        assert ours == theirs
    assert board.best == expected.best
    assert {record.state for record in board.records} >= {"done", "failed"}
    assert board.ending == "all 18 trials have ended"


@pytest.mark.parametrize("algorithm", ["random", "bayesian", "hyperband", "grid"])
@pytest.mark.parametrize("space", [small_space, branched_space])
def test_the_first_trial_is_the_default(tmp_path: Path, algorithm: str, space: Any) -> None:
    first = job_of(search(tmp_path, algorithm, space=space).oracle.create_trial("w"))
    assert first.number == 0
    assert first.values == (DEFAULTS if space is small_space else {"model": "mlp", "width": 30})


@pytest.mark.parametrize("algorithm", ["random", "bayesian", "hyperband"])
def test_other_seeds_make_other_trials(tmp_path: Path, algorithm: str) -> None:
    runs = []
    for seed in (0, 1, 3):  # 3: a whole trial's draws further on
        tune = TuneConfig(algorithm=algorithm, trials=4, search_seed=seed)  # type: ignore[arg-type]
        driven = DrivenSearch(tune, tmp_path / f"{seed}.json").run()
        runs.append([tuple(job.values.values()) for job in driven.jobs[1:]])
    drawn = [values for run in runs for values in run]
    assert len(set(drawn)) == len(drawn)


def test_hyperband_continues_the_best_for_more_epochs(tmp_path: Path) -> None:
    jobs = search(tmp_path, "hyperband", trials=13).run().jobs
    first, later = jobs[:9], jobs[9:]
    assert all((job.epochs, job.resume) == (1, None) for job in first)
    assert [job.epochs for job in later[:3]] == [3, 3, 3]
    survivors = {job.number: accuracy_of(job.values) for job in first if job.number != 5}
    best = sorted(survivors, key=lambda number: -survivors[number])[:3]
    assert [job.resume for job in later[:3]] == best
    for job in later[:3]:
        assert job.values == jobs[job.resume or 0].values
        assert not any(name.startswith("tuner") for name in job.values)


def test_hyperband_goes_on_after_a_whole_sweep(tmp_path: Path) -> None:
    jobs = search(tmp_path, "hyperband", trials=12, epochs=1).run().jobs
    assert len(jobs) == 12
    assert {job.epochs for job in jobs} == {1}


def test_hyperband_needs_epochs(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"hyperband.*TrainConfig\.epochs"):
        search(tmp_path, "hyperband", epochs=None)


def test_grid_is_every_combination_once_the_last_option_fastest(tmp_path: Path) -> None:
    driven = search(tmp_path, "grid", trials=100, space=branched_space).run(restarts=True)
    assert [tuple(job.values.values()) for job in driven.jobs] == [
        ("mlp", 30),
        ("mlp", 10),
        ("mlp", 20),
        ("cnn", 2, True),
        ("cnn", 2, False),
        ("cnn", 1, True),
        ("cnn", 1, False),
    ]
    assert driven.oracle.ending == "the space holds no more than these 7 configurations"
    assert driven.oracle.finished


def test_grid_spreads_ten_values_over_a_range(tmp_path: Path) -> None:
    def space() -> keras_tuner.HyperParameters:
        hp = keras_tuner.HyperParameters()
        hp.Float("learning_rate", 0.0, 1.0, default=0.5)
        hp.Fixed("width", 1.0)
        return hp

    jobs = search(tmp_path, "grid", trials=100, space=space).run().jobs
    rates = [job.values["learning_rate"] for job in jobs]
    assert rates[0] == 0.5
    assert rates[1:] == pytest.approx([0.05 + 0.1 * i for i in range(10)])


def test_grid_keeps_several_workers_busy(tmp_path: Path) -> None:
    oracle = search(tmp_path, "grid").oracle
    trials = [oracle.create_trial(f"w{i}") for i in range(4)]
    assert [job_of(trial).values["depth"] for trial in trials] == [2, 1, 3, 4]


@pytest.mark.parametrize("algorithm", ["random", "bayesian", "hyperband"])
def test_a_small_space_is_used_up_and_says_so(tmp_path: Path, algorithm: str) -> None:
    driven = search(tmp_path, algorithm, trials=50, space=branched_space, epochs=1, prune=None)
    driven.run(restarts=algorithm == "random")
    tried = {str(sorted(job.values.items())) for job in driven.jobs}
    assert len(tried) == len(driven.jobs) == 7
    assert driven.oracle.leaderboard().ending.startswith("the space holds no more than these 7")


def test_nothing_to_search_is_an_error(tmp_path: Path) -> None:
    def fixed() -> keras_tuner.HyperParameters:
        hp = keras_tuner.HyperParameters()
        hp.Fixed("width", 1.0)
        return hp

    with pytest.raises(ConfigError, match="nothing to search"):
        search(tmp_path, "random", space=fixed)
