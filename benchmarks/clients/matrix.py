"""Clients × files: who agrees, who cannot, and who does not."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.clients.answers import Comparison, Failure, compare
from benchmarks.clients.case import Case
from benchmarks.clients.client import Answers, Client


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What became of one client with one file.

    Attributes:
        client: its name.
        bundle: name of the bundle.
        artifact: name of the file.
        reason: why there is no figure; empty if there is one.
        compared: the answers, if there are any.
        failed: whether it could take the file and did not, or agreed too little.
    """

    client: str
    bundle: str
    artifact: str
    reason: str = ""
    compared: Comparison | None = None
    failed: bool = False


def ask(client: Client, cases: Sequence[Case]) -> Iterator[Cell]:
    """A cell a case, in order."""
    missing = client.missing()
    reasons = [client.cannot(case) or missing for case in cases]
    questions = [
        None if reason else case.only(client.suits)
        for case, reason in zip(cases, reasons, strict=True)
    ]
    asked = [question for question in questions if question is not None and question.examples]
    answers = _steadily(client, asked)
    for case, question, reason in zip(cases, questions, reasons, strict=True):
        place = {"client": client.name, "bundle": case.bundle, "artifact": case.artifact}
        if question is None:
            yield Cell(**place, reason=reason)
        elif not question.examples:
            yield Cell(**place, reason="none of the examples is for it")
        else:
            yield Cell(**place, **_judged(client, question, next(answers)))


def _steadily(client: Client, cases: Sequence[Case]) -> Iterator[Answers]:
    """The client's answers; whatever ends it is its answer to the cases that are left."""
    count = 0
    try:
        for answers in client.answers(cases) if cases else ():
            count += 1
            yield answers
        ended = "it answers fewer files than it was asked about"
    except Exception as error:  # no client keeps others from being asked
        ended = f"{type(error).__name__}: {error}"
    for _ in cases[count:]:
        yield Failure(ended)


def _judged(client: Client, question: Case, answers: object) -> dict[str, object]:
    """The rest of a cell, of what a client answered."""
    if isinstance(answers, Failure):
        return {"reason": f"fails: {answers.reason}", "failed": client.floor is not None}
    try:
        expected = question.expected(beam=client.beam)
        compared = compare(answers, expected, within=client.within)
    except ValueError as error:
        return {"reason": f"fails: {error}", "failed": True}
    too_few = client.floor is not None and compared.share < client.floor
    return {"compared": compared, "failed": too_few}


def ask_all(
    clients: Sequence[Client], cases: Sequence[Case]
) -> Iterator[tuple[Client, list[Cell]]]:
    """All cells of a client, one client after another; each says how long it took."""
    for client in clients:
        began = time.monotonic()
        cells = list(ask(client, cases))
        print(f"{client.name}: {time.monotonic() - began:.0f} s", flush=True)
        yield client, cells
