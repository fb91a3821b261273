"""Runs the scripts of `examples/`, in a process of their own or in this one."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest import mock

EXAMPLES = Path(__file__).parents[2] / "examples"
_WITHOUT = "import sys; sys.modules.update(dict.fromkeys(['kerasapps', 'tensorflow', 'keras'])); "
_RUN = "import runpy; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"


def run_script(name: str, *arguments: str | Path) -> list[str]:
    """The lines that a script prints in a process that can import none of ours."""
    command = [sys.executable, "-c", _WITHOUT + _RUN, EXAMPLES / f"{name}.py", *arguments]
    ended = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def functions_of(name: str, bundle: Path) -> dict[str, Any]:
    """What a script defines, read in this process, for a bundle."""
    with mock.patch.object(sys, "argv", [name, str(bundle), "--check"]):
        return runpy.run_path(str(EXAMPLES / f"{name}.py"))


def plain_bundle(
    folder: Path,
    preprocessing: Mapping[str, Any],
    *,
    answer: Mapping[str, Any] = MappingProxyType({"kind": "classes"}),
    labels: Sequence[str] = (),
) -> Path:
    """A folder that says how inputs are prepared and holds nothing that answers."""
    folder.mkdir(exist_ok=True)
    said: dict[str, Any] = {
        "preprocessing": preprocessing,
        "answer": dict(answer),
        "labels": list(labels),
        "artifacts": [],
    }
    (folder / "bundle.json").write_text(json.dumps(said), encoding="utf-8")
    (folder / "examples.json").write_text('{"examples": []}', encoding="utf-8")
    return folder


def check_labels(lines: Sequence[str], expected: Sequence[tuple[str, float]]) -> None:
    """What a script printed is label and score of each input."""
    assert len(lines) == len(expected)
    for line, (label, score) in zip(lines, expected, strict=True):
        said, figure, *_ = line.split("\t")
        assert said == label and abs(float(figure) - score) < 1e-5


def check_agrees(name: str, bundle: str | Path) -> bool:
    """Whether a script says of each example of a bundle that it answers it alike."""
    lines = run_script(name, bundle, "--check")
    known = json.loads((Path(bundle) / "examples.json").read_text(encoding="utf-8"))["examples"]
    return len(lines) == len(known) > 0 and all(line.startswith("agrees\t") for line in lines)
