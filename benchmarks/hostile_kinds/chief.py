"""B17: the chief, strangers and malformed messages.

A chief over real gRPC; every case calls it as a stranger would, or as a worker that has lost its
mind, and then sees whether an honest worker's search still goes on.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import keras_tuner
from hostile_cases import Case, Ending, Verdict, judge
from hostile_workshop import Workshop
from keras_tuner.src.protos import get_service

from kerasapps.config import TuneConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.tuning.chief import Chief
from kerasapps.tuning.client import ChiefClient
from kerasapps.tuning.messages import ORACLE, SERVICE, WORKER_KEY
from kerasapps.tuning.objective import make_objective
from kerasapps.tuning.oracles import make_oracle
from kerasapps.tuning.server import serving
from kerasapps.tuning.trial import Outcome
from kerasapps.tuning.trust import PROOF_KEY, Trust, trust_of
from kerasapps.workflow.search.first import first_options

SETTINGS = {"train": {"epochs": 2}, "fingerprint": "of data that is nobody's business"}
OUTCOME = {"state": "done", "figures": {"val_accuracy": 0.5}, "reason": "", "seconds": 1.0}


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Strangers, ill-typed messages, chiefs and workers without what they need."""
    secret = workshop.fresh("chief") / "secret"
    secret.write_text(secrets.token_hex(32), encoding="ascii")
    trust = trust_of(TuneConfig(role="chief", chief="127.0.0.1:1", secret_file=str(secret)))
    yield from strangers(trust, draw, variants)
    yield from ill_typed(trust, draw, variants)
    yield from unarmed(workshop, secret)
    yield Case("a worker's words", lambda: escape_sequences(trust))


def strangers(trust: Trust, draw: random.Random, variants: int) -> Iterator[Case]:
    """Callers without the secret: they must get nothing out of any call."""
    flipped = trust.proof[:-1] + ("0" if trust.proof[-1] != "0" else "1")
    proofs = ["", flipped, trust.proof.upper(), *(f"{draw.getrandbits(256):064x}",) * variants]
    hello = json.dumps({"settings": {}, "joins": True}).encode()
    create = get_service().CreateTrialRequest(tuner_id="w").SerializeToString()
    for call, request in (("Hello", hello), ("CreateTrial", create), ("GetSpace", b"")):
        for proof in proofs:
            name = f"{call} with the proof {proof[:8] or 'none'}"
            yield Case(name, lambda call=call, request=request, proof=proof: verdict(
                trust, call, request, grpc.StatusCode.UNAUTHENTICATED, proof=proof
            ))  # fmt: skip


def ill_typed(trust: Trust, draw: random.Random, variants: int) -> Iterator[Case]:
    """Messages of a worker that knows the secret: refused, and the search goes on."""
    odd = [None, True, -1, 1.5, "x", [], {}, [1], {"a": "b"}, float("nan"), 10**400, "\ud800"]
    requests: list[tuple[str, bytes]] = [
        ("Report", b"\xff"),
        ("Report", b"[" * 100_000),
        ("Report", b"{}"),
        ("Hello", b"null"),
        ("Hello", b'{"settings": [], "joins": true}'),
    ]
    for field in OUTCOME:
        value = draw.choice(odd[5:11])  # none of them fits any field
        requests.append(("Report", report(**{field: value})))
    requests += [("Report", report(number=value)) for value in odd if value not in (True,)]
    for step, name in ((0, "0000"), (-(2**40), "0000"), (1, ""), (1, "../0"), (1, "9" * 400)):
        update = get_service().UpdateTrialRequest(trial_id=name, step=step)
        requests.append(("UpdateTrial", update.SerializeToString()))
    for _ in range(variants):
        noise = b"\xff" + draw.randbytes(draw.randrange(1, 4000))
        requests += [
            (call, noise) for call in ("Report", "Hello", "CreateTrial", "UpdateTrial", "EndTrial")
        ]
    for call, request in requests:
        name = f"{call} {request[:40]!r}"
        yield Case(name, lambda call=call, request=request: verdict(
            trust, call, request, grpc.StatusCode.INVALID_ARGUMENT, proof=trust.proof
        ))  # fmt: skip


