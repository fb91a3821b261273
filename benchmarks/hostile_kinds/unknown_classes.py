"""C22: evaluate with classes that the bundle does not know.

An error that names them, or left out and said, as the user wants it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from hostile_cases import Case, Verdict, command, judge, judge_command
from hostile_workshop import Workshop

import kerasapps
from hostile_kinds.split_names import write_pictures

_KNOWN = ("blue", "green", "red")


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Unknown classes beside known ones, and alone."""
    drawn = ("".join(draw.choices("abcxyzäß", k=5)) for _ in range(variants))
    for name in ("purple", "Red", "red 2", *drawn):
        for option in ("error", "skip"):
            yield Case(f"{name!r}: {option}", partial(_evaluate, workshop, name, option))
    yield Case("unknown ones only", partial(_only, workshop))
    yield Case("texts", partial(_texts, workshop))
    yield Case("on the command line", partial(_command, workshop))
    yield Case("for a translator", partial(_foreign, workshop))


def _evaluate(workshop: Workshop, name: str, option: Any) -> Verdict:
    root = workshop.fresh()
    write_pictures(root, 2, labels=(*_KNOWN, name))

    def call() -> Any:
        return kerasapps.evaluate_bundle(workshop.pictures, root, unknown_classes=option)

    if option == "error":
        return judge(call, refusal=(repr(name), "unknown_classes"))
    return judge(call, right=lambda figures: figures.examples == 6, refusal=None)


def _only(workshop: Workshop) -> Verdict:
    root = workshop.fresh()
    write_pictures(root, 2, labels=("purple", "pink"))
    return judge(
        lambda: kerasapps.evaluate_bundle(workshop.pictures, root, unknown_classes="skip"),
        refusal=("no example of a class that the bundle knows",),
    )


def _texts(workshop: Workshop) -> Verdict:
    data = [(f"a good meal number {n}", ("positive", "negative", "odd")[n % 3]) for n in range(9)]
    return judge(
        lambda: kerasapps.evaluate_bundle(workshop.texts, data, unknown_classes="skip"),
        right=lambda figures: figures.examples == 6,
        refusal=None,
    )


def _command(workshop: Workshop) -> Verdict:
    root = workshop.fresh()
    write_pictures(root, 2, labels=(*_KNOWN, "purple"))
    return judge_command(
        lambda: command("evaluate", workshop.pictures, root, "--unknown-classes", "skip", "--json"),
        right=lambda printed: '"examples": 6' in printed.out and "'purple'" in printed.err,
        refusal=None,
    )


def _foreign(workshop: Workshop) -> Verdict:
    return judge(
        lambda: kerasapps.evaluate_bundle(
            workshop.translations, workshop.pairs, unknown_classes="skip"
        ),
        refusal=("unknown_classes is not for",),
    )
