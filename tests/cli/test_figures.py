"""How figures are printed for people."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps.cli.figures import print_artifacts, print_shown
from kerasapps.export.artifact import Artifact
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.metrics import classification_metrics
from kerasapps.outputs.classes.words import WordWeight
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.recipes.translation.metrics import translation_metrics
from kerasapps.terminal import flush_lines


def printed(classes: int, capsys: pytest.CaptureFixture[str]) -> str:
    """What is printed of a classifier that is wrong on the last five classes."""
    truth = np.repeat(np.arange(classes), 2)
    predicted = np.where(truth < classes - 5, truth, 0)
    names = [f"c{number:03d}" for number in range(classes)]
    print_shown(classification_metrics(truth, np.eye(classes)[predicted], names=names).shown())
    flush_lines()
    return capsys.readouterr().out


def test_up_to_30_classes_are_all_printed(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(30, capsys)
    assert all(f"c{number:03d}" in text for number in range(30)) and "lowest F1" not in text


def test_of_more_classes_the_worst_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(77, capsys)
    assert "of 77 classes the 30 with the lowest F1" in " ".join(text.split())
    shown = [number for number in range(77) if f"c{number:03d}" in text]
    assert len(shown) == 30 and set(range(72, 77)) <= set(shown) and 0 in shown
    assert text.index("c076") < text.index("c000") < text.index("c001")


def table(capsys: pytest.CaptureFixture[str]) -> tuple[str, list[list[str]], list[str]]:
    """What stands before a table, its cells by row, and the lines behind it."""
    flush_lines()
    lines = capsys.readouterr().out.splitlines()
    edges = [number for number, line in enumerate(lines) if line and line[0] in "┏└"]
    rows = [line for line in lines[edges[0] : edges[1]] if line[0] in "┃│"]
    cells = [[cell.strip() for cell in line[1:-1].replace("┃", "│").split("│")] for line in rows]
    return "\n".join(lines[: edges[0]]), cells, lines[edges[1] + 1 :]


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
def test_the_keras_model_comes_first_and_translators_have_a_time_a_piece(
    timed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    artifact = dataclasses.replace(ARTIFACT, token_ms=0.456 if timed else None)
    print_artifacts(
        [artifact], metric=TRANSLATIONS.metric, reference=0.5, judged_on="validation"
    )
    title, (header, keras, row), after = table(capsys)
    assert title.startswith("Verified on the validation split") and after == []
    assert keras == ["Keras", "–", "50.00", *["–"] * (6 if timed else 5), "reference"]
    assert header[2] == "BLEU" and row[2] == "98.77"
    assert ("a piece" in header) is timed and ("0.46 ms" in row) is timed
    assert header.index("memory") == (8 if timed else 7)


def test_classes(capsys: pytest.CaptureFixture[str]) -> None:
    truth, predicted = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])
    figures = classification_metrics(truth, np.eye(3)[predicted], names=["a", "b", "c"])
    print_shown(figures.shown())
    title, rows, after = table(capsys)
    assert title == "4 examples" and after == [
        "Accuracy 75.00%, macro F1 0.733, calibration error 0.250"
    ]  # fmt: skip
    assert rows == [
        ["class", "precision", "recall", "F1", "examples"],
        ["a", "1.000", "0.667", "0.800", "3"],
        ["b", "0.500", "1.000", "0.667", "1"],
        ["c", "–", "–", "–", "0"],
    ]


def test_of_many_classes_those_without_examples_come_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    truth = np.arange(31) + 1  # class 0 has none
    figures = classification_metrics(
        truth, np.eye(32)[truth], names=[f"c{number:02d}" for number in range(32)]
    )
    print_shown(figures.shown())
    title, (_, *rows), _ = table(capsys)
    assert title == "31 examples; of 32 classes the 30 with the lowest F1 (--json: all)"
    assert [row[0] for row in rows] == [f"c{number:02d}" for number in range(1, 31)]


def test_lengths(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ja ja ja ja", "Nein nein nein nein nein"]
    found = translation_metrics(
        [words[0], words[1].lower()], sources=["a", "a " * 12], references=words, beam=5
    )
    print_shown(found.shown())
    title, rows, after = table(capsys)
    assert title == "2 sentence pairs"
    assert rows[0] == ["words of the source", "sentences", "BLEU", "length ratio"]
    assert rows[1] == ["1 to 10", "1", "100.00", "1.000"]
    assert rows[3] == ["21 to 30", "0", "–", "–"]
    assert after[0] == (
        f"BLEU {found.bleu:.2f} (beam 5), in lower case 100.00, chrF {found.chrf:.2f}"
    )
    assert after[1:] == [f"BLEU: {found.signature}; chrF: {found.chrf_signature}"]


def words(*weights: float, truncated: bool = False) -> kerasapps.Explanation:
    text = " ".join(f"w{number:02d}" for number in range(len(weights)))
    found = tuple(
        WordWeight(f"w{number:02d}", 4 * number, weight) for number, weight in enumerate(weights)
    )
    return kerasapps.Explanation(text, "pos", 0.875, found, truncated)


def test_the_ten_weightiest_words(capsys: pytest.CaptureFixture[str]) -> None:
    print_shown(words(*(number / 100 for number in range(-6, 7))).shown())
    title, rows, after = table(capsys)
    assert title.splitlines() == [
        " ".join(f"w{number:02d}" for number in range(13)),
        "pos 87.5%",
        "What the probability loses without the word, in points",
    ]
    assert rows[0] == ["word", "points"] and after == []
    assert [row[1] for row in rows[1:]] == [
        "-6.0", "+6.0", "-5.0", "+5.0", "-4.0", "+4.0", "-3.0", "+3.0", "-2.0", "+2.0",
    ]  # fmt: skip


def test_words_that_weigh_nothing_are_not_listed(capsys: pytest.CaptureFixture[str]) -> None:
    print_shown(words(0.0, 0.5, truncated=True).shown())
    title, rows, _ = table(capsys)
    assert rows[1:] == [["w01", "+50.0"]]
    assert title.splitlines()[1:3] == [
        "(the text is longer than the model reads: its end was ignored)", "pos 87.5%",
    ]  # fmt: skip


def test_words_are_coloured_by_what_they_speak_for(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    from kerasapps.cli import figures

    monkeypatch.setattr(figures.SafeConsole, "print", lambda self, text, **_: shown.append(text))
    print_shown(words(1.0, -1.0, 0.5, -0.25, 0.75, 0.0).shown())
    text = shown[0]
    styles = {text.plain[span.start : span.end]: str(span.style) for span in text.spans}
    assert {word: styles.get(word, "") for word in text.plain.split()} == {
        "w00": "green bold", "w01": "red bold", "w02": "green", "w03": "red",
        "w04": "green bold", "w05": "",
    }  # fmt: skip


@pytest.mark.parametrize("truncated", [False, True])
def test_where_a_translator_looked(truncated: bool, capsys: pytest.CaptureFixture[str]) -> None:
    alignment = kerasapps.Alignment(
        "two men go",
        "Zwei Männer",
        ("two", "men", "go", "</s>"),
        ("Zwei", "Männer"),
        ((0.7, 0.1, 0.05, 0.15), (0.2, 0.3, 0.3, 0.2)),
        truncated,
    )
    print_shown(alignment.shown())
    title, rows, _ = table(capsys)
    note = ["(the text is longer than the model reads: its end was ignored)"] * truncated
    assert title.splitlines() == ["Zwei Männer", *note, "Attention of the last layer"]
    assert rows == [
        ["translation", "looked at most", "", ""],
        ["Zwei", "two 70%", "</s> 15%", "men 10%"],
        ["Männer", "men 30%", "go 30%", "two 20%"],
    ]


def test_of_short_sources_less_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    print_shown(kerasapps.Alignment("a", "b", ("a",), ("b",), ((1.0,),)).shown())
    assert table(capsys)[1][1:] == [["b", "a 100%", "", ""]]


@pytest.mark.parametrize(
    ("name", "scores", "line"),
    [
        ("int8", "uint8", "int8: its scores are uint8, in steps of 1/256"),
        ("int8", "float32", "int8: its scores are float32"),
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
