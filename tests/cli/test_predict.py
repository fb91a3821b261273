"""`kerasapps predict` line by line: what goes in as line n comes out as line n."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.cli import predict as predict_module
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.inputs import Input, Inputs
from tests.cli.answering import Labels, Translates
from tests.data.shard_samples import text_records
from tests.shards.shards_made import make_shard
from tests.values import kinds_of, left_open_in


def test_a_classifier_says_which_texts_it_cut(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any]
) -> None:
    long = b"warm soup and good bread " * 60
    ended = run_here("predict", reviewed.bundle_dir, "-", stdin=b"nice\n" + long + b"\n\xfe\nbad\n")
    first, second, third, fourth = ended.stdout.splitlines()
    assert first.startswith("nice: ") and second.startswith("warm soup") and "%" in second
    assert third == "" and fourth.startswith("bad: ")
    assert "line 2 is longer" in ended.stderr and "line 3 is not UTF-8" in ended.stderr

    ended = run_here("predict", reviewed.bundle_dir, "nice", long.decode())
    assert len(ended.stdout.splitlines()) == 2 and ended.returncode == 0
    assert ended.stderr == "note: text 2 is longer than the model reads: its end was ignored\n"


def test_the_json_object_has_a_row_for_each_line(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any]
) -> None:
    long = b"warm soup and good bread " * 60
    ended = run_here("predict", reviewed.bundle_dir, "-", "--json", stdin=b"nice\n\xfe\n" + long)
    answer = json.loads(ended.stdout)
    first, second, third = answer["predictions"]
    assert first["text"] == "nice" and first["truncated"] is False
    assert second == {"text": None, "error": "line 2 is not UTF-8 at byte 1"}
    assert third["truncated"] is True and ended.returncode == 1
    assert answer["errors"] == ["line 2 is not UTF-8 at byte 1"]


def test_shards_are_answered_into_a_table(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    make_shard(tmp_path / "a.tfrecord", text_records(range(3)), name="tfrecord")
    for named in (f"{tmp_path}/a.tfrecord", f"{tmp_path}/*.tfrecord"):
        ended = run_here("predict", reviewed.bundle_dir, named)
        assert ended.returncode == 2 and "names shards, whose examples" in ended.stderr
        assert "--csv FILE" in ended.stderr and ended.stdout == ""
    ended = run_here("predict", reviewed.bundle_dir, named, "--csv", tmp_path / "o.csv", "--json")
    assert ended.returncode == 0 and json.loads(ended.stdout)["rows"] == 3
    ended = run_here("predict", reviewed.bundle_dir, "What is it? A * of five")
    assert ended.returncode == 0 and "%" in ended.stdout


def test_a_list_is_answered_into_a_table(
    trained: kerasapps.RecipeResult, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text("a.png\n")
    ended = run_here("predict", trained.bundle_dir, f"@{tmp_path}/list.txt")
    assert ended.returncode == 2 and "is a list, whose pictures are answered" in ended.stderr
    ended = run_here("predict", trained.bundle_dir, f"@{tmp_path}/none.txt")
    assert "no such file" in ended.stderr and "--csv" not in ended.stderr


@pytest.mark.parametrize(
    ("inputs", "message"),
    [(["-", "more"], "stands alone"), (["more", "-"], "stands alone")],
)
def test_standard_input_stands_alone(
    reviewed: kerasapps.RecipeResult,
    run_here: Callable[..., Any],
    inputs: list[str],
    message: str,
) -> None:
    ended = run_here("predict", reviewed.bundle_dir, *inputs, stdin=b"a\n")
    assert ended.returncode == 2 and message in ended.stderr and ended.stdout == ""


def test_texts_are_written_as_csv(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    table = tmp_path / "out.csv"
    ended = run_here("predict", reviewed.bundle_dir, "-", "--csv", table, stdin=b"=good\n\xfe\n")
    assert ended.returncode == 1 and ended.stdout == f"2 rows in {table}\n"
    first, second, third = table.read_text(encoding="utf-8").splitlines()
    assert first.startswith("text,label,score,") and first.endswith(",error")
    assert second.startswith("'=good,")
    assert third.startswith(",,") and third.endswith("line 2 is not UTF-8 at byte 1")


def test_standard_input_is_read_in_its_encoding(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any]
) -> None:
    text = "the naïve café was nice\nit was bad and the entrée was cold\n"
    ended = run_here("predict", reviewed.bundle_dir, "-", stdin=text.encode("cp1252"))
    assert [line.split(":")[0] for line in ended.stdout.splitlines()] == text.splitlines()
    assert ended.stderr == (
        "note: standard input: read as cp1252, as it is not UTF-8; say otherwise with --encoding\n"
    )
    typed = ("predict", reviewed.bundle_dir, "-", "--encoding", "cp850")
    ended = run_here(*typed, stdin=text.encode("cp850"))
    assert [line.split(":")[0] for line in ended.stdout.splitlines()] == text.splitlines()
    ended = run_here("predict", reviewed.bundle_dir, "nice", "--encoding", "cp850")
    assert ended.returncode == 2 and "--encoding is for texts from standard input" in ended.stderr
    ended = run_here("predict", reviewed.bundle_dir, "-", "--encoding", "cp85", stdin=b"a\n")
    assert ended.returncode == 2 and "--encoding 'cp85' is not known. Did you" in ended.stderr


def test_evaluate_reads_another_encoding(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("text,label\nnice café,positive\nbad entrée,negative\n".encode("cp850"))
    ended = run_here("evaluate", reviewed.bundle_dir, path, "--encoding", "cp850")
    assert ended.returncode == 0, ended.stderr
    ended = run_here("evaluate", reviewed.bundle_dir, path, "--encoding", "cp85x")
    assert ended.returncode == 2 and "--encoding 'cp85x' is not known" in ended.stderr
    ended = run_here("check", path, "--encoding", "cp850")
    assert "text in 'text'" in ended.stdout and "UTF-8" not in ended.stdout


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, run_here: Callable[..., Any]) -> Callable[..., Any]:
    """Runs `predict` with a bundle that answers at once; also what was loaded."""

    def run(bundle: Any, *line: Any, stdin: bytes = b"") -> Any:
        loaded: list[Any] = []
        monkeypatch.setattr(
            kerasapps, "load_bundle", lambda *typed: loaded.append(typed) or bundle, raising=False
        )
        ended = run_here("predict", "run", *line, stdin=stdin)
        ended.loaded = loaded
        return ended

    return run


def test_texts_are_answered_in_order_and_broken_ones_named(answer: Callable[..., Any]) -> None:
    bundle = Labels()
    ended = answer(bundle, "one", "broken", "two", "--artifact", "int8", "--top-k", "2")
    assert ended.loaded == [(Path("run"), "int8")]
    assert bundle.asked == [(text, {"top_k": 2}) for text in ("one", "broken", "two")]
    assert ended.returncode == 1
    assert ended.stdout == "one: cat 87.7%, dog 12.3%\ntwo: cat 87.7%, dog 12.3%\n"
    assert ended.stderr.splitlines() == [
        "note: 2 texts are longer than the model reads, their ends were ignored: text 1, text 3",
        "error: it is broken",
    ]
    ended = answer(Labels(), "one")
    assert (ended.returncode, ended.loaded) == (0, [(Path("run"), None)])


def test_the_object_of_arguments_and_of_lines(answer: Callable[..., Any]) -> None:
    right = {"labels": ["cat", "dog"], "scores": [0.8765432, 0.1234568], "truncated": True}
    printed = json.loads(answer(Labels(), "one", "broken", "--json").stdout)
    assert printed == {"predictions": [{"text": "one", **right}], "errors": ["it is broken"]}
    ended = answer(Labels(), "-", "--json", stdin=b"one\nbroken\n\xff\n")
    rows = json.loads(ended.stdout)["predictions"]
    assert rows[:2] == [{"text": "one", **right}, {"text": None, "error": "it is broken"}]
    assert rows[2] == {"text": None, "error": "line 3 is not UTF-8 at byte 1"}


def test_blank_lines_are_said_and_have_no_answer(answer: Callable[..., Any]) -> None:
    bundle = Labels()
    ended = answer(bundle, "-", stdin=b"one\n \n\ntwo\n")
    assert (ended.returncode, [text for text, _ in bundle.asked]) == (0, ["one", "two"])
    assert [line[:4] for line in ended.stdout.splitlines()] == ["one:", "", "", "two:"]
    assert "note: 2 lines are blank and have no answer: line 2, line 3" in ended.stderr
    rows = json.loads(answer(Labels(), "-", "--json", stdin=b"\none\n").stdout)["predictions"]
    assert rows[0] == {"text": "", "error": None} and rows[1]["text"] == "one"


def test_an_empty_text_among_others_is_named(answer: Callable[..., Any]) -> None:
    ended = answer(Labels(), "one", "", "two")
    assert ended.returncode == 1 and len(ended.stdout.splitlines()) == 2
    assert "error: text 2 is empty: give one in quotes" in ended.stderr


def test_lines_are_answered_by_lines(answer: Callable[..., Any]) -> None:
    typed = b"one\nbroken\ntwo\n"
    ended = answer(Translates(), "-", "--beam", "3", "--n-best", "2", stdin=typed)
    assert ended.stdout == "Hallo\tNa  (-1.235)\n\nHallo\tNa  (-1.235)\n"
    bundle = Translates()
    assert answer(bundle, "one").stdout == "Hallo\n  Na  (-1.235)\n"
    assert bundle.asked == [("one", {"beam": None, "n_best": 1})]


def test_a_table_instead(answer: Callable[..., Any], tmp_path: Path) -> None:
    table = tmp_path / "out.csv"
    ended = answer(Translates(), "one", "broken", "--csv", table)
    assert (ended.returncode, ended.stdout) == (1, f"2 rows in {table}\n")
    assert table.read_text().splitlines() == [
        "text,translation,score,translation 2,score 2,error",
        "one,Hallo,-0.25,Na,-1.23457,",
        "broken,,,,,it is broken",
    ]
    printed = json.loads(answer(Translates(), "one", "--csv", table, "--json").stdout)
    assert printed["csv"] == str(table) and len(printed["predictions"]) == 1


@pytest.mark.parametrize(
    ("task", "line", "message"),
    [
        ("image_classification", ("-",), "- reads texts from standard input; this bundle takes"),
        (
            "text_classification",
            ("-", "more"),
            "- reads the texts from standard input and stands alone",
        ),
        ("sentiment", ("x", "--encoding", "cp1252"), "--encoding is for texts from standard input"),
        ("sentiment", ("x", "--beam", "2"), "--beam is not for here: it gives labels"),
        ("sentiment", ("x", "--n-best", "2"), "--n-best is not for here: it gives labels"),
        ("translation", ("x", "--top-k", "2"), "--top-k is not for here: it translates"),
        ("image_classification", ("x", "--encoding", "cp850"), "--encoding is not for here: it"),
    ],
)
def test_what_does_not_go_together(
    answer: Callable[..., Any], task: str, line: tuple[str, ...], message: str
) -> None:
    bundle = Labels(task)
    ended = answer(bundle, *line, stdin=b"x\n")
    assert ended.returncode == 2 and ended.stdout == "" and message in ended.stderr
    assert bundle.asked == []


def test_a_network_of_no_task_is_refused_by_name(answer: Callable[..., Any]) -> None:
    ended = answer(Labels("own"), "nice")
    assert ended.returncode == 1 and "here holds a network of your own" in ended.stderr


def test_pictures_are_asked_for_by_name(answer: Callable[..., Any]) -> None:
    bundle = Labels("image_classification")
    ended = answer(bundle, "a.png", "b.png", "--json")
    rows = json.loads(ended.stdout)["predictions"]
    assert [row["file"] for row in rows] == ["a.png", "b.png"] and "truncated" not in rows[0]
    assert [text for text, _ in bundle.asked] == ["a.png", "b.png"]


def test_rows_are_shown_with_their_answers_beside_them(
    answer: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers(bundle: Any, options: Any) -> Answers:
        rows = [
            Input("row 1", {"age": "3", "name": "a, b"}),
            Input("row 2", {"age": "", "name": "=c"}, "row 2 has no age"),
            Input("row 3", "", "row 3 is cut"),
        ]
        return Answers(
            kind="row",
            gather=lambda arguments: Inputs(inputs=rows, columns=["name", "age"]),
            find=lambda row: f"{row['age']}0",
            lines=lambda row, price: [price],
            values=lambda price: {"price": price},
            columns=("price",),
            cells=lambda price: [price],
            as_table=True,
        )

    monkeypatch.setattr("kerasapps.recipes.text_classification.finished.answers", answers)
    expected = 'name,age,price,error\n"a, b",3,30,\n\'=c,,,row 2 has no age\n,,,row 3 is cut\n'
    ended = answer(Labels(), "rows.csv")
    assert (ended.returncode, ended.stdout) == (1, expected)
    table = tmp_path / "out.csv"
    assert answer(Labels(), "rows.csv", "--csv", table).stdout == f"3 rows in {table}\n"
    assert table.read_text() == expected
    assert answer(Labels(), "rows.csv", "--csv", table).returncode == 1
    shown = json.loads(answer(Labels(), "rows.csv", "--json").stdout)
    assert shown["predictions"] == [{"row": {"age": "3", "name": "a, b"}, "price": "30"}]
    assert shown["errors"] == ["row 2 has no age", "row 3 is cut"]


def test_kinds_of_values() -> None:
    assert kinds_of(predict_module) == {"_Answered": "frozen"}


def test_what_need_not_be_given() -> None:
    assert left_open_in(predict_module) == {"_Answered": {"answer": None, "problem": None}}
