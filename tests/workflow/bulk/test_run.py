"""Any number of inputs become one table: in order, by any number of processes, and resumable."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kerasapps.deploy.lock import hold
from kerasapps.errors import ConfigError, DataError, OutputError
from kerasapps.process.workers import WorkerLostError
from kerasapps.workflow.bulk import partial, run
from kerasapps.workflow.bulk.answering import write_chunk
from kerasapps.workflow.bulk.feed import Feed, Item, Part, part_of_values
from kerasapps.workflow.bulk.run import Answered, answer_into, more_problems
from kerasapps.workflow.bulk.table import check_target
from tests.full_disk import file_limit
from tests.workflow.bulk.counting import counting

TEXTS = [f"word{number} and more" for number in range(200)]


def answered(target: Path, texts: Any, jobs: int | None = 1, **more: Any) -> Answered:
    feed = texts if isinstance(texts, Feed) else fed(texts)
    made_of = {"another bundle": "a", **more}
    return answer_into(
        target, feed=feed, answers=counting(), load=counting, made_of=made_of, jobs=jobs
    )


def fed(texts: Any) -> Feed:
    return Feed([part_of_values(texts, kind="text", noun="text")])


def stopped(
    texts: list[str], after: int, kind: Callable[[str], BaseException] = KeyboardInterrupt
) -> Feed:
    """Texts of which only the first are read before something ends it all."""

    def items() -> Iterator[Item]:
        for number, text in enumerate(texts):
            if number == after:
                raise kind("here")
            yield Item(f"text {number + 1}", text)

    return Feed([Part(identity="texts of a program", columns=("text",), items=items)])


def test_what_cannot_be_read_is_not_told_as_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"^here$"):
        answered(tmp_path / "out.csv", stopped(TEXTS, 5, kind=OSError))


def test_processes_write_what_one_writes(tmp_path: Path) -> None:
    texts = ["=one", "broken", "", "two three four five six seven", *TEXTS]
    alone, shared = tmp_path / "alone.csv", tmp_path / "shared.csv"
    result = answered(alone, texts)
    assert alone.read_text().splitlines()[:5] == [
        "text,word,length,error",
        "'=one,'=one,4,",
        "broken,,,text 2: it is broken",
        ",,,",
        "two three four five six seven,two,3,",
    ]
    assert (result.rows, result.failed, result.problems) == (204, 1, ("text 2: it is broken",))
    assert result.notes == (
        "note: text 4 is longer than the model reads: its end was ignored",
        "note: text 3 is blank and has no answer",
        "note: words are counted",
    )
    again = answered(shared, iter(texts), jobs=2)
    assert shared.read_bytes() == alone.read_bytes()
    assert (again.rows, again.problems, again.notes) == (204, result.problems, result.notes)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["alone.csv", "shared.csv"]
    assert again.to_dict()["rows"] == 204 and again.per_second > 0


def test_sigterm_leaves_what_is_whole_and_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, target = tmp_path / "whole.csv", tmp_path / "out.csv"
    ends: list[int] = []
    monkeypatch.setattr(signal, "raise_signal", ends.append)

    def terminate(said: str) -> BaseException:
        os.kill(os.getpid(), signal.SIGTERM)
        return AssertionError(said)

    with pytest.raises(KeyboardInterrupt):
        answered(target, stopped(TEXTS, 100, kind=terminate))
    assert ends == [signal.SIGTERM]
    assert capsys.readouterr().err.endswith("stopped; the same command goes on from here\n")
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "out.csv.partial",
        "out.csv.partial.json",
    ]
    assert answered(target, TEXTS).begun > 0
    answered(whole, TEXTS)
    assert target.read_bytes() == whole.read_bytes()


def test_problems_are_counted_and_the_first_named(tmp_path: Path) -> None:
    result = answered(tmp_path / "a.csv", ["broken"] * 30)
    assert (result.failed, len(result.problems)) == (30, 20)
    assert more_problems(result).startswith("error: 10 more inputs have no answer: the column")
    assert result.notes == ()
    assert more_problems(answered(tmp_path / "b.csv", ["broken"])) == ""
    many = write_chunk([Item("line", "broken")] * 30, answers=counting(), answered=2).findings
    assert (many.failed, len(many.problems)) == (30, 20)


def test_what_answers_are_is_noted_where_there_is_one(tmp_path: Path) -> None:
    (blank,) = answered(tmp_path / "a.csv", [" ", ""]).notes
    assert "blank" in blank
    told = answered(tmp_path / "b.csv", [*TEXTS[:8], "broken"])  # of two chunks
    assert told.notes == ("note: words are counted",)
    eager = dataclasses.replace(counting(), to_blank=True)
    assert write_chunk([Item("line", "")], answers=eager, answered=2).findings.answered == 1


def test_rows_a_second_are_those_of_this_call(tmp_path: Path) -> None:
    rest: dict[str, Any] = {"failed": 0, "problems": (), "notes": ()}
    assert Answered(tmp_path, rows=10, begun=4, seconds=2.0, **rest).per_second == 3.0
    assert Answered(tmp_path, rows=4, begun=4, seconds=0.0, **rest).per_second == 0.0


def test_some_answers_are_more_than_was_known_before(tmp_path: Path) -> None:
    answered(tmp_path / "a.csv", ["one", "a wide b", "broken", "x" * 200_000, *TEXTS])
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert lines[:4] == [
        "text,word,length,word 2,length 2,word 3,length 3,error",
        "one,one,3,,,,,",
        "a wide b,a,1,wide,4,b,1,",
        "broken,,,,,,,text 3: it is broken",
    ]
    assert len(lines) == 205 and [each.name for each in tmp_path.iterdir()] == ["a.csv"]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is told meanwhile."""
    said: list[str] = []
    monkeypatch.setattr(run, "tell", said.append)
    return said


