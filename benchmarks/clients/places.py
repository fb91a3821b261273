"""Where this machine has what clients need: Pythons with packages, npm's modules, programs.

`make clients` puts a Python with the packages of the extra `clients` into `build/clients/venv` and
npm's modules into `build/clients/node_modules`. CLIENTS_PYTHON (several, as in PATH) and
CLIENTS_NODE_MODULES name others.
"""

from __future__ import annotations

import functools
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "clients"
HINT = "run `make clients` with a network"


@functools.cache
def python_with(*modules: str, without: str | None = None) -> Path | None:
    """A Python that can import all of these, by the list above, this one last.

    Args:
        modules: by name.
        without: a module that it must not have.
    """
    given = os.environ.get("CLIENTS_PYTHON", "").split(os.pathsep)
    lacks = f" and u.find_spec({without!r}) is None" if without else ""
    has = f"all(map(u.find_spec, {modules!r})){lacks}"
    code = f"import importlib.util as u, sys; sys.exit(not ({has}))"
    for python in (*filter(None, given), str(BUILD / "venv" / "bin" / "python"), sys.executable):
        if Path(python).is_file() and _runs(python, code):
            return Path(python)
    return None


def no_python_with(*modules: str, without: str | None = None) -> str:
    """Why there is no such Python; empty if there is one."""
    if python_with(*modules, without=without) is not None:
        return ""
    lacks = f", and no {without}" if without else ""
    return f"no Python here has {' and '.join(modules)}{lacks}: {HINT}"


def _runs(python: str, code: str) -> bool:
    return subprocess.run([python, "-c", code], check=False).returncode == 0


@functools.cache
def version_in(python: Path | None, package: str) -> str:
    """The version of a package as another Python has it."""
    if python is None:
        return ""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    done = subprocess.run([python, "-c", code], stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.strip()


def version_here(package: str) -> str:
    """Of a package of this Python; empty if it lacks it."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def node_modules() -> Path:
    """Where npm's modules are, or would be."""
    return Path(os.environ.get("CLIENTS_NODE_MODULES") or BUILD / "node_modules")


def no_module(name: str) -> str:
    """Why a module of npm cannot be used; empty if it can."""
    if (node_modules() / name / "package.json").is_file():
        return ""
    return f"npm's {name} is not here: {HINT}"


def version_of_module(name: str) -> str:
    """Of one of npm's modules."""
    file = node_modules() / name / "package.json"
    return str(json.loads(file.read_text())["version"]) if file.is_file() else ""


def chromium() -> str | None:
    """A Chromium to run pages in."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def no_program(name: str) -> str:
    """Why a program cannot be run; empty if it can."""
    if (chromium() if name == "chromium" else shutil.which(name)) is not None:
        return ""
    return f"there is no {name} here: install it (Debian: apt install {name})"
