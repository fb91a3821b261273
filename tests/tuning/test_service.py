"""The chief's services, called by hand over real gRPC: strangers, odd messages, TLS."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import pytest
from keras_tuner.src.protos import get_proto, get_service

from kerasapps.config import TuneConfig
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.tuning.chief import Chief
from kerasapps.tuning.client import ChiefClient, NotYoursError
from kerasapps.tuning.messages import WORKER_KEY
from kerasapps.tuning.server import serving
from kerasapps.tuning.trust import PROOF_KEY, Trust, proof_of
from tests.tuning.callers import DONE, client, oracle
from tests.tuning.planted_search import SETTINGS
from tests.tuning.trusted import PROOF, TRUST, trust

CODE = grpc.StatusCode
OUTCOME = {"state": "done", "figures": {"val_accuracy": 0.5}, "reason": "", "seconds": 1.0}


@pytest.fixture
def chief() -> Iterator[Chief]:
    with listening() as chief:
        yield chief


@contextmanager
def listening(**options: Any) -> Iterator[Chief]:
    trusted = options.pop("trust", TRUST)
    with serving(Chief(oracle(), settings=SETTINGS, **options), trust=trusted) as chief:
        yield chief
        chief.dismiss(*chief.workers())


def ring(
    chief: Chief, call: str, request: bytes, *, worker: str = "a", proof: str | None = PROOF
) -> tuple[grpc.StatusCode, str]:
    """What a call is answered, whoever makes it."""
    service = "keras_tuner.Oracle" if call[-5:] in ("Trial", "Space") else "kerasapps.Search"
    metadata = [(WORKER_KEY, worker)] if worker else []
    metadata += [] if proof is None else [(PROOF_KEY, proof)]
    with grpc.insecure_channel(chief.address) as channel:
        try:
            channel.unary_unary(f"/{service}/{call}")(request, metadata=metadata, timeout=10)
        except grpc.RpcError as error:
            return error.code(), error.details()
    return CODE.OK, ""


def say(**content: Any) -> bytes:
    return json.dumps(content).encode()


HELLO = say(settings=SETTINGS, joins=True)


@pytest.mark.parametrize("proof", [None, "", "0" * 64, PROOF[:-1], proof_of(b"another secret")])
def test_who_does_not_know_the_secret_is_told_nothing(chief: Chief, proof: str | None) -> None:
    create = get_service().CreateTrialRequest(tuner_id="a").SerializeToString()
    calls = {
        "Hello": (HELLO, say(settings={}, joins=True), b"\xff"),
        "Beat": (b"{}",),
        "Report": (say(number=0, outcome=OUTCOME),),
        "CreateTrial": (create,),
        "GetSpace": (b"",),
        "Nothing": (b"",),
    }
    with client(chief):  # whose name is no help to a stranger
        for call, requests in calls.items():
            for request in requests:
                answer = ring(chief, call, request, proof=proof)
                assert answer == (CODE.UNAUTHENTICATED, "The chief's secret is needed.")
        assert chief.workers() == {"a"} and not chief.leaderboard().records


def test_a_worker_with_another_secret_is_told_what_to_give(chief: Chief) -> None:
    caller = ChiefClient(chief.address, worker="a", patience=5, trust=Trust(proof_of(b"other")))
    with pytest.raises(ConfigError, match=r"secret.*TuneConfig\.secret_file, or KERASAPPS_SECRET"):
        caller.hello(SETTINGS)
    caller.close()


def test_workers_have_no_other_calls(chief: Chief) -> None:
    with client(chief):
        for call in ("GetSpace", "UpdateSpace", "GetTrial", "GetBestTrials", "Settings"):
            assert ring(chief, call, b"")[0] == CODE.UNIMPLEMENTED


def test_a_hello_names_its_worker_and_is_whole(chief: Chief) -> None:
    for worker in ("", "x" * 201):
        code, words = ring(chief, "Hello", HELLO, worker=worker)
        assert (code, words) == (
            CODE.INVALID_ARGUMENT,
            "Not a message of a worker: it does not name its worker.",
        )
    deep = b'{"settings": ' + b'{"a": ' * 900 + b"1" + b"}" * 900 + b', "joins": true}'
    for request in (b"", b"[]", say(settings=SETTINGS), say(settings=[], joins=True), deep):
        assert ring(chief, "Hello", request)[0] == CODE.INVALID_ARGUMENT
    assert not chief.workers()
    assert ring(chief, "Hello", HELLO)[0] == CODE.OK
    assert chief.workers() == {"a"}


def test_a_long_refusal_still_arrives(chief: Chief) -> None:
    many = {f"option_{number}": "x" * 90 for number in range(500)}
    code, words = ring(chief, "Hello", say(settings=many, joins=True))
    assert code == CODE.INVALID_ARGUMENT
    assert words.startswith("This worker's search is not the chief's. Give the worker the same")
    assert len(words) == 2000 + len(" …") and words.endswith(" …")


ILL_TYPED = [
    ("Report", b"\xff"),
    ("Report", b"{}"),
    ("Report", say(number="0", outcome=OUTCOME)),
    ("Report", say(number=0, outcome=OUTCOME | {"state": 7})),
    ("Report", say(number=0, outcome=OUTCOME | {"state": "running"})),
    ("Report", say(number=0, outcome=OUTCOME | {"figures": "val_accuracy"})),
    ("Report", say(number=0, outcome=OUTCOME | {"figures": {"val_accuracy": "high"}})),
    ("Report", say(number=0, outcome=OUTCOME | {"seconds": math.nan})),
    ("Report", say(number=0, outcome=OUTCOME | {"seconds": None})),
    ("Report", say(number=0, outcome=OUTCOME | {"reason": 5})),
    ("UpdateTrial", b"\xff\xff"),
    ("UpdateTrial", get_service().UpdateTrialRequest(trial_id="x").SerializeToString()),
    ("UpdateTrial", get_service().UpdateTrialRequest(trial_id="0000").SerializeToString()),
    ("UpdateTrial", get_service().UpdateTrialRequest(trial_id="", step=1).SerializeToString()),
    (
        "UpdateTrial",
        get_service()
        .UpdateTrialRequest(trial_id="0000", metrics={"\x1b[2J": 1.0}, step=1)
        .SerializeToString(),
    ),
    ("EndTrial", b"\xff\xff"),
    ("EndTrial", b""),
    ("CreateTrial", b"\xff\xff"),
    ("CreateTrial", get_service().CreateTrialRequest(tuner_id="another").SerializeToString()),
]


def test_ill_typed_messages_are_refused_one_by_one_and_the_search_goes_on(chief: Chief) -> None:
    with client(chief) as worker:
        trial = worker.next_trial()
        assert trial is not None
        for call, request in ILL_TYPED:
            code, words = ring(chief, call, request)
            assert code == CODE.INVALID_ARGUMENT, (call, request, code, words)
            assert words.startswith("Not a message of a worker: ")
            chief.require_success()
        worker.end(trial, DONE)
        assert worker.next_trial() is not None
    assert [record.state for record in chief.leaderboard().records] == ["done", "running"]


def test_numbers_are_the_trials_however_they_are_written(chief: Chief) -> None:
    update = get_service().UpdateTrialRequest(trial_id="0", metrics={"val_accuracy": 0.25}, step=2)
    with client(chief) as worker:
        assignment = worker.next_trial()
        assert ring(chief, "UpdateTrial", update.SerializeToString())[0] == CODE.OK
        assert chief.leaderboard().records[0].curve == ((2, 0.25),)
        trial = get_proto().Trial(trial_id="0", status=99)  # of which nothing but the number counts
        trial.hyperparameters.values.values["width"].string_value = "\x1b"
        request = get_service().EndTrialRequest(trial=trial)
        assert ring(chief, "EndTrial", request.SerializeToString())[0] == CODE.OK
        with pytest.raises(NotYoursError):
            worker.end(assignment, DONE)  # type: ignore[arg-type]
    (record,) = chief.leaderboard().records
    assert (record.state, record.reason) == ("failed", "its worker gave no outcome")
    assert record.values == {"learning_rate": 0.01, "width": 4}


def test_a_trial_is_the_workers_who_holds_it(chief: Chief) -> None:
    report = say(number=0, outcome=OUTCOME)
    with client(chief, "a") as a, client(chief, "b") as b:
        assert a.next_trial() is not None and b.next_trial() is not None
        # b holds trial 1: an outcome of trial 0 is none of its business.
        assert ring(chief, "Report", report, worker="b") == (
            CODE.FAILED_PRECONDITION,
            "Trial 0 is another worker's by now.",
        )
        figures = {"val_accuracy": 1.0}
        update = get_service().UpdateTrialRequest(trial_id="0", metrics=figures, step=1)
        end = get_service().EndTrialRequest(trial=get_proto().Trial(trial_id="0"))
        for call, request in (("UpdateTrial", update), ("EndTrial", end)):
            answer = ring(chief, call, request.SerializeToString(), worker="b")
            assert answer[0] == CODE.FAILED_PRECONDITION
        assert [record.curve for record in chief.leaderboard().records] == [(), ()]
        assert ring(chief, "Report", report, worker="c")[0] == CODE.FAILED_PRECONDITION
        assert ring(chief, "Report", report, worker="")[0] == CODE.FAILED_PRECONDITION
        assert [record.state for record in chief.leaderboard().records] == ["running"] * 2
        assert ring(chief, "Report", report, worker="a")[0] == CODE.OK
    assert [record.state for record in chief.leaderboard().records] == ["done", "running"]


def test_what_a_worker_says_is_one_harmless_line(chief: Chief) -> None:
    with client(chief) as worker:
        trial = worker.next_trial()
        assert trial is not None
        reason = "\x1b]0;owned\x07 and\n=more"
        outcome = OUTCOME | {"state": "failed", "figures": {}, "reason": reason}
        assert ring(chief, "Report", say(number=0, outcome=outcome))[0] == CODE.OK
    assert chief.leaderboard().records[0].reason == r"\x1b]0;owned\x07 and\n=more"


@pytest.mark.parametrize(
    ("chief_has", "worker_has", "fits"),
    [
        (trust("chief"), trust(believes="authority"), True),
        (trust("chief"), trust("worker", "authority"), True),
        (trust("chief", "authority"), trust("worker", "authority"), True),
        (trust("chief", "authority"), trust(believes="authority"), False),
        (trust("chief", "authority"), trust("stranger", "authority"), False),
        (trust("chief"), trust(), False),
        (trust(), trust(believes="authority"), False),
        (trust("chief"), trust(believes="stranger"), False),
        (trust("stranger"), trust(believes="authority"), False),
        (trust("stranger"), trust(believes="stranger"), False),  # for another host
        (trust("chief"), trust(believes="authority", proof="other"), False),
    ],
    ids=str,
)
def test_certificates(chief_has: Trust, worker_has: Trust, fits: bool) -> None:
    with listening(trust=chief_has) as chief:
        caller = ChiefClient(chief.address, worker="a", patience=0.3, trust=worker_has)
        try:
            if fits:
                caller.hello(SETTINGS)
            else:
                with pytest.raises((ConfigError, TrainingError), match=r"TLS|secret"):
                    caller.hello(SETTINGS)
        finally:
            caller.close()
        assert chief.workers() == ({"a"} if fits else set())


def test_a_wrong_certificate_is_not_waited_for() -> None:
    with listening(trust=trust("stranger")) as chief:
        for believed in ("authority", "stranger"):
            caller = ChiefClient(
                chief.address, worker="a", patience=60, trust=trust(believes=believed)
            )
            with pytest.raises(TrainingError, match=rf"^No TLS with {chief.address}: .*tls_ca"):
                caller.hello(SETTINGS)
            caller.close()


CREATE = get_service().CreateTrialRequest(tuner_id="a").SerializeToString()


def test_who_leaves_gives_its_trial_back_and_must_say_hello_again(chief: Chief) -> None:
    for call in ("Beat", "Leave"):
        assert ring(chief, call, b"") == (CODE.FAILED_PRECONDITION, "Say hello first.")
    assert ring(chief, "Hello", say(settings=SETTINGS, joins=False))[0] == CODE.OK
    assert ring(chief, "Beat", b"")[0] == CODE.FAILED_PRECONDITION  # it only asked
    for call, request in (("Hello", HELLO), ("Beat", b""), ("CreateTrial", CREATE)):
        assert ring(chief, call, request)[0] == CODE.OK
    assert chief.changed.is_set() and chief.workers() == {"a"}
    assert ring(chief, "Leave", b"")[0] == CODE.OK
    assert not chief.workers() and not chief.oracle.ongoing_trials
    assert [record.state for record in chief.leaderboard().records] == ["interrupted"]
    assert ring(chief, "CreateTrial", CREATE)[0] == CODE.FAILED_PRECONDITION


@pytest.mark.parametrize(
    ("error", "words"),
    [(ValueError("odd"), "ValueError: odd"), (TrainingError("the disk is full"), None)],
)
def test_a_failed_search_is_told_to_who_calls_and_nobody_is_waited_for(
    chief: Chief, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str | None
) -> None:
    def fails(worker: str) -> None:
        raise error

    told = (CODE.ABORTED, f"The chief has ended the search: {words or error}")
    ring(chief, "Hello", HELLO)
    ring(chief, "Hello", HELLO, worker="b")
    monkeypatch.setattr(chief.oracle, "create_trial", fails)
    assert ring(chief, "CreateTrial", CREATE) == told
    assert chief.failure is error and chief.workers() == {"b"}
    assert ring(chief, "Hello", HELLO, worker="c") == told
    assert ring(chief, "Beat", b"", worker="b") == told and not chief.workers()


def test_who_asks_when_the_search_is_over_is_not_waited_for(chief: Chief) -> None:
    ring(chief, "Hello", HELLO)
    chief.oracle._tune = TuneConfig(trials=1)
    assert ring(chief, "CreateTrial", CREATE)[0] == CODE.OK
    ring(chief, "Hello", HELLO, worker="b")
    idle = get_service().CreateTrialRequest(tuner_id="b").SerializeToString()
    assert ring(chief, "CreateTrial", idle, worker="b")[0] == CODE.OK
    assert chief.workers() == {"a", "b"}  # a trial runs, and may come back
    chief.changed.clear()
    assert ring(chief, "Report", say(number=0, outcome=OUTCOME))[0] == CODE.OK
    assert chief.changed.is_set()
    trial = get_service().EndTrialRequest(trial=get_proto().Trial(trial_id="0"))
    assert ring(chief, "EndTrial", trial.SerializeToString())[0] == CODE.OK
    assert ring(chief, "CreateTrial", CREATE)[0] == CODE.OK
    assert chief.workers() == {"b"} and chief.finished