def test_what_was_stopped_goes_on_and_what_was_half_written_is_written_again(
    tmp_path: Path, told: list[str]
) -> None:
    whole, target = tmp_path / "whole.csv", tmp_path / "a.csv"
    answered(whole, TEXTS)
    with pytest.raises(KeyboardInterrupt):
        answered(target, stopped(TEXTS, 100))
    rows = json.loads((tmp_path / "a.csv.partial.json").read_text())["findings"]["rows"]
    assert 0 < rows <= 100 and not target.exists()
    with (tmp_path / "a.csv.partial").open("a") as stream:
        stream.write("half a row, as of what was kil")
    table = partial.PartialTable(target, inputs=["text"], answers=["x"], count=1, made_of={})
    with pytest.raises(KeyboardInterrupt), table:
        raise KeyboardInterrupt  # before what is there was looked at
    result = answered(target, stopped(TEXTS, 1000))
    assert target.read_bytes() == whole.read_bytes()
    assert (result.begun, result.rows) == (rows, len(TEXTS))
    assert told == [f"{rows} rows of {target} are there already: it goes on from there"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.csv", "whole.csv"]


@pytest.mark.parametrize(
    ("begin", "after", "words"),
    [
        ({"another bundle": "b"}, TEXTS, "another bundle"),
        ({"other options": 2}, TEXTS, "other options"),
        ({}, ["other", *TEXTS], "other data"),
        ({}, TEXTS[:3], "other data"),
    ],
)
def test_what_is_made_of_something_else_is_begun_anew(
    tmp_path: Path, told: list[str], begin: dict[str, Any], after: list[str], words: str
) -> None:
    target = tmp_path / "a.csv"
    usual = {"other options": 1}
    with pytest.raises(KeyboardInterrupt):
        answered(target, stopped(TEXTS, 100), **{**usual, **begin})
    assert answered(target, stopped(after, 1000), **usual).begun == 0
    assert len(target.read_text().splitlines()) == len(after) + 1
    assert told == [f"{target} is made anew: what was begun there is of {words}"]


def test_what_was_begun_of_the_same_texts_elsewhere_is_begun_anew(
    tmp_path: Path, told: list[str]
) -> None:
    target = tmp_path / "a.csv"
    with pytest.raises(KeyboardInterrupt):
        answered(target, stopped(TEXTS, 100))
    part = dataclasses.replace(stopped(TEXTS, 1000).parts[0], identity="texts elsewhere")
    assert answered(target, Feed([part])).begun == 0
    assert told == [f"{target} is made anew: what was begun there is of other data"]


@pytest.mark.parametrize("damage", ["rows", "state", "version"])
def test_what_was_begun_and_is_damaged_is_begun_anew(tmp_path: Path, damage: str) -> None:
    whole, target = tmp_path / "whole.csv", tmp_path / "a.csv"
    answered(whole, TEXTS)
    with pytest.raises(KeyboardInterrupt):
        answered(target, stopped(TEXTS, 100))
    rows, state = tmp_path / "a.csv.partial", tmp_path / "a.csv.partial.json"
    if damage == "rows":
        rows.write_bytes(rows.read_bytes()[:-1])
    else:
        values = json.loads(state.read_text())
        state.write_text(json.dumps({**values, "format": 2}) if damage == "version" else "{")
    assert answered(target, stopped(TEXTS, 1000)).begun == 0
    assert target.read_bytes() == whole.read_bytes()


def test_a_process_that_is_lost_says_after_which_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(work: Any, chunks: Any, *, jobs: Any) -> Iterator[Any]:
        yield work(next(chunks))
        raise WorkerLostError("a process was ended")

    monkeypatch.setattr(run, "in_order", lost)
    with pytest.raises(WorkerLostError, match=r"a process was ended, after row 8\. What was"):
        answered(tmp_path / "a.csv", TEXTS)


def test_standard_input_that_is_other_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    with pytest.raises(KeyboardInterrupt):
        answered(target, stopped(TEXTS, 100))
    piped = Part(
        identity="texts of a program",
        columns=("text",),
        items=lambda: [Item("text 1", "other")],
        once=True,
    )
    with pytest.raises(DataError, match=r"other than when a\.csv\.partial was begun: remove"):
        answered(target, Feed([piped]))
    assert (tmp_path / "a.csv.partial").exists()


def test_data_that_end_badly_leave_what_stood_there(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    answered(target, TEXTS[:2])
    before = target.read_bytes()
    with pytest.raises(DataError, match="here"):
        answered(target, stopped(TEXTS, 5, DataError))
    assert target.read_bytes() == before and check_target(target, columns=("word", "length"))
    with pytest.raises(DataError, match="here"):
        answered(tmp_path / "b.csv", stopped(TEXTS, 0, DataError))
    assert not [*tmp_path.glob("b.csv*")]  # of no row nothing is kept


def test_one_process_writes_a_table(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    with (
        hold(tmp_path / ".a.csv.lock"),
        pytest.raises(ConfigError, match=r"another process is writing .*a\.csv: wait"),
    ):
        answered(target, TEXTS)
    assert answered(target, TEXTS).rows == 200


def test_a_full_disk_is_told_and_what_there_is_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    with file_limit(2000), pytest.raises(OutputError, match=r"cannot write .*a\.csv: File too"):
        answered(target, [f"word{number} {'x' * 50}" for number in range(200)])
    assert not target.exists()


def test_how_far_it_is_noted_from_time_to_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partial, "_KEPT_SECONDS", 0.0)
    noted: list[int] = []
    replace: Callable[..., Any] = Path.replace

    def replaced(path: Path, target: Path) -> Any:
        if target.name.endswith(".partial.json"):
            state = json.loads(path.read_text())
            assert (tmp_path / "a.csv.partial").stat().st_size >= state["size"]
            noted.append(state["findings"]["rows"])
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", replaced)
    answered(tmp_path / "a.csv", TEXTS)
    assert noted == sorted(noted) and noted[-1] == len(TEXTS)
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]