def unarmed(workshop: Workshop, secret: Path) -> Iterator[Case]:
    """Searches of several machines that lack what they need are refused before any data."""
    short = workshop.fresh("chief") / "short"
    short.write_text("password")
    for name, options, words in (
        ("a chief without a secret", {"role": "chief"}, ("secret_file is missing", "openssl")),
        ("a short secret", {"role": "chief", "secret_file": short}, ("8 bytes",)),
        ("/dev/zero as the secret", {"role": "chief", "secret_file": "/dev/zero"}, ("a device",)),
        (
            "a secret as the authority",
            {"role": "worker", "secret_file": secret, "tls_ca": secret},
            ("tls_ca", "PEM"),
        ),
    ):
        yield Case(name, lambda options=options, words=words: judge(
            lambda: first_options(
                TEXT_CLASSIFICATION,
                TEXT_CLASSIFICATION.defaults,
                TuneConfig(chief="0.0.0.0:9", **options),
                joins=options["role"] == "worker",
            ),
            refusal=words,
        ))  # fmt: skip


def escape_sequences(trust: Trust) -> Verdict:
    """A reason with escape sequences reaches the leaderboard as plain words."""
    with searching(trust) as (chief, worker):
        request = report(state="failed", figures={}, reason="\x1b]0;owned\x07\n=1+1")
        ring(chief, "Report", request, trust.proof)
        reason = chief.leaderboard().records[0].reason
        worker.next_trial()
    right = reason == r"\x1b]0;owned\x07\n=1+1"
    return Verdict(Ending.RIGHT) if right else Verdict(Ending.WRONG, repr(reason))


def verdict(
    trust: Trust, call: str, request: bytes, expected: grpc.StatusCode, *, proof: str
) -> Verdict:
    """A call must be refused with the expected code, tell nothing and leave the search alone."""
    with searching(trust) as (chief, worker):
        code, words = ring(chief, call, request, proof)
        given = worker.next_trial()
        assert given is not None
        worker.end(given, Outcome("done", {"val_accuracy": 0.5}, seconds=1.0))
        states = [record.state for record in chief.leaderboard().records]
    if code != expected or str(SETTINGS["fingerprint"]) in words:
        return Verdict(Ending.WRONG, f"{code}: {words:.200}")
    if states != ["done"]:
        return Verdict(Ending.WRONG, f"afterwards the trials are {states}")
    return Verdict(Ending.REFUSED)


@contextmanager
def searching(trust: Trust) -> Iterator[tuple[Chief, ChiefClient]]:
    """A chief, and an honest worker "w" at its first trial."""
    space = keras_tuner.HyperParameters()
    space.Float("learning_rate", 1e-3, 1.0, sampling="log", default=0.01)
    tune = TuneConfig(trials=4)
    oracle = make_oracle(
        tune,
        space=space,
        objective=make_objective(tune, answer=CLASSES),
        seed=1,
        epochs=2,
        save=lambda: None,
    )
    with serving(Chief(oracle, settings=SETTINGS), trust=trust) as chief:
        worker = ChiefClient(chief.address, worker="w", patience=5, trust=trust)
        try:
            worker.hello(SETTINGS)
            worker.next_trial()
            yield chief, worker
        finally:
            worker.close()
            chief.dismiss("w")


def ring(chief: Chief, call: str, request: bytes, proof: str) -> tuple[grpc.StatusCode, str]:
    """What a call in the worker's name is answered."""
    service = ORACLE if call.endswith(("Trial", "Space")) else SERVICE
    metadata = ((WORKER_KEY, "w"), (PROOF_KEY, proof))
    with grpc.insecure_channel(chief.address) as channel:
        method: Callable[..., Any] = channel.unary_unary(f"/{service}/{call}")
        try:
            method(request, metadata=metadata, timeout=10)
        except grpc.RpcError as error:
            return error.code(), error.details() or ""
    return grpc.StatusCode.OK, ""


def report(number: Any = 0, **changes: Any) -> bytes:
    """A report of the first trial with something odd in it."""
    return json.dumps({"number": number, "outcome": OUTCOME | changes}).encode()
