"""Who may import whom, read from the source of every module."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = {
    "cli",
    "config",
    "data",
    "decoding",
    "deploy",
    "doctor",
    "errors",
    "evaluation",
    "export",
    "layers",
    "models",
    "outputs",
    "preprocess",
    "recipes",
    "training",
    "tuning",
    "workflow",
}
HEAVY = {"tensorflow", "keras", "keras_hub", "keras_tuner", "tensorflow_datasets"}

# place → what it must not import, at any depth of the file
FORBIDDEN = {
    "config": OURS - {"config", "errors"} | HEAVY,
    "errors": OURS | HEAVY,
    "layers": OURS - {"errors", "layers"},
    "models": OURS - {"config", "errors", "layers", "models"},
    "data": OURS - {"config", "data", "errors"} | {"keras", "keras_hub", "keras_tuner"},
    "decoding": OURS - {"config", "decoding", "deploy", "errors", "models"},
    "preprocess": {
        "decoding",
        "models",
        "training",
        "export",
        "evaluation",
        "outputs",
        "recipes",
        "workflow",
        "deploy",
        "keras",
    },
    "training": {
        "decoding",
        "outputs",
        "recipes",
        "workflow",
        "models",
        "data",
        "preprocess",
        "export",
        "evaluation",
        "cli",
    },
    "evaluation": OURS - {"config", "errors", "evaluation"} | HEAVY,
    "export": {"training", "tuning", "outputs", "recipes", "workflow", "models", "data"}
    | {"evaluation", "cli"},
    "deploy": HEAVY
    | {"decoding", "training", "outputs", "recipes", "workflow", "models", "export"}
    | {"evaluation", "layers", "cli"},
    "tuning": OURS - {"config", "errors", "tuning"},
    "recipes": {"cli"},
    "outputs": {"cli"},
    "workflow": {"cli"},
}


def modules() -> list[Path]:
    return [*(ROOT / "kerasapps").rglob("*.py"), *(ROOT / "recipes").rglob("*.py")]


def place_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "kerasapps" else parts[0]


def imported(file: Path) -> set[str]:
    """Top-level names of other packages, and of our own the part behind `kerasapps.`."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            found.add(parts[1] if parts[0] == "kerasapps" and len(parts) > 1 else parts[0])
    return found


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(ROOT)))
def test_layer_rule(file: Path) -> None:
    forbidden = FORBIDDEN.get(place_of(file), set())
    assert not imported(file) & forbidden


def test_only_the_command_line_and_the_lazy_names_import_recipes() -> None:
    users = {place_of(file) for file in modules() if "recipes" in imported(file)}
    assert users <= {"cli", "__init__", "outputs", "recipes", "workflow"}


def test_files_stay_small() -> None:
    long = {
        str(file): count
        for file in modules()
        if (count := len(file.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert not long


def test_all_that_is_printed_goes_one_way() -> None:
    """`kerasapps.terminal` makes it harmless; only what another process reads may not pass it."""
    ways = {ROOT / "kerasapps" / name for name in ("terminal.py", "imports.py")}
    for file in set(modules()) - ways:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("print", "Console"), f"{file}:{node.lineno}"
