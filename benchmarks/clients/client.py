"""A program that may take a bundle's files, as the table knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.clients.answers import NUMBERS_DIFFER, Answer, Failure, Raw
from benchmarks.clients.case import Case
from kerasapps.process.quiet import silence

Answers: TypeAlias = Sequence[Answer] | Failure

FLOOR = 0.99  # of the examples must agree


def nothing(*_: object) -> str:
    """No reason against it."""
    return ""


def every(case: Case, raw: Raw) -> bool:
    """Any example suits."""
    return True


@dataclass(frozen=True, kw_only=True)
class Client:
    """A client, made of functions.

    Attributes:
        name: in the table.
        version: of the program, where it is installed.
        missing: why it cannot run on this machine, and what to do; empty if it can.
        cannot: why it cannot take a file, in words; empty if it should.
        answers: for some cases, in order, what it answers to each example, or why it failed.
        suits: the examples that it is asked; `note` says why not all.
        bare: whether it runs files of which nothing is told: it must answer as without metadata.
        floor: share of the examples that must agree; None: it is shown, and `note` says why.
        within: share of a number, or of 1 if that is more, by which numbers may be apart.
        beam: of translators, by which it is compared; None: the bundle's own.
        note: what a reader must know.
    """

    name: str
    version: Callable[[], str]
    missing: Callable[[], str] = nothing
    cannot: Callable[[Case], str] = nothing
    answers: Callable[[Sequence[Case]], Iterator[Answers]]
    suits: Callable[[Case, Raw], bool] = every
    bare: bool = False
    floor: float | None = FLOOR
    within: float = NUMBERS_DIFFER
    beam: int | None = None
    note: str = ""


def one_by_one(
    answer: Callable[[Case], Sequence[Answer]],
) -> Callable[[Sequence[Case]], Iterator[Answers]]:
    """`Client.answers` of what answers a case in this process."""

    def answers(cases: Sequence[Case]) -> Iterator[Answers]:
        for case in cases:
            try:
                with silence():
                    answered = answer(case)
                yield answered
            # Whatever a client raises is its answer, in its own words.
            except Exception as error:
                yield Failure(f"{type(error).__name__}: {error}")

    return answers
