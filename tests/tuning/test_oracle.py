"""The events of a search: outcomes, pruning, lost workers, budgets and the end."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import Any

import pytest
from keras_tuner.engine.trial import Trial

from kerasapps.config import TuneConfig
from kerasapps.tuning.assignment import job_of
from kerasapps.tuning.trial import Outcome
from tests.tuning.driven_search import DrivenSearch, branched_space

DONE = Outcome("done", {"val_accuracy": 0.5})


def search(folder: Path, trials: int = 8, **options: Any) -> DrivenSearch:
    return DrivenSearch(TuneConfig(trials=trials, **options), folder / "search.json")


def finish(driven: DrivenSearch, worker: str, outcome: Outcome) -> int:
    """End the worker's trial, or a new one."""
    trial = driven.oracle.ongoing_trials.get(worker) or driven.oracle.create_trial(worker)
    number = int(trial.trial_id)
    assert driven.oracle.record_outcome(number, outcome, worker)
    driven.oracle.end_trial(trial)
    return number


def test_a_job_keeps_its_precision_over_the_wire(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    oracle.create_trial("a")
    trial = oracle.create_trial("b")
    sent = Trial.from_proto(trial.to_proto())
    assert job_of(sent) == job_of(trial)
    rate = job_of(sent).values["learning_rate"]
    assert rate == oracle.leaderboard().records[1].values["learning_rate"]
    sent.hyperparameters.values.clear()
    sent.status = "COMPLETED"
    oracle.record_outcome(1, DONE, "b")
    oracle.end_trial(sent)
    assert oracle.leaderboard().records[1].values["learning_rate"] == rate


def test_every_trial_is_saved_before_it_is_given_out(tmp_path: Path) -> None:
    driven = search(tmp_path)
    for _ in range(2):
        trial = driven.oracle.create_trial("w")
        driven.restart()
        assert driven.oracle.leaderboard().records[-1].state == "interrupted"
        assert not driven.oracle.leaderboard().running
        assert job_of(driven.oracle.create_trial("w")) == job_of(trial)
        finish(driven, "w", DONE)
    driven.restart()
    assert [record.state for record in driven.oracle.leaderboard().records] == ["done", "done"]


def test_an_outcome_counts_from_the_moment_it_is_recorded(tmp_path: Path) -> None:
    driven = search(tmp_path)
    driven.oracle.create_trial("w")
    driven.oracle.record_outcome(0, DONE, "w")
    assert driven.oracle.requeue("w") is None  # died before it could end the trial
    assert job_of(driven.oracle.create_trial("w")).number == 1


def test_a_worker_that_asks_again_after_its_outcome_gets_the_next_trial(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    oracle.create_trial("w")
    oracle.record_outcome(0, DONE, "w")
    assert job_of(oracle.create_trial("w")).number == 1
    assert oracle.leaderboard().records[0].state == "done"


def test_a_worker_that_asks_again_gets_its_running_trial(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    trial = oracle.create_trial("w")
    oracle.update_trial(trial.trial_id, {"val_accuracy": 0.4}, 1)
    assert oracle.leaderboard().records[0].curve == ((1, 0.4),)
    assert job_of(oracle.create_trial("w")) == job_of(trial)
    assert oracle.leaderboard().records[0].curve == ()


def test_lost_trials_come_back_first_the_lowest_number_first(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    jobs = [job_of(oracle.create_trial(name)) for name in "abc"]
    assert [oracle.requeue(name) for name in "cab"] == [2, 0, 1]
    assert oracle.requeue("a") is None
    assert [job_of(oracle.create_trial(name)) for name in "xyz"] == jobs
    assert job_of(oracle.create_trial("v")).number == 3


def test_a_lost_worker_cannot_end_the_trial_of_another(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    trial = oracle.create_trial("a")
    oracle.requeue("a")
    assert oracle.update_trial(trial.trial_id, {"val_accuracy": 0.1}, 1).status == "STOPPED"
    oracle.create_trial("b")
    assert not oracle.record_outcome(0, Outcome("failed", reason="late"), "a")
    assert oracle.record_outcome(0, DONE, "b")
    assert not oracle.record_outcome(0, Outcome("failed", reason="twice"), "b")
    (record,) = oracle.leaderboard().records
    assert (record.state, record.worker) == ("done", "b")


def test_an_outcome_of_a_trial_that_its_worker_holds_no_more_is_refused(tmp_path: Path) -> None:
    driven = search(tmp_path)
    for name in ("a", "b"):
        driven.oracle.create_trial(name)
    driven.oracle.requeue("a")
    assert job_of(driven.oracle.create_trial("c")).number == 0
    assert job_of(driven.oracle.create_trial("a")).number == 2
    for late in (0, 1, 3):  # a holds trial 2 now
        assert not driven.oracle.record_outcome(late, Outcome("failed", reason="late"), "a")
    states = [record.state for record in driven.oracle.leaderboard().records]
    assert states == ["running"] * 3
    assert driven.oracle.record_outcome(2, DONE, "a")
    states = [record.state for record in driven.oracle.leaderboard().records]
    assert states == ["running", "running", "done"]


def test_an_epoch_told_twice_counts_once_and_a_step_back_begins_there(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    trial = oracle.create_trial("w")

    def curve(epoch: int, figure: float) -> Any:
        oracle.update_trial(trial.trial_id, {"val_accuracy": figure}, epoch)
        return oracle.leaderboard().records[0].curve

    assert curve(1, 0.1) == ((1, 0.1),)
    assert curve(2, 0.2) == ((1, 0.1), (2, 0.2))
    assert curve(2, 0.3) == ((1, 0.1), (2, 0.3))
    assert curve(3, 0.4) == ((1, 0.1), (2, 0.3), (3, 0.4))
    assert curve(1, 0.5) == ((1, 0.5),)
    oracle.update_trial(trial.trial_id, {"val_loss": 0.9}, 2)  # without the watched figure
    (record,) = oracle.leaderboard().records
    assert (record.curve, record.figures) == (((1, 0.5),), {"val_loss": 0.9})


def test_epochs_that_come_after_the_outcome_change_nothing(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    trial = oracle.create_trial("w")
    oracle.record_outcome(0, DONE, "w")
    (before,) = oracle.leaderboard().records
    answer = oracle.update_trial(trial.trial_id, {"val_accuracy": 0.9}, 7)
    assert answer.status == "STOPPED" and oracle.leaderboard().records == (before,)


def test_a_running_trial_is_saved_as_one_to_be_repeated(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    trial = oracle.create_trial("w")
    oracle.update_trial(trial.trial_id, {"val_accuracy": 0.9}, 1)
    (entry,) = oracle.get_state()["trials"]
    kept = entry["record"]
    assert (kept["state"], kept["curve"], kept["worker"]) == ("interrupted", (), "")
    assert (kept["figures"], kept["values"]) == ({}, entry["values"])


def test_a_trial_that_kills_its_workers_fails_in_the_end(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    for name in "abc":
        assert job_of(oracle.create_trial(name)).number == 0
        oracle.requeue(name)
    (record,) = oracle.leaderboard().records
    assert (record.state, record.reason) == ("failed", "its workers died, 3 in all")
    assert job_of(oracle.create_trial("d")).number == 1


def test_a_worker_that_leaves_gives_its_trial_back_unharmed(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    for _ in range(4):
        assert job_of(oracle.create_trial("w")).number == 0
        assert oracle.requeue("w", died=False) == 0
        (record,) = oracle.leaderboard().records
        assert (record.state, record.worker, record.ended) == ("interrupted", "", False)


def test_an_interrupted_search_has_no_running_trials(tmp_path: Path) -> None:
    driven = search(tmp_path, trials=4)
    finish(driven, "a", DONE)
    first = driven.oracle.create_trial("a")
    driven.oracle.update_trial(first.trial_id, {"val_accuracy": 0.9}, 1)
    driven.oracle.create_trial("b")
    driven.oracle.record_outcome(2, DONE, "b")  # whose worker has not ended it yet
    driven.oracle.interrupt()
    board = driven.oracle.leaderboard()
    assert [record.state for record in board.records] == ["done", "interrupted", "done"]
    assert (board.running, board.ended, board.records[1].curve) == ((), 2, ())
    assert not driven.oracle.ongoing_trials
    assert job_of(driven.oracle.create_trial("c")).number == 1


@pytest.mark.parametrize("algorithm", ["random", "bayesian", "hyperband", "grid"])
def test_a_search_can_be_made_longer(tmp_path: Path, algorithm: Any) -> None:
    driven = search(tmp_path, trials=4, algorithm=algorithm).run()
    assert driven.oracle.finished and len(driven.jobs) == 4
    driven.tune = TuneConfig(trials=7, algorithm=algorithm)
    driven.restart()
    assert not driven.oracle.finished and driven.oracle.leaderboard().ending == ""
    driven.run()
    assert [job.number for job in driven.jobs] == list(range(7))
    assert driven.oracle.leaderboard().ending == "all 7 trials have ended"
    if algorithm in ("random", "grid"):  # the others learn at other times what they know
        reference = search(tmp_path / "whole", trials=7, algorithm=algorithm).run()
        assert driven.jobs == reference.jobs


def test_a_search_can_be_made_shorter(tmp_path: Path) -> None:
    driven = search(tmp_path, trials=9)
    for _ in range(3):
        finish(driven, "w", DONE)
    for name in "ab":
        driven.oracle.create_trial(name)  # 3 and 4, when it was interrupted
    driven.tune = TuneConfig(trials=4)
    driven.restart()
    assert not driven.oracle.finished  # trial 3 is within the new length, trial 4 is not
    assert finish(driven, "w", DONE) == 3
    assert driven.oracle.create_trial("w").status == "STOPPED"
    assert driven.oracle.finished and not driven.oracle.failure
    board = driven.oracle.leaderboard()
    assert [record.state for record in board.records] == ["done"] * 4 + ["interrupted"]
    assert board.ending == "4 trials have ended, and 4 were asked for"
    driven.tune = TuneConfig(trials=6)
    driven.restart()
    assert [finish(driven, "w", DONE) for _ in range(2)] == [4, 5]
    assert driven.oracle.leaderboard().ending == "all 6 trials have ended"


def test_a_shorter_search_of_which_all_failed_says_so(tmp_path: Path) -> None:
    driven = search(tmp_path, trials=9)
    finish(driven, "w", Outcome("failed", reason="planted"))
    driven.oracle.create_trial("w")
    driven.tune = TuneConfig(trials=1)
    driven.restart()
    assert driven.oracle.failure == "trial 0: planted"


def test_more_time_begins_more_trials(tmp_path: Path) -> None:
    now = [0.0]
    tune = TuneConfig(trials=9, search_minutes=1)
    driven = DrivenSearch(tune, tmp_path / "search.json", clock=lambda: now[0])
    finish(driven, "w", DONE)
    now[0] += 61
    assert driven.oracle.create_trial("w").status == "STOPPED"
    driven.oracle.requeue("w")
    driven.oracle._store()
    driven.tune = TuneConfig(trials=9, search_minutes=2)
    driven.restart()
    assert driven.oracle.create_trial("w").status == "RUNNING"


def test_a_trial_ended_without_an_outcome_has_failed(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    oracle.end_trial(oracle.create_trial("w"))
    (record,) = oracle.leaderboard().records
    assert (record.state, record.reason) == ("failed", "its worker gave no outcome")


def test_hopeless_trials_are_stopped_and_never_win(tmp_path: Path) -> None:
    driven = search(tmp_path, trials=6)
    for level in (0.5, 0.6, 0.7, 0.8):
        trial = driven.oracle.create_trial("w")
        for epoch in (1, 2):
            assert driven.oracle.update_trial(trial.trial_id, {"val_accuracy": level}, epoch)
        finish(driven, "w", Outcome("done", {"val_accuracy": level}))
    trial = driven.oracle.create_trial("w")
    statuses = [
        driven.oracle.update_trial(trial.trial_id, {"val_accuracy": figure}, epoch).status
        for epoch, figure in enumerate((0.1, 0.66, 0.64), start=1)
    ]
    assert statuses == ["RUNNING"] * 3  # the best so far counts: 0.66 beats the median 0.65
    finish(driven, "w", Outcome("done", {"val_accuracy": 0.66}))
    trial = driven.oracle.create_trial("w")
    driven.oracle.update_trial(trial.trial_id, {"val_accuracy": 0.9}, 1)
    driven.oracle.create_trial("w")  # asked again: begins afresh
    driven.oracle.update_trial(trial.trial_id, {"val_accuracy": 0.1}, 1)
    verdict = driven.oracle.update_trial(trial.trial_id, {"val_accuracy": 0.59}, 2)
    assert verdict.status == "STOPPED"
    finish(driven, "w", Outcome("stopped"))
    record = driven.oracle.leaderboard().records[5]
    assert (record.state, record.reason) == ("stopped", "worse than most trials after epoch 2")
    assert record.figures == {"val_accuracy": 0.59}
    assert record not in driven.oracle.leaderboard().ranked
    assert driven.oracle.trials["0005"].score == 0.59  # the search learns from it


def test_trials_over_the_limit_set_no_mark_for_small_ones(tmp_path: Path) -> None:
    driven = search(tmp_path, max_size_mb=1)
    for _ in range(4):
        trial = driven.oracle.create_trial("w")
        for epoch in (1, 2):
            driven.oracle.update_trial(trial.trial_id, {"val_accuracy": 0.9}, epoch)
        finish(driven, "w", Outcome("done", {"int8_accuracy": 0.9, "int8_size_mb": 5.0}))
    trial = driven.oracle.create_trial("w")
    for epoch in (1, 2):
        answer = driven.oracle.update_trial(trial.trial_id, {"val_accuracy": 0.2}, epoch)
    assert answer.status == "RUNNING"
    assert driven.oracle.trials["0000"].score < 0  # and the search is led away from them


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_figure_that_is_no_number_stops_and_fails_the_trial(tmp_path: Path, value: float) -> None:
    driven = search(tmp_path)
    trial = driven.oracle.create_trial("w")
    figures = {"val_accuracy": 0.1, "val_loss": value}
    assert driven.oracle.update_trial(trial.trial_id, figures, 3).status == "STOPPED"
    finish(driven, "w", Outcome("stopped", {"val_accuracy": 0.1}, seconds=2.0))
    finish(driven, "w", Outcome("done", {"val_accuracy": 0.1, "loss": value}))
    first, second = driven.oracle.leaderboard().records
    assert (first.state, first.reason) == ("failed", f"val_loss is {value} after epoch 3")
    assert (second.state, second.reason, second.figures) == ("failed", f"loss is {value}", {})
    assert first.seconds == 2.0
    driven.restart()  # the state is valid JSON
    assert driven.oracle.leaderboard().records == (first, second)


def test_figures_lose_the_noise_of_single_precision(tmp_path: Path) -> None:
    oracle = search(tmp_path).oracle
    trial = oracle.create_trial("w")
    oracle.update_trial(trial.trial_id, {"val_accuracy": 0.8999999761581421}, 1)
    assert oracle.leaderboard().records[0].curve == ((1, 0.9),)


def test_five_failures_at_the_start_end_the_search(tmp_path: Path) -> None:
    driven = search(tmp_path, trials=20)
    for i in range(5):
        assert not driven.oracle.failure
        finish(driven, "w", Outcome("failed", reason=f"planted {i}"))
    assert driven.oracle.create_trial("w").status == "STOPPED"
    assert driven.oracle.finished
    assert driven.oracle.failure.startswith("trial 0: planted 0; trial 1: planted 1")
    assert driven.oracle.leaderboard().ending == "the first 5 trials failed"


def test_failures_after_a_success_do_not(tmp_path: Path) -> None:
    driven = search(tmp_path, trials=20)
    finish(driven, "w", DONE)
    for _ in range(9):
        finish(driven, "w", Outcome("failed", reason="planted"))
    assert not driven.oracle.failure
    assert driven.oracle.create_trial("w").status == "RUNNING"


def test_a_short_search_that_only_failed_says_so(tmp_path: Path) -> None:
    driven = search(tmp_path, trials=2)
    for _ in range(2):
        assert not driven.oracle.failure
        finish(driven, "w", Outcome("failed", reason="planted"))
    assert driven.oracle.failure == "trials 0, 1: planted"


def test_idle_until_the_last_trial_has_ended(tmp_path: Path) -> None:
    driven = search(tmp_path, trials=2)
    for name in "ab":
        driven.oracle.create_trial(name)
    assert driven.oracle.create_trial("c").status == "IDLE"
    assert driven.oracle.leaderboard().ending == ""
    driven.oracle.requeue("b")
    assert not driven.oracle.finished
    assert job_of(driven.oracle.create_trial("c")).number == 1
    for name in "ac":
        finish(driven, name, DONE)
    assert driven.oracle.finished
    assert driven.oracle.create_trial("c").status == "STOPPED"
    driven.restart()
    assert driven.oracle.finished
    assert driven.oracle.leaderboard().ending == "all 2 trials have ended"


def test_the_time_budget_survives_restarts(tmp_path: Path) -> None:
    now = [1000.0]
    tune = TuneConfig(trials=99, search_minutes=2)
    driven = DrivenSearch(tune, tmp_path / "search.json", clock=lambda: now[0])
    now[0] += 500  # before the first trial nothing counts
    finish(driven, "w", DONE)
    now[0] += 70
    driven.oracle.create_trial("w")
    now[0] += 7000  # switched off
    driven.restart()
    assert driven.oracle.elapsed == 70
    finish(driven, "w", DONE)
    now[0] += 49
    assert not driven.oracle.ending
    driven.oracle.create_trial("w")
    now[0] += 1
    assert driven.oracle.create_trial("v").status == "IDLE"
    driven.oracle.requeue("w")  # it began in time, so it is repeated
    finish(driven, "v", DONE)
    assert driven.oracle.create_trial("v").status == "STOPPED"
    assert driven.oracle.leaderboard().ending == "its 2 minutes are over"


def test_epochs_are_saved_now_and_then(tmp_path: Path) -> None:
    now = [0.0]
    driven = DrivenSearch(TuneConfig(), tmp_path / "search.json", clock=lambda: now[0])
    trial = driven.oracle.create_trial("w")
    before = driven.saves
    for epoch in range(1, 31):
        now[0] += 0.1
        driven.oracle.update_trial(trial.trial_id, {"val_accuracy": 0.5}, epoch)
    assert driven.saves - before in (2, 3)


def test_threads_never_get_the_same_trial(tmp_path: Path) -> None:
    driven = search(tmp_path, trials=40)
    numbers: list[int] = []

    def work(name: str) -> None:
        while driven.oracle.create_trial(name).status == "RUNNING":
            numbers.append(finish(driven, name, DONE))

    threads = [threading.Thread(target=work, args=(f"w{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    driven.restart()
    assert sorted(numbers) == list(range(40)) or driven.oracle.finished
    assert [record.state for record in driven.oracle.leaderboard().records] == ["done"] * 40


def test_conditional_options_count_only_where_they_apply(tmp_path: Path) -> None:
    driven = DrivenSearch(TuneConfig(trials=7), tmp_path / "s.json", space=branched_space).run()
    for job in driven.jobs:
        expected = {"model", "width"} | ({"residual"} if job.values["model"] == "cnn" else set())
        assert set(job.values) == expected
        assert job.values["width"] in ((1, 2) if job.values["model"] == "cnn" else (10, 20, 30))
