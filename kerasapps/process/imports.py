"""Whether modules really import, found out in a process of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

_MARK = "kerasapps-import:"
_TIMEOUT = 180.0  # seconds for all; a cold disk makes TensorFlow's import slow
_PROGRAM = """
import importlib, json, sys
mark, modules = sys.argv[1], sys.argv[2:]
def say(*values):
    print(mark + json.dumps(values), flush=True)
def detail(name, module):
    if name == "keras":
        return module.backend.backend()
    if name == "tensorflow":
        config = module.config
        names = [config.experimental.get_device_details(gpu).get("device_name", gpu.name)
            for gpu in config.list_physical_devices("GPU")]
        return ", ".join(f"{name} (gpu:{number})" for number, name in enumerate(names))
    return ""
for name in modules:
    say(name, "started", "")
    try:
        say(name, "imported", detail(name, importlib.import_module(name)))
    except BaseException as error:
        say(name, "failed", f"{type(error).__name__}: {error}")
"""


@dataclass(frozen=True)
class ImportResult:
    """The error of an import, None when it went well, and what the module said of itself.

    `detail` is the backend's name for `keras`, the GPUs' names for `tensorflow`, each
    with what `TrainConfig.devices` calls it, else empty.
    """

    error: str | None = None
    detail: str = ""


def try_imports(modules: Sequence[str], *, timeout: float = _TIMEOUT) -> dict[str, ImportResult]:
    """What happens when each module is imported, in this order, by a new interpreter.

    A module whose import kills the interpreter, or is under way when the interpreter's `timeout`
    seconds are over, is an error like any other; a new interpreter tries the modules after it.
    """
    results: dict[str, ImportResult] = {}
    while left := [module for module in modules if module not in results]:
        started, finished, ending = _run(left, timeout)
        results.update(finished)
        if len(finished) < len(left):
            # Without a start the interpreter itself does not come up: blame the first module.
            results[started or left[0]] = ImportResult(ending)
    return results


def _run(modules: Sequence[str], timeout: float) -> tuple[str | None, dict[str, ImportResult], str]:
    """The module begun and not finished, the results of the others, and how the process ended."""
    # -P: a file in the working folder that is named like a module must not stand in for it.
    command = [sys.executable, "-P", "-c", _PROGRAM, _MARK, *modules]
    environment = {"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            env=environment,
            check=False,
        )
        output, ending = done.stdout, _ending(done.returncode)
    except subprocess.TimeoutExpired as late:
        partial = late.stdout or b""
        output = partial.decode(errors="replace") if isinstance(partial, bytes) else partial
        ending = f"the import did not finish in {timeout:g} seconds"
    return _parse(output, ending)


def _parse(output: str, ending: str) -> tuple[str | None, dict[str, ImportResult], str]:
    started: str | None = None
    results: dict[str, ImportResult] = {}
    for line in output.splitlines():
        # Libraries print too, perhaps without a line's end: find the mark anywhere in the line.
        _, mark, message = line.partition(_MARK)
        if not mark:
            continue
        name, event, text = json.loads(message)
        if event == "started":
            started = name
            continue
        started = None
        short = text.strip().splitlines()[0] if text.strip() else ""
        results[name] = (
            ImportResult(error=short) if event == "failed" else ImportResult(detail=short)
        )
    return started, results, ending


def _ending(status: int) -> str:
    if status < 0:
        return f"the interpreter was killed by {signal.Signals(-status).name}"
    return f"the interpreter ended with status {status}"
