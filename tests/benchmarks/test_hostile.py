"""The replay of hostile cases: endings are told apart, and a bad one is never counted as good."""

from __future__ import annotations

import random
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hostile
import pytest
from hostile_cases import Case, Ending, Printed, Verdict, judge, judge_command
from hostile_workshop import Workshop

from kerasapps.errors import DataError


def refuse() -> None:
    raise DataError("row 3 of a.csv has no label")


def fall() -> None:
    raise ValueError("x")


@pytest.mark.parametrize(
    ("call", "options", "ending"),
    [
        (lambda: 3, {"right": lambda value: value == 3}, Ending.RIGHT),
        (lambda: 4, {"right": lambda value: value == 3}, Ending.WRONG),
        (lambda: 3, {}, Ending.WRONG),
        (refuse, {"refusal": ("Row 3", "a.csv")}, Ending.REFUSED),
        (refuse, {"refusal": ("row 4",)}, Ending.WRONG),
        (refuse, {"right": bool, "refusal": None}, Ending.WRONG),
        (fall, {"right": bool}, Ending.CRASHED),
    ],
)
def test_a_call_is_judged(call: Callable[[], Any], options: Any, ending: Ending) -> None:
    assert judge(call, **options).ending is ending


@pytest.mark.parametrize(
    ("printed", "options", "ending"),
    [
        (Printed(0, "cat\n", ""), {"right": lambda each: each.out == "cat\n"}, Ending.RIGHT),
        (Printed(0, "dog\n", ""), {"right": lambda each: each.out == "cat\n"}, Ending.WRONG),
        (Printed(0, "cat\n", ""), {}, Ending.WRONG),
        (Printed(1, "", "error: no label in a.csv"), {"refusal": ("a.csv",)}, Ending.REFUSED),
        (Printed(1, "", "error: no"), {"refusal": ("a.csv",)}, Ending.WRONG),
        (Printed(1, "", "error: no"), {"right": bool, "refusal": None}, Ending.RIGHT),
        (Printed(70, "", "a defect"), {"right": lambda _: True}, Ending.CRASHED),
        (Printed(-6, "", ""), {}, Ending.CRASHED),
        (Printed(1, "", "Traceback (most recent call last)"), {}, Ending.CRASHED),
    ],
)
def test_a_command_is_judged(printed: Printed, options: Any, ending: Ending) -> None:
    assert judge_command(lambda: printed, **options).ending is ending


def test_a_command_that_hangs_has_crashed() -> None:
    def hang() -> Printed:
        raise subprocess.TimeoutExpired("kerasapps", 3)

    assert judge_command(hang).ending is Ending.CRASHED


def test_a_kind_is_counted_and_its_random_variants_come_from_the_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn: list[float] = []

    def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
        yield Case("good", lambda: Verdict(Ending.RIGHT))
        yield Case("bad", fall)  # type: ignore[arg-type]
        for _ in range(variants):
            drawn.append(draw.random())
            yield Case("refused", lambda: judge(refuse))

    module = types.ModuleType("hostile_kinds.planted", "Planted: things.\n\nMore.")
    module.cases = cases  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "hostile_kinds.planted", module)
    rows = [
        hostile.replay("planted", Workshop(tmp_path), seed=seed, variants=2) for seed in (0, 0, 1)
    ]
    assert rows[0] | {"s": ""} == {
        "kind": "Planted: things",
        "tried": 4,
        "right": 1,
        "refused clearly": 2,
        "wrong": 0,
        "crashed": 1,
        "s": "",
    }
    assert drawn[:2] == drawn[2:4] != drawn[4:]
    assert capsys.readouterr().out.count("crashed: planted: bad: ValueError: x\n") == 3


def test_every_kind_says_what_it_is() -> None:
    for name in hostile.kinds():
        module = __import__(f"hostile_kinds.{name}", fromlist=["cases"])
        assert module.__doc__
        assert callable(module.cases)
