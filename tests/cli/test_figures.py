"""How figures are printed for people."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from kerasapps.cli import figures
from kerasapps.cli.figures import print_shown
from kerasapps.config.metric import Metric
from kerasapps.evaluation.shown import Shown
from kerasapps.export.artifact import Artifact, ElsewhereFigures
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.terminal.streams import flush_lines
from kerasapps.workflow.judged_files import shown_files, which_to_use


def table(capsys: pytest.CaptureFixture[str]) -> tuple[str, list[list[str]], list[str]]:
    """What stands before a table, its cells by row, and the lines behind it."""
    flush_lines()
    lines = capsys.readouterr().out.splitlines()
    edges = [number for number, line in enumerate(lines) if line and line[0] in "┏└"]
    rows = [line for line in lines[edges[0] : edges[1]] if line[0] in "┃│"]
    cells = [[cell.strip() for cell in line[1:-1].replace("┃", "│").split("│")] for line in rows]
    return "\n".join(lines[: edges[0]]), cells, lines[edges[1] + 1 :]


def print_artifacts(artifacts: list[Artifact], **options: Any) -> None:
    print_shown(shown_files(artifacts, **options))


ARTIFACT = Artifact("int8", Path("m"), 1_234_567, 0.98765, -0.5, 0.99, 1.234, 5.678, 30.06, True)
ACCURACY = CLASSES.metric


def test_files_and_what_became_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = dict.fromkeys(
        ("path", "size_bytes", "metric", "delta", "agreement", "latency_ms", "latency_p95_ms",
         "peak_memory_mb"),
    )  # fmt: skip
    artifacts = [
        dataclasses.replace(ARTIFACT, note="refuses 2"),
        Artifact(name="float16", passed=False, reason="it does not run", **nothing),
        dataclasses.replace(ARTIFACT, name="dynamic", passed=False, reason="lost 3", delta=0.25),
    ]
    print_artifacts(artifacts, metric=ACCURACY)
    title, (header, *rows), after = table(capsys)
    assert title == "Verified on the test split (latency: batch 1, one thread)"
    assert header == [
        "artifact", "size", "accuracy", "change", "agreement", "p50", "p95", "memory", "verdict",
    ]  # fmt: skip
    assert rows == [
        ["int8", "1.23 MB", "98.77 %", "-0.50", "99.00 %", "1.23 ms", "5.68 ms", "30.1 MB",
         "passed"],
        ["float16", *["–"] * 7, "withheld"],
        ["dynamic", "1.23 MB", "98.77 %", "+0.25", "99.00 %", "1.23 ms", "5.68 ms", "30.1 MB",
         "failed, kept"],
    ]  # fmt: skip
    assert after == ["int8: refuses 2", "float16: it does not run", "dynamic: lost 3"]


@pytest.mark.parametrize("timed", [False, True])
def test_what_another_program_prepared_has_a_row_behind_its_file(
    timed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ElsewhereFigures("on a phone", 400, 0.975, -1.25, 0.9825)
    artifact = dataclasses.replace(
        ARTIFACT, elsewhere=other, token_ms=1.0 if timed else None, note="on a phone: beware"
    )
    print_artifacts([artifact, ARTIFACT], metric=ACCURACY)
    _, (header, first, second, third), after = table(capsys)
    assert (first[0], third[0]) == ("int8", "int8") and len(second) == len(header)
    blank = [""] * (5 if timed else 4)
    assert second == ["on a phone", "", "97.50 %", "-1.25", "98.25 %", *blank]
    assert after == ["int8: on a phone: beware"]


def test_a_note_on_several_files_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    notes = {"float32": "a", "float16": "b", "dynamic": "a", "int8": ""}
    artifacts = [dataclasses.replace(ARTIFACT, name=n, note=note) for n, note in notes.items()]
    print_artifacts(artifacts, metric=ACCURACY)
    assert table(capsys)[2] == ["float32, dynamic: a", "float16: b"]


def test_an_error_is_compared_in_per_cent(capsys: pytest.CaptureFixture[str]) -> None:
    error = Metric(name="error", key="e", quality="e", perfect=None, unit=" kg", better="min")
    artifact = dataclasses.replace(ARTIFACT, metric=12.3456, delta=-0.25, agreement=None)
    print_artifacts([artifact], metric=error, reference=12.0)
    _, (_, keras, row), _ = table(capsys)
    assert keras[2] == "12 kg" and row[2:5] == ["12.35 kg", "-0.25 %", "–"]


@pytest.mark.parametrize("timed", [False, True])
def test_the_keras_model_comes_first_and_translators_have_a_time_a_piece(
    timed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = dataclasses.replace(ARTIFACT, token_ms=0.456 if timed else None)
    print_artifacts([artifact], metric=TRANSLATIONS.metric, reference=0.5, judged_on="validation")
    title, (header, keras, row), after = table(capsys)
    assert title.startswith("Verified on the validation split") and after == []
    assert keras == ["Keras", "–", "50.00", *["–"] * (6 if timed else 5), "reference"]
    assert header[2] == "BLEU" and row[2] == "98.77"
    assert ("a piece" in header) is timed and ("0.46 ms" in row) is timed
    assert header.index("memory") == (8 if timed else 7)


@pytest.mark.parametrize(
    ("name", "scores", "line"),
    [
        ("int8", "uint8", "int8: its scores are uint8, in steps of 1/256 (0.4 %)"),
        ("int8", "float32", None),
        ("int8", None, None),
        ("dynamic", "float32", None),
    ],
)
def test_what_an_int8_files_scores_are_is_said(
    name: str, scores: str | None, line: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = dataclasses.replace(Artifact.failed(name, "why"), scores=scores)
    print_artifacts([artifact], metric=ACCURACY)
    flush_lines()
    said = capsys.readouterr().out.splitlines()
    assert f"{name}: why" in said
    assert [each for each in said if "scores are" in each] == ([line] if line else [])


def test_lines_stand_around_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Shown(
        title="Two of them",
        columns=("class", "F1"),
        rows=[["a", "0.500"], ["b", "–"]],
        lead=["before", (("so ", ""), ("good", "green bold"), (" [b] it is", ""))],
        lines=["after"],
    )
    print_shown(shown)
    title, rows, after = table(capsys)
    assert title.splitlines() == ["before", "so good [b] it is", "Two of them"]
    assert rows == [["class", "F1"], ["a", "0.500"], ["b", "–"]] and after == ["after"]


def test_pieces_of_a_line_have_their_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[Any] = []
    monkeypatch.setattr(figures.SafeConsole, "print", lambda self, text, **_: printed.append(text))
    line = (("good", "green bold"), (" or ", ""), ("bad", "red"))
    print_shown(Shown(title="", columns=(), rows=(), lead=[line]))
    text = printed[0]
    styles = {text.plain[span.start : span.end]: str(span.style) for span in text.spans}
    assert text.plain == "good or bad" and styles == {"good": "green bold", "bad": "red"}


def test_which_file_to_use_where() -> None:
    def made(name: str, **changes: Any) -> Artifact:
        path = Path("run") / name
        return dataclasses.replace(ARTIFACT, name=name, path=path, **changes)

    files = [made("float32"), made("dynamic"), made("saved_model"), made("int8", passed=False)]
    figures = "(1.23 MB, accuracy 98.77 %)"
    assert which_to_use(files, metric=ACCURACY) == [
        f"For a phone or a browser use run/dynamic {figures}",
        f"For a server use run/saved_model {figures}",
    ]
    assert which_to_use(files[:2], metric=ACCURACY)[1] == f"For a server use run/float32 {figures}"
    assert which_to_use(files[3:], metric=ACCURACY) == ["No file passed, so there is none to use."]
    assert which_to_use([], metric=ACCURACY) == []
