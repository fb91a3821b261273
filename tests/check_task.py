"""All that a task can do, walked from data to a finished bundle and back, for any task alike."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import shlex
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import kerasapps
from kerasapps.deploy.manifest import read_manifest
from kerasapps.recipes.registry import guess_task
from kerasapps.workflow.options import describe_options, with_values
from kerasapps.workflow.task import Task
from tests.check_bundle import check_bundle
from tests.evaluation.pages import code_of, run_lines
from tests.nursery import NURSERY

SOON = 120.0  # seconds
MODES = ("float32", "int8")
_KILLED = """
import json, sys
from tests.check_task import train
train(*json.loads(sys.argv[1]))
"""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """What a task is walked through with.

    Attributes:
        write_data: leaves tiny data in a new folder; gives what is said as DATA.
        options: field → value, so that a training takes seconds.
        inputs: what `predict` is to answer, by the data's place: as arguments of the command, and
            as one argument of `Bundle.predict`.
        explained: an argument of `explain`, or None where that is refused.
        modes: TFLite files of the training.
        files: name of a file in the lines of a report → what may stand for it, by the data's place.
        beside: names of what a bundle holds for a phone beside the model and `labels.txt`.
    """

    write_data: Callable[[Path], Path]
    options: Mapping[str, Any]
    inputs: Callable[[Path], tuple[list[str], Any]]
    explained: Callable[[Path], str] | None
    modes: tuple[str, ...] = MODES
    files: Callable[[Path], Mapping[str, Path]] = lambda data: {}
    beside: frozenset[str] = frozenset()


class Scene:
    """A walk under way.

    Args:
        task: what is walked.
        walk: with what.
        folder: to write in.
        run: the command line in this process; see `run_here`.
    """

    def __init__(self, task: Task, walk: Walk, *, folder: Path, run: Callable[..., Any]) -> None:
        self.task, self.walk, self.folder = task, walk, folder
        self.data = walk.write_data(folder / "data")
        self.bundle = folder / "run" / "bundle"
        self._run = run

    def command(self, *arguments: Any, status: int = 0) -> Any:
        """What a command prints with `--json`: one object, and nothing else on standard output."""
        ended = self._run(*arguments, "--json")
        assert ended.returncode == status, ended.stderr
        return json.loads(ended.stdout)

    @property
    def flags(self) -> list[str]:
        """The options as the command line has them, with the files that are made."""
        modes = [part for mode in self.walk.modes for part in ("--quantization", mode)]
        options = [part for item in self.walk.options.items() for part in _flag(*item)]
        return [*options, *modes, "--no-saved-model", "--tolerance", "100"]


def check_task(
    task: Task, walk: Walk, *, folder: Path, run: Callable[..., Any], kill: bool = True
) -> None:
    """Data → check → train → predict → evaluate → explain → benchmark → export.

    Each step is asked on the command line with `--json` and in Python, and both must agree.

    Args:
        task: what is walked.
        walk: with what.
        folder: to write in.
        run: the command line in this process; see `run_here`.
        kill: whether a training like the first one is killed and resumed in the end.
    """
    scene = Scene(task, walk, folder=folder, run=run)
    name = task.name.replace("_", "-")
    assert scene.command("check", scene.data, "--task", name)["errors"] == []
    assert guess_task(str(scene.data)) is task
    result = scene.command("train", name, scene.data, "--output-dir", folder / "run", *scene.flags)
    assert [each["name"] for each in result["artifacts"]] == list(walk.modes)
    assert all(each["passed"] for each in result["artifacts"])
    metric = task.answer_of(read_manifest(scene.bundle)).metric
    assert metric.share(result["metrics"]) >= 0
    check_bundle(
        scene.bundle,
        labels=tuple(result["labels"]),
        artifacts=set(walk.modes),
        beside=walk.beside,
    )
    _check_report(scene)
    _check_predictions(scene)
    _check_figures(scene)
    _check_explanation(scene)
    _check_timing(scene)
    _check_export(scene)
    if kill:
        _check_kill(scene)


def _check_report(scene: Scene) -> None:
    """The report's lines do what they say, and name the command that was given."""
    page = ElementTree.parse(scene.bundle / "report.html").getroot()
    *lines, made = code_of(page)
    typed = shlex.split(made)
    assert typed[:4] == ["kerasapps", "train", scene.task.name.replace("_", "-"), str(scene.data)]
    usual = {k: v for config in scene.task.defaults.values() for k, v in vars(config).items()}
    for name, value in scene.walk.options.items():
        assert (f"--{name.replace('_', '-')}" in typed) is (value != usual[name]), name
    for name, file in scene.walk.files(scene.data).items():
        shutil.copyfile(file, scene.folder / name)
    with contextlib.chdir(scene.folder):
        for command in lines[0].splitlines():
            program, verb, *arguments = shlex.split(command)
            if program == "kerasapps" and verb in ("predict", "explain"):
                scene.command(verb, *arguments)
    for code in lines[1:]:
        assert run_lines(code, scene.folder).strip()


def _check_predictions(scene: Scene) -> None:
    arguments, inputs = scene.walk.inputs(scene.data)
    rows = scene.command("predict", scene.bundle, *arguments)["predictions"]
    answers = kerasapps.load_bundle(scene.bundle).predict(inputs)
    assert len(rows) == len(answers) > 0
    for row, answer in zip(rows, answers, strict=True):
        row.pop(next(iter(row)))  # the input
        said = json.loads(json.dumps(vars(answer), default=vars))
        assert _shared(said, row) and _shared(said, row) == _shared(row, said)


