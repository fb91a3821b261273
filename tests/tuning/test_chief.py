"""The chief over real gRPC: who may do what, and who is given up."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import grpc
import pytest

from kerasapps.errors import ConfigError, TrainingError
from kerasapps.tuning.chief import Chief
from kerasapps.tuning.client import ChiefClient, NotYoursError
from kerasapps.tuning.server import serving
from kerasapps.tuning.trial import Outcome
from tests.tuning.callers import DONE, client, oracle
from tests.tuning.planted_search import SETTINGS
from tests.tuning.trusted import TRUST


@pytest.fixture
def chief() -> Iterator[Chief]:
    with serving(Chief(oracle(), settings=SETTINGS), trust=TRUST) as listening:
        yield listening
        listening.dismiss(*listening.workers())


def test_a_trial_goes_there_and_back_in_full_precision(chief: Chief) -> None:
    with client(chief) as worker:
        first = worker.next_trial()
        assert first is not None
        assert (first.number, first.epochs, first.resume) == (0, None, None)
        assert first.values == {"learning_rate": 0.01, "width": 4}
        assert worker.report_epoch(first, 1, {"val_accuracy": 0.123456, "val_loss": 1.0})
        worker.end(first, Outcome("done", {"val_accuracy": 0.1234567890123}, seconds=1.5))
        second = worker.next_trial()
        assert second is not None
        worker.end(second, Outcome("failed", reason="planted", seconds=0.5))
    zero, other = chief.leaderboard().records
    assert (zero.state, zero.figures, zero.seconds) == (
        "done",
        {"val_accuracy": 0.1234567890123},
        1.5,
    )
    assert (zero.curve, zero.worker) == (((1, 0.123456),), "a")
    assert (other.state, other.reason, other.figures) == ("failed", "planted", {})


def test_a_hopeless_trial_is_told_to_stop() -> None:
    with (
        serving(Chief(oracle(trials=9, prune=True), settings=SETTINGS), trust=TRUST) as chief,
        client(chief) as worker,
    ):
        answers = []
        for quality in (0.5, 0.6, 0.7, 0.8, 0.1):
            trial = worker.next_trial()
            assert trial is not None
            answers += [worker.report_epoch(trial, epoch, figures(quality)) for epoch in (1, 2)]
            state = "done" if answers[-1] else "stopped"
            worker.end(trial, Outcome(state, figures(quality)))
        chief.dismiss("a")
        last = chief.leaderboard().records[-1]
    assert answers == [True] * 9 + [False]
    assert (last.state, last.reason) == ("stopped", "worse than most trials after epoch 2")


def figures(quality: float) -> dict[str, float]:
    return {"val_accuracy": quality, "val_loss": 1 - quality}


def test_workers_learn_that_the_search_is_over(chief: Chief) -> None:
    with client(chief) as worker:
        while trial := worker.next_trial():
            worker.end(trial, DONE)
    assert chief.finished
    assert not chief.workers()  # nobody left that must be told
    assert len(chief.leaderboard().ranked) == 4


def test_strangers_get_nothing(chief: Chief) -> None:
    with client(chief, hello=False) as stranger, pytest.raises(NotYoursError, match="hello"):
        stranger.next_trial()


def test_other_settings_are_refused_by_name(chief: Chief) -> None:
    settings = {"train": {"epochs": 9}, "fingerprint": "abc"}
    words = r"train\.epochs is 2 for the chief, 9 for the worker"
    with client(chief, hello=False) as worker:
        with pytest.raises(ConfigError, match=words):
            worker.hello(settings)
        with pytest.raises(NotYoursError):
            worker.next_trial()
    assert not chief.workers()


def test_one_that_only_asks_does_not_join(chief: Chief) -> None:
    with client(chief, hello=False) as visitor:
        visitor.hello(SETTINGS, joins=False)
    assert not chief.workers()


def test_a_lost_workers_trial_goes_to_another(chief: Chief) -> None:
    with client(chief, "a") as a, client(chief, "b") as b:
        held = a.next_trial()
        assert held is not None
        chief.lost("a")
        again = b.next_trial()
        assert again is not None
        assert (again.number, again.values) == (held.number, held.values)
        with pytest.raises(NotYoursError):
            a.beat()
        a.hello(SETTINGS)
        for late in (lambda: a.report_epoch(held, 1, figures(0.9)), lambda: a.end(held, DONE)):
            with pytest.raises(NotYoursError, match="Trial 0 is another worker's"):
                late()
        b.end(again, DONE)
    assert chief.leaderboard().records[0].worker == "b"


def test_leaving_does_not_count_against_a_trial_as_deaths_do(chief: Chief) -> None:
    with client(chief) as worker:
        for _ in range(4):
            trial = worker.next_trial()
            assert trial is not None and trial.number == 0
            worker.leave()
            worker.hello(SETTINGS)
        for _ in range(3):
            trial = worker.next_trial()
            assert trial is not None and trial.number == 0
            worker.hello(SETTINGS)  # as one that died and was replaced
        record = chief.leaderboard().records[0]
        assert (record.state, record.reason) == ("failed", "its workers died, 3 in all")


def test_a_late_outcome_of_one_that_holds_another_trial_is_refused(chief: Chief) -> None:
    with client(chief, "a") as a, client(chief, "b") as b:
        held = a.next_trial()
        chief.lost("a")
        again = b.next_trial()
        a.hello(SETTINGS)
        other = a.next_trial()
        assert held is not None and again is not None and other is not None
        assert (held.number, again.number, other.number) == (0, 0, 1)
        with pytest.raises(NotYoursError, match="Trial 0 is another worker's"):
            a.end(held, DONE)
        with pytest.raises(NotYoursError, match="Trial 0 is another worker's"):
            a.report_epoch(held, 1, figures(0.9))
        assert [each.state for each in chief.leaderboard().records] == ["running"] * 2
        a.end(other, DONE)
    states = [each.state for each in chief.leaderboard().records]
    assert states == ["running", "done"]


def test_a_worker_that_comes_back_begins_anew(chief: Chief) -> None:
    with client(chief) as worker:
        held = worker.next_trial()
        worker.hello(SETTINGS)
        (record,) = chief.leaderboard().records
        assert (record.number, record.state) == (0, "interrupted")
        again = worker.next_trial()
    assert held is not None
    assert again is not None
    assert again.number == held.number


def test_silent_workers_are_given_up() -> None:
    now = 100.0
    with (
        serving(Chief(oracle(), settings=SETTINGS, clock=lambda: now), trust=TRUST) as chief,
        client(chief, "a") as a,
        client(chief, "b") as b,
    ):
        assert a.next_trial() is not None
        silent = []
        for _ in range(10):  # seconds 105 to 150
            now += 5
            b.beat()
            silent.append(chief.give_up_silent())
        assert silent == [[]] * 9 + [["a"]]
        assert chief.workers() == {"b"}
        assert chief.alone_seconds() == 0
        again = b.next_trial()
        assert again is not None
        assert again.number == 0
        chief.dismiss("b")
        now += 7
        chief.give_up_silent()
        assert chief.alone_seconds() == 7


def test_time_in_which_the_chief_slept_is_nobodys_silence() -> None:
    now = 100.0
    with (
        serving(Chief(oracle(), settings=SETTINGS, clock=lambda: now), trust=TRUST) as chief,
        client(chief, "a"),
    ):
        now += 3600  # the lid of a laptop was closed
        assert chief.give_up_silent() == []
        silent = []
        for _ in range(10):
            now += 5
            silent += chief.give_up_silent()
        assert silent == ["a"]


def test_a_chief_that_was_slow_was_awake_all_the_same() -> None:
    now = 100.0
    chief = Chief(oracle(), settings=SETTINGS, clock=lambda: now)
    chief.welcome("a")
    silent = []
    for _ in range(5):
        now += 10
        silent.append(chief.give_up_silent())
    assert silent == [[]] * 4 + [["a"]] and chief.alone_seconds() == 10


def test_the_first_failure_is_the_searchs_and_ends_all_that_is_done_for_it() -> None:
    chief = Chief(oracle(), settings={"sizes": (1, 2)})
    assert chief.settings == {"sizes": [1, 2]}  # as workers send them
    chief.welcome("a")
    with chief.asking() as asked:
        asked.create_trial("a")
    assert not chief.changed.is_set() and not chief.finished and chief.failure is None
    first = ValueError("first")
    with pytest.raises(ValueError, match="first"), chief.asking():
        raise first
    chief.fail(ValueError("second"))
    assert chief.failure is first and chief.changed.is_set()
    chief.changed.clear()
    chief.lost("a")
    assert "a" in chief.oracle.ongoing_trials and not chief.workers()
    assert not chief.changed.is_set()
    with pytest.raises(ValueError, match="first"):
        chief.leaderboard()


def test_a_worker_that_is_gone_is_news() -> None:
    chief = Chief(oracle(), settings=SETTINGS)
    chief.welcome("a")
    assert chief.heard("a") and not chief.heard("b")
    with chief.asking() as asked:
        asked.create_trial("a")
    chief.lost("a")
    assert chief.changed.is_set() and not chief.heard("a") and not chief.workers()
    assert not chief.oracle.ongoing_trials
    chief.changed.clear()
    chief.left("a")  # who holds no trial
    assert not chief.changed.is_set()


def test_a_failure_while_a_worker_is_served_ends_the_search() -> None:
    def full() -> None:
        raise TrainingError("the disk is full")

    with pytest.raises(TrainingError, match="the disk is full"):  # noqa: SIM117
        with (
            serving(Chief(oracle(save=full), settings=SETTINGS), trust=TRUST) as chief,
            client(chief) as worker,
        ):
            with pytest.raises(TrainingError, match="ended the search: the disk is full"):
                worker.next_trial()
            with pytest.raises(TrainingError, match="the disk is full"):
                worker.hello(SETTINGS)
            chief.require_success()


def test_nobody_answers() -> None:
    with serving(Chief(oracle(), settings=SETTINGS), trust=TRUST) as chief:
        address = chief.address
    caller = ChiefClient(address, worker="a", patience=0.6, trust=TRUST)
    began = time.monotonic()
    with pytest.raises(TrainingError, match=rf"chief at {address} has not answered for 0\.01 min"):
        caller.hello(SETTINGS)
    assert 0.5 < time.monotonic() - began < 5
    caller.close()


@pytest.mark.parametrize("listens", [True, False])
def test_hanging_up_ends_a_call_of_another_thread(listens: bool) -> None:
    ended = []

    def call() -> None:
        try:
            caller.hello(SETTINGS)
        except TrainingError as error:
            ended.append(str(error))

    with socket.socket() as silent:  # takes connections and says nothing
        silent.bind(("127.0.0.1", 0))
        if listens:
            silent.listen()
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        caller = ChiefClient(address, worker="a", patience=60, trust=TRUST)
        threads = [threading.Thread(target=call) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.7)  # in a call, or between two of them
        caller.close()
        for thread in threads:
            thread.join(5)
    assert ended == [f"The connection to the chief at {address} was closed."] * 4
    with pytest.raises(TrainingError, match="was closed"):
        caller.beat()


def test_another_server_answers() -> None:
    from concurrent.futures import ThreadPoolExecutor

    server = grpc.server(ThreadPoolExecutor(1))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    caller = ChiefClient(f"127.0.0.1:{port}", worker="a", patience=5, trust=TRUST)
    with pytest.raises(TrainingError, match="not as the chief of a search"):
        caller.hello(SETTINGS)
    caller.close()
    server.stop(None)


def test_a_worker_process_loads_neither_keras_nor_keras_tuner() -> None:
    program = """
import sys
from kerasapps.tuning.client import ChiefClient
import kerasapps.tuning.worker
from kerasapps.tuning.trust import Trust
ChiefClient("127.0.0.1:1", worker="a", patience=1, trust=Trust("")).close()
print([name for name in ("keras", "tensorflow", "keras_tuner", "numpy") if name in sys.modules])
"""
    command = [sys.executable, "-c", program]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "[]"
