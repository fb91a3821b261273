"""Commands that use a finished bundle: what they ask for and what they print of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import kerasapps
from kerasapps.config import ExportConfig
from kerasapps.deploy import manifest as manifests
from kerasapps.export.artifact import Artifact
from kerasapps.outputs.classes.metrics import classification_metrics
from kerasapps.outputs.classes.words import WordWeight
from kerasapps.recipes.registry import TASKS
from kerasapps.recipes.translation.metrics import translation_metrics
from tests.cli.calls import command

__all__ = ["command"]  # a fixture

FIGURES = classification_metrics(np.array([0, 1, 1]), np.eye(2)[[0, 1, 0]], names=["a", "b"])
ARTIFACT = Artifact(
    name="int8",
    path=Path("m.tflite"),
    size_bytes=1_500_000,
    metric=0.9,
    delta=-1.0,
    agreement=0.95,
    latency_ms=1.0,
    latency_p95_ms=2.0,
    peak_memory_mb=30.0,
    passed=True,
)


def test_evaluate_asks_for_what_was_typed(command) -> None:
    ended = command("evaluate", "run", "data", function="evaluate_bundle", result=FIGURES)
    assert ended.status == 0 and "Accuracy 66.67 %" in ended.out
    assert ended.arguments == (Path("run"), "data")
    assert ended.options == {"artifact": None, "max_broken": 0.05}
    options = {
        "image_column": "i", "text_column": "t", "label_column": "l", "unknown_classes": "skip",
        "source_column": "s", "target_column": "u", "source_language": "en",
        "target_language": "de", "beam": 3, "artifact": "int8", "max_broken": 0.5,
        "encoding": "cp1252",
    }  # fmt: skip
    line = [
        each
        for name, value in options.items()
        for each in (f"--{name.replace('_', '-')}", str(value))
    ]
    files = ("--source", "a.en", "--target", "a.de")
    ended = command(
        "evaluate", "run", *files, *line, "--json", function="evaluate_bundle", result=FIGURES
    )
    assert ended.arguments == (Path("run"), ("a.en", "a.de")) and ended.options == options
    assert ended.json == {"metrics": FIGURES.to_dict()}


def test_evaluate_of_a_translator(command) -> None:
    figures = translation_metrics(
        ["ja ja ja ja"], sources=["yes"], references=["ja ja ja ja"], beam=4
    )
    ended = command("evaluate", "run", "data", function="evaluate_bundle", result=figures)
    assert "BLEU 100.00 (beam 4), in lower case 100.00, chrF 100.00" in ended.out


def test_explain(command) -> None:
    words = (WordWeight("good", 0, 0.25), WordWeight("bad", 5, -0.5))
    explanation = kerasapps.Explanation("good bad", "pos", 0.75, words)
    ended = command("explain", "run", "good bad", function="explain_bundle", result=explanation)
    assert ended.arguments == (Path("run"), "good bad")
    assert ended.options == {"label": None, "artifact": None}
    assert ended.out.startswith("good bad\npos 75.0%\n")
    options = ("--label", "pos", "--artifact", "int8", "--json")
    ended = command("explain", "run", "x", *options, function="explain_bundle", result=explanation)
    assert ended.options == {"label": "pos", "artifact": "int8"}
    assert ended.json["words"][1] == {"word": "bad", "start": 5, "weight": -0.5}


@pytest.mark.parametrize(
    ("passed", "examples", "split"),
    [(True, {"test": 5}, "test"), (False, {"test": 0}, "validation"), (True, {}, "test")],
)
def test_export(command, monkeypatch, passed: bool, examples: dict[str, int], split: str) -> None:
    manifest = SimpleNamespace(
        data=SimpleNamespace(get=lambda name, default: examples), folder=Path("run/bundle")
    )
    monkeypatch.setattr(manifests, "read_manifest", lambda folder: manifest)
    (answer,) = TASKS["image_classification"].answers
    task = SimpleNamespace(answer_of=lambda manifest: answer, package="task")
    monkeypatch.setattr("kerasapps.cli.bundles.task_of", lambda manifest: task)
    started = list[str]()
    monkeypatch.setattr(
        "kerasapps.cli.bundles.start_tensorflow", lambda *, then: started.extend(then)
    )
    artifact = dataclasses.replace(ARTIFACT, passed=passed, reason="" if passed else "too bad")
    line = ("export", "run", "--quantization", "int8", "--quantization", "float16")
    ended = command(*line, function="export_bundle", result=[artifact])
    assert ended.status == (0 if passed else 1)
    assert {"task.train", "kerasapps.workflow.documents"} <= set(started), "what takes seconds"
    assert ended.arguments == (Path("run"), None)
    expected = ExportConfig(quantization=("int8", "float16"), saved_model=False)
    assert ended.options == {"export": expected, "code": ()}
    assert ended.out.startswith(f"Verified on the {split} split")
    assert ended.out.endswith("Bundle: run/bundle\n")
    assert ("int8: too bad" in ended.out) is not passed
    ended = command(*line, "--data", "d", "--json", function="export_bundle", result=[artifact])
    assert ended.arguments == (Path("run"), "d") and ended.json["artifacts"][0]["name"] == "int8"
    assert ended.json["bundle_dir"] == "run/bundle"
    files = ("--source", "a.en", "--target", "a.de", "--saved-model")
    ended = command(*line, *files, function="export_bundle", result=[artifact])
    assert ended.arguments[1] == ("a.en", "a.de") and ended.options["export"].saved_model


def test_export_is_told_the_files_of_layers(command, tmp_path: Path) -> None:
    gone = command("export", "run", "--code", tmp_path / "n.py", function="export_bundle", result=0)
    assert gone.status == 2 and f"--code: {tmp_path / 'n.py'} is no Python file" in gone.err


def test_benchmark(command) -> None:
    timed = dataclasses.make_dataclass(
        "Timed", ["size_bytes", "latency_ms", "latency_p95_ms", "peak_memory_mb"]
    )
    timed_files = {
        "int8": timed(1_234_567, 1.23456, 2.0, 33.33),
        "float32": timed(None, 5.0, 6.0, 7.0),
    }
    ended = command("benchmark", "run", function="benchmark_bundle", result=timed_files)
    assert ended.arguments == (Path("run"),)
    assert ended.options == {"artifacts": (), "threads": 1} and ended.status == 0
    title, _, header, _, *rows, _ = ended.out.splitlines()
    assert title == "Batch 1, 1 thread"
    cells = [[each.strip() for each in row.strip("│┃ ").split("│")] for row in rows]
    assert [each.strip() for each in header.strip("┃").split("┃")] == [
        "artifact", "size", "p50", "p95", "memory",
    ]  # fmt: skip
    assert cells == [
        ["int8", "1.23 MB", "1.23 ms", "2.00 ms", "33.3 MB"],
        ["float32", "–", "5.00 ms", "6.00 ms", "7.00 MB"],
    ]
    options = ("--artifact", "a", "--artifact", "b", "--threads", "2", "--json")
    ended = command("benchmark", "run", *options, function="benchmark_bundle", result=timed_files)
    assert ended.options == {"artifacts": ["a", "b"], "threads": 2}
    assert ended.json["threads"] == 2 and ended.json["artifacts"]["int8"]["latency_ms"] == 1.23456


def test_what_goes_wrong_is_one_message(command) -> None:
    error = kerasapps.BundleError("run: no bundle")
    for line, function in (
        (("evaluate", "run", "d"), "evaluate_bundle"),
        (("benchmark", "run"), "benchmark_bundle"),
    ):
        ended = command(*line, function=function, result=error)
        assert (ended.status, ended.out, ended.err) == (1, "", "error: run: no bundle\n")