def _shared(values: Any, others: Any) -> Any:
    """What stands in values under the names that others have too, at any depth."""
    if not isinstance(values, dict) or not isinstance(others, dict):
        return values
    return {name: _shared(each, others[name]) for name, each in values.items() if name in others}


def _check_figures(scene: Scene) -> None:
    printed = scene.command("evaluate", scene.bundle, scene.data, "--artifact", "float32")
    figures = kerasapps.evaluate_bundle(scene.bundle, scene.data, artifact="float32")
    assert printed["metrics"] == json.loads(json.dumps(figures.to_dict()))
    shown = figures.shown()
    assert shown.title and len(shown.columns) > 1
    assert all(len(row) == len(shown.columns) for row in shown.rows)
    with pytest.raises(kerasapps.BundleError, match="none"):
        kerasapps.evaluate_bundle(scene.bundle, scene.data, artifact="none")


def _check_explanation(scene: Scene) -> None:
    if scene.walk.explained is None:
        with pytest.raises(kerasapps.BundleError) as refused:
            kerasapps.explain_text(scene.bundle, "anything")
        printed = scene.command("explain", scene.bundle, "anything", status=1)
        assert printed["error"] == str(refused.value)
        return
    asked = scene.walk.explained(scene.data)
    explained = kerasapps.explain_text(scene.bundle, asked)
    assert scene.command("explain", scene.bundle, asked) == json.loads(
        json.dumps(explained.to_dict())
    )
    assert explained.shown().rows


def _check_timing(scene: Scene) -> None:
    timed = scene.command("benchmark", scene.bundle, "--quick")["artifacts"]
    assert set(timed) == set(scene.walk.modes)
    for each in timed.values():
        assert 0 < each["latency_ms"] <= each["latency_p95_ms"] < 10_000
        assert each["size_bytes"] > 0 and each["peak_memory_mb"] > 0
        assert each["load_ms"] > each["latency_ms"] and each["per_second"] is None


def _check_export(scene: Scene) -> None:
    """A file of another runtime is added, of which no phone knows, and answers as the others."""
    before = read_manifest(scene.bundle)
    (added,) = scene.command("export", scene.bundle, "--quantization", "onnx")["artifacts"]
    assert (added["name"], added["passed"], added["agreement"]) == ("onnx", True, 1.0)
    after = read_manifest(scene.bundle)
    modes = {*scene.walk.modes, "onnx"}
    check_bundle(scene.bundle, labels=after.labels, artifacts=modes, beside=scene.walk.beside)
    assert (after.task, after.metrics) == (before.task, before.metrics)
    asked = scene.walk.inputs(scene.data)[1]
    assert "onnx" not in kerasapps.load_bundle(scene.bundle).artifact  # it is never the default
    answers = [
        str(kerasapps.load_bundle(scene.bundle, name).predict(asked))
        for name in ("onnx", "float32")
    ]
    assert _rounded(answers[0]) == _rounded(answers[1])


def _rounded(answers: str) -> str:
    return re.sub(r"\d+\.\d+(e-\d+)?", lambda number: f"{float(number[0]):.3f}", answers)


def _check_kill(scene: Scene) -> None:
    """A training that was killed ends as the one that was not, epoch by epoch."""
    folder = scene.folder / "killed"
    call = [scene.task.package, str(scene.data), str(folder), dict(scene.walk.options)]
    process = NURSERY.start(["-c", _KILLED, json.dumps(call)])
    checkpoint = folder / "work" / "training" / "checkpoint.npz"
    deadline = time.monotonic() + SOON
    while not checkpoint.exists():
        assert time.monotonic() < deadline, process.printed()
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (folder / "bundle").exists()
    began = checkpoint.stat().st_mtime_ns
    result = train(*call)
    assert began and result.task == scene.task.name
    whole, resumed = read_manifest(scene.bundle).history, read_manifest(folder).history
    assert [_figures(row) for row in resumed["rows"]] == [_figures(row) for row in whole["rows"]]
    assert resumed["best_epoch"] == whole["best_epoch"]
    assert not (folder / "work").exists()


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: pytest.approx(value, rel=1e-4) if isinstance(value, float) else value
        for name, value in row.items()
        if name != "seconds"
    }


def train(
    package: str, data: str, folder: str, values: Mapping[str, Any]
) -> kerasapps.RecipeResult:
    """Trains by a task's own function, as Python's users do.

    Args:
        package: of the task.
        data: as given.
        folder: of the run.
        values: field → value.
    """
    module = importlib.import_module(f"{package}.task")
    recipe = next(value for name, value in vars(module).items() if name.startswith("train_"))
    quantization = {"quantization": ("float32",), "saved_model": False, "tolerance": 100.0}
    options = with_values(module.TASK.defaults, {**values, **quantization})
    assert describe_options(options)
    result: kerasapps.RecipeResult = recipe(data, output_dir=folder, **options)
    return result


def _flag(name: str, value: Any) -> list[str]:
    flag = name.replace("_", "-")
    if isinstance(value, tuple):
        return [part for each in value for part in (f"--{flag}", str(each))]
    if isinstance(value, bool):
        return [f"--{flag}" if value else f"--no-{flag}"]
    return [f"--{flag}", str(value)]
