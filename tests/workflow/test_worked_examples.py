"""Whether examples travel with a bundle, from which split, and that little is written."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import kerasapps
from kerasapps.data import load_texts
from kerasapps.deploy.worked import EXAMPLES_FILE
from kerasapps.workflow import worked_examples as module
from kerasapps.workflow.worked_examples import (
    MOST_BYTES,
    open_split,
    tell_examples,
    with_examples,
    write_examples,
)


def test_what_is_judged_on_is_never_given_away() -> None:
    splits = load_texts("builtin:reviews")
    assert open_split(splits) == ("validation", splits.validation)
    untested = dataclasses.replace(splits, test=splits.validation)
    assert open_split(untested) == ("training", splits.train)


@pytest.mark.parametrize(("export", "wanted"), [({}, True), ({"examples": False}, False)])
def test_older_bundles_do_not_object(export: dict[str, bool], wanted: bool) -> None:
    assert with_examples({"export": export}) is wanted


def test_large_examples_are_fewer() -> None:
    worked = [{"input": "x" * 20_000} for _ in range(5)]
    text = module._within(worked, "validation")
    assert len(text.encode()) <= MOST_BYTES and len(json.loads(text)["examples"]) == 2
    assert len(json.loads(module._within([{"input": "x" * 10**6}], "training"))["examples"]) == 1


def test_the_terminal_and_the_report_say_that_they_are_in_the_bundle(
    trained: kerasapps.RecipeResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_examples(tmp_path)
    assert not capsys.readouterr().err
    tell_examples(trained.bundle_dir)
    told = capsys.readouterr().err
    assert "ExportConfig.examples=False" in told and EXAMPLES_FILE in told
    report = (trained.bundle_dir / "report.html").read_text(encoding="utf-8")
    assert "5 of the validation data, with the answers of each file" in report


def test_what_an_interpreter_prints_is_not_seen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def load(manifest: Any, *_: object, **__: object) -> Any:
        assert manifest.answer == {"said": "of the network"}
        os.write(2, b"INFO: a delegate was made")
        return SimpleNamespace(worked=lambda raw: ({"ids": [1]}, {"label": raw}))

    judged: Any = "of the network"
    task: Any = SimpleNamespace(name="a task", finished=SimpleNamespace(load=load))
    artifact: Any = SimpleNamespace(name="int8", passed=True, path=Path("model.tflite"))
    judging: Any = SimpleNamespace(
        splits=load_texts("builtin:reviews"),
        spec={},
        preprocessing={},
        answering=lambda judged: {"said": judged},
        samples=lambda examples, folder: [SimpleNamespace(shown="good", raw="good")],
    )
    assert "1 of the validation data" in write_examples(
        task, judged, judging, [artifact], tmp_path, settings={}
    )
    assert json.loads((tmp_path / EXAMPLES_FILE).read_text())["examples"][0]["answers"]
    assert not capfd.readouterr().err
