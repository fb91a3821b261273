"""Messages of workers: read, or refused for what they are."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from kerasapps.tuning.requests import (
    Hello,
    Report,
    read_epoch,
    read_figures,
    read_hello,
    read_number,
    read_report,
    read_worker,
)
from kerasapps.tuning.trial import Outcome

OUTCOME = {"state": "done", "figures": {"val_accuracy": 0.5}, "reason": "", "seconds": 1.5}


def report(number: Any = 3, **changes: Any) -> bytes:
    return json.dumps({"number": number, "outcome": OUTCOME | changes}).encode()


def test_a_report_is_read() -> None:
    expected = Outcome("done", {"val_accuracy": 0.5}, "", 1.5)
    assert read_report(report()) == Report(3, expected)
    figures = read_report(report(figures={"a": 1, "b": math.nan, "c": -math.inf})).outcome.figures
    assert figures["a"] == 1.0 and isinstance(figures["a"], float)
    assert math.isnan(figures["b"]) and figures["c"] == -math.inf  # the search says what that means
    assert read_report(report(0, seconds=0)).outcome.seconds == 0


def test_a_reason_becomes_one_harmless_line() -> None:
    reason = read_report(
        report(state="failed", reason="\x1b]0;x\x07 a\nb\td \ud800é")
    ).outcome.reason
    assert reason == r"\x1b]0;x\x07 a\nb\td \ud800é"
    assert len(read_report(report(reason="x" * 301)).outcome.reason) == 300


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": "3"}, "number"),
        ({"number": True}, "number"),
        ({"number": 3.0}, "number"),
        ({"number": None}, "number"),
        ({"number": -1}, "number"),
        ({"number": 10**9}, "number"),
        ({"state": "running"}, "state must be one of done, failed, stopped"),
        ({"state": "waiting"}, "state"),
        ({"state": 5}, "state"),
        ({"state": ["done"]}, "state"),
        ({"figures": [1]}, "figures"),
        ({"figures": None}, "figures"),
        ({"figures": {"a": "0.5"}}, "a must be a number"),
        ({"figures": {"a": None}}, "a must be a number"),
        ({"figures": {"a": True}}, "a must be a number"),
        ({"figures": {"a": {"b": 1}}}, "a must be a number"),
        ({"figures": {"a": 10**400}}, "a is too large"),
        ({"figures": {"\x1b[2J": 1}}, "printable"),
        ({"figures": {"": 1}}, "printable"),
        ({"figures": {"x" * 101: 1}}, "short"),
        ({"figures": {"\ud800": 1}}, "printable"),
        ({"figures": dict.fromkeys(map(str, range(201)), 0)}, "at most 200"),
        ({"reason": None}, "reason must be text"),
        ({"reason": ["a"]}, "reason must be text"),
        ({"seconds": "1"}, "seconds must be a number"),
        ({"seconds": -0.5}, "seconds"),
        ({"seconds": math.nan}, "seconds"),
        ({"seconds": math.inf}, "seconds"),
        ({"more": 1}, "state, figures, reason, seconds"),
    ],
)
def test_an_ill_typed_report_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_report(report(**changes))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00",
        b"null",
        b"[]",
        b"{}",
        b'{"number": 1}',
        b'{"number": 1, "outcome": []}',
        b'{"number": 1, "outcome": {}}',
        b"[" * 100_000,
        b'{"number": 1, "outcome": ' + b'{"a":' * 50_000,
        b'{"number": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda content: content[:30].decode(errors="replace"),
)
def test_what_is_no_report_at_all_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        read_report(content)


def test_a_hello_is_read_or_refused() -> None:
    assert read_hello(b'{"settings": {"a": 1}, "joins": false}') == Hello({"a": 1}, False)
    for content in (
        b'{"settings": {}}',
        b'{"settings": {}, "joins": 1}',
        b'{"settings": [], "joins": true}',
        b'{"settings": null, "joins": true}',
        b'{"settings": {}, "joins": true, "more": 1}',
    ):
        with pytest.raises(ValueError):
            read_hello(content)


def test_names_of_workers() -> None:
    assert read_worker("box/1-ab é") == "box/1-ab é"
    assert read_worker("x" * 200) == "x" * 200
    for name in ("", "x" * 201, "a\nb", "\x1b[2J", None, b"a"):
        with pytest.raises(ValueError, match="name its worker"):
            read_worker(name)


def test_numbers_of_trials_and_epochs() -> None:
    assert [read_number(name) for name in ("0", "0007", "123456789")] == [0, 7, 123456789]
    for name in ("", "-1", "1.0", "abc", "1" * 10, "٣", " 1", "1\n"):
        with pytest.raises(ValueError):
            read_number(name)
    assert [read_epoch(step) for step in (1, 2**40)] == [1, 2**40]
    for step in (0, -1):
        with pytest.raises(ValueError, match=f"from 1, not {step}"):
            read_epoch(step)
    assert read_figures({}) == {}
