"""The page's modules in Node, which runs JavaScript as browsers do."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kerasapps.targets.web.write import PAGE

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")


def run_node(folder: Path, program: str, given: Any) -> Any:
    """What a program answers to a value.

    Args:
        folder: for a copy of the modules, which the program imports as "./js/…".
        program: body of a module in which `given` is the value and `answer(value)` is called.
        given: plain values.
    """
    shutil.copytree(PAGE / "js", folder / "js", dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    frame = (
        'import {readFileSync as readInput} from "node:fs";\n'
        "const given = JSON.parse(readInput(0, 'utf8'));\n"
        "const answer = (value) => process.stdout.write(JSON.stringify(value));\n"
    )
    (folder / "program.js").write_text(frame + program, encoding="utf-8")
    assert NODE is not None
    ended = subprocess.run(
        [NODE, "program.js"],
        cwd=folder,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert not ended.returncode, ended.stderr
    return json.loads(ended.stdout)
