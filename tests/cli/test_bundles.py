"""Commands that use a finished bundle: what they ask for and what they print of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest

import kerasapps
from kerasapps.config import ExplainConfig, ExportConfig
from kerasapps.deploy import manifest as manifests
from kerasapps.export.artifact import Artifact, Measurement
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
    assert ended.options == {"artifact": None, "max_broken": 0.05, "foreign": None}
    options = {
        "image_column": "i", "text_column": "t", "label_column": "l", "unknown_classes": "skip",
        "source_column": "s", "target_column": "u", "source_language": "en",
        "target_language": "de", "beam": 3, "artifact": "int8", "max_broken": 0.5,
        "encoding": "cp1252", "foreign": "others",
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


def test_evaluate_under_attacks_and_noise(command) -> None:
    ended = command(
        *("evaluate", "run", "data", "--attack", "8/255", "--corruptions"),
        function="evaluate_bundle",
        result=FIGURES,
    )
    assert ended.options["attack"] == "8/255" and ended.options["corruptions"] is True


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
    usual = {"label": None, "target": None, "artifact": None, "explain": ExplainConfig()}
    assert ended.options == usual
    assert ended.out.startswith("good bad\npos 75.0%\n")
    options = ("--label", "pos", "--artifact", "int8", "--method", "occlusion", "--json")
    ended = command("explain", "run", "x", *options, function="explain_bundle", result=explanation)
    how = ExplainConfig(method="occlusion")
    assert ended.options == {**usual, "label": "pos", "artifact": "int8", "explain": how}
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
    answer, *_ = TASKS["image_classification"].answers
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
    timed_files = {
        "int8": Measurement(
            1.23456, 2.0, 33.33, size_bytes=1_234_567, load_ms=12.0, latency_p99_ms=2.5
        ),
        "float32": Measurement(5.0, 6.0, 7.0),
    }
    ended = command("benchmark", "run", function="benchmark_bundle", result=timed_files)
    assert ended.arguments == (Path("run"),)
    assert ended.options == {"artifacts": (), "threads": 1, "quick": False} and ended.status == 0
    title, _, header, _, *rows, _ = ended.out.splitlines()
    assert title == "Batch 1, 1 thread; load: until the first answer"
    cells = [[each.strip() for each in row.strip("│┃ ").split("│")] for row in rows]
    assert [each.strip() for each in header.strip("┃").split("┃")] == [
        "artifact", "size", "load", "p50", "p95", "p99", "memory",
    ]  # fmt: skip
    assert cells == [
        ["int8", "1.23 MB", "12.0 ms", "1.23 ms", "2.00 ms", "2.50 ms", "33.3 MB"],
        ["float32", "–", "–", "5.00 ms", "6.00 ms", "–", "7.00 MB"],
    ]
    options = ("--artifact", "a", "--artifact", "b", "--threads", "2", "--quick", "--json")
    ended = command("benchmark", "run", *options, function="benchmark_bundle", result=timed_files)
    assert ended.options == {"artifacts": ["a", "b"], "threads": 2, "quick": True}
    assert ended.json["threads"] == 2 and ended.json["artifacts"]["int8"]["latency_ms"] == 1.23456


@pytest.mark.parametrize(("floor", "status"), [(0.9, 1), (0.6, 0)])
def test_benchmark_holds_files_to_a_floor_on_data(
    command, monkeypatch, tmp_path: Path, floor: float, status: int
) -> None:
    answer, *_ = TASKS["image_classification"].answers
    manifest = SimpleNamespace(settings={"run": "first & best"})
    monkeypatch.setattr(manifests, "read_manifest", lambda folder: manifest)
    task = SimpleNamespace(answer_of=lambda manifest: answer)
    monkeypatch.setattr("kerasapps.cli.benchmark.task_of", lambda manifest: task)
    asked: list[object] = []
    monkeypatch.setattr(
        kerasapps,
        "evaluate_bundle",
        lambda *given, **options: asked.append((*given, options)) or FIGURES,
        raising=False,
    )
    timed = {name: Measurement(1.0, 2.0, 3.0, load_ms=9225.0) for name in ("int8", "saved_model")}
    monkeypatch.setattr("kerasapps.cli.benchmark.runnable_files", lambda manifest, names: timed)
    page = tmp_path / "pages" / "speed.html"
    line = ("benchmark", "run", "--data", "d", "--label-column", "l", "--floor", floor)
    ended = command(*line, "--report", page, function="benchmark_bundle", result=timed)
    assert ended.status == status and f"Report: {page}" in ended.out
    assert asked == [(Path("run"), "d", {"artifact": "int8", "label_column": "l"})]
    assert "9.22 s" in ended.out or "9.23 s" in ended.out
    assert "66.67 %" in ended.out and ("below 90.00 %" in ended.out) is bool(status)
    root = ElementTree.fromstring(page.read_text("utf-8").partition("\n")[2])
    assert root.findtext(".//h1") == "first & best" and len(root.findall(".//svg")) == 3
    again = command(*line, "--report", page, function="benchmark_bundle", result=timed)
    assert again.status == status
    page.write_text("mine", "utf-8")
    refused = command(*line, "--report", page, function="benchmark_bundle", result=timed)
    assert refused.status == 2 and "speed.html is there and no report of kerasapps" in refused.err
    for wrong in (("--report", "speed.txt"), ("--floor", "95")):
        refused = command(*line, *wrong, function="benchmark_bundle", result=timed)
        assert refused.status == 2 and wrong[0].removeprefix("--") in refused.err
    alone = command("benchmark", "run", "--floor", "0.9", function="benchmark_bundle", result={})
    assert alone.status == 2 and "give it with --data" in alone.err


def test_what_goes_wrong_is_one_message(command) -> None:
    error = kerasapps.BundleError("run: no bundle")
    for line, function in (
        (("evaluate", "run", "d"), "evaluate_bundle"),
        (("benchmark", "run"), "benchmark_bundle"),
    ):
        ended = command(*line, function=function, result=error)
        assert (ended.status, ended.out, ended.err) == (1, "", "error: run: no bundle\n")
