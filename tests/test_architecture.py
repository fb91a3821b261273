"""Who may import whom, read from the source of every module."""

from __future__ import annotations

import ast
import functools
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kerasapps.config.metric import Answer
from kerasapps.recipes.registry import ALIASES, TASKS
from kerasapps.workflow.steps import BundleSteps, DataSteps, PlanSteps, TrainingSteps

ROOT = Path(__file__).parent.parent
OURS = {
    "cli",
    "cluster",
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
    "serve",
    "shards",
    "targets",
    "toolkit",
    "training",
    "tuning",
    "workflow",
}
HEAVY = {"tensorflow", "keras", "keras_hub", "keras_tuner", "tensorflow_datasets"}

# What serves every place, from the bottom: each knows those before it.
SERVING = ("wording", "files", "terminal", "process")
STAGES = OURS - {"cli", "doctor", "outputs", "recipes", "serve", "targets", "toolkit", "workflow"}
ABOVE = {"cli", "outputs", "recipes", "serve", "targets", "toolkit", "workflow"}
"""What no stage knows: it is handed the task's values."""

# place → what it must not import, at any depth of the file
FORBIDDEN = {
    "config": OURS - {"config", "errors"} | HEAVY,
    "cluster": OURS - {"cluster", "config", "errors"} | HEAVY,
    "errors": OURS | HEAVY,
    "wording": OURS | HEAVY | set(SERVING) - {"wording"},
    "files": OURS - {"errors"} | HEAVY | {"terminal", "process"},
    "terminal": OURS - {"errors"} | HEAVY | {"files", "process"},
    "process": OURS - {"errors"} | {"keras_hub", "keras_tuner", "tensorflow_datasets"},
    "layers": OURS - {"errors", "layers"},
    "models": OURS - {"config", "errors", "layers", "models"},
    "shards": OURS - {"errors", "shards"} | HEAVY,
    "data": OURS - {"config", "data", "errors", "shards"} | {"keras", "keras_hub", "keras_tuner"},
    "decoding": OURS - {"config", "decoding", "deploy", "errors", "models"},
    "preprocess": ABOVE
    | {"decoding", "models", "training", "export", "evaluation", "deploy", "keras"},
    "training": ABOVE | {"decoding", "models", "data", "preprocess", "export", "evaluation"},
    "evaluation": ABOVE | {"decoding", "models", "data", "preprocess", "export", "training"},
    "export": ABOVE | {"training", "tuning", "models", "data", "evaluation"},
    "deploy": ABOVE | HEAVY | {"decoding", "training", "models", "export", "evaluation", "layers"},
    "serve": HEAVY
    | STAGES - {"config", "data", "deploy", "errors", "preprocess"}
    | {"cli", "recipes", "targets", "toolkit"},
    "targets": OURS - {"config", "deploy", "errors", "preprocess", "targets"} | HEAVY,
    "tuning": OURS - {"config", "errors", "tuning"},
    "workflow": {"cli", "outputs", "recipes", "serve", "targets", "toolkit"},
    "outputs": {"cli", "recipes", "serve", "targets", "toolkit"},
    "toolkit": {"cli", "recipes", "serve", "targets"},
    "recipes": {"cli"},
}
# What one module alone may import of this: augmentation is offered as a layer, too.
ALLOWED = {"kerasapps.preprocess.augment_layer": {"keras"}}
# of a task's folder; `train` and what only that imports may
WITHOUT_TENSORFLOW = (
    "task",
    "data",
    "finished",
    "explain",
    "answer",
    "architectures",
    "choosing",
    "plan",
)


def modules() -> list[Path]:
    return [*(ROOT / "kerasapps").rglob("*.py"), *(ROOT / "recipes").rglob("*.py")]


KNOW_ALL = {
    "kerasapps/__init__.py",
    "kerasapps/config/kinds.py",  # the words of bundle.json, one of which is a task's name
    "kerasapps/saved_classes.py",
    "recipes/__init__.py",
    "recipes/bundles.py",
    "recipes/registry.py",
}


def name_of(file: Path) -> str:
    parts = list(file.relative_to(ROOT).with_suffix("").parts)
    parts = parts if parts[0] == "kerasapps" else ["kerasapps", *parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in modules()}


def answers_of(module: str) -> list[Answer]:
    """The answers that a folder of `outputs` or of a task defines."""
    values = vars(importlib.import_module(f"{module}.answer"))
    return [value for value in values.values() if isinstance(value, Answer)]


def homes_of_metrics() -> dict[str, set[str]]:
    """Name of a metric → the folders that may say it."""
    homes: dict[str, set[str]] = {}
    folders = [name.removesuffix(".answer") for name in MODULES if name.endswith(".answer")]
    for folder in folders:
        for answer in answers_of(folder):
            for metric in (answer.metric, answer.fitted, answer.judged):
                homes.setdefault(metric.quality, set()).add(folder.rpartition(".")[2])
    return homes


def says(name: str) -> re.Pattern[str]:
    """A word, alone or joined to others as in `val_accuracy`."""
    word = re.escape(name).replace("_", "[_-]")
    return re.compile(rf"(?i)(?<![a-z0-9]){word}(?![a-z0-9])")


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


def test_layer_rule() -> None:
    def broken(file: Path) -> set[str]:
        allowed = ALLOWED.get(name_of(file), set())
        return imported(file) & (FORBIDDEN.get(place_of(file), set()) - allowed)

    found = {str(file.relative_to(ROOT)): broken(file) for file in modules()}
    assert {file: names for file, names in found.items() if names} == {}


def test_only_the_command_line_and_the_lazy_names_import_recipes() -> None:
    users = {place_of(file) for file in modules() if "recipes" in imported(file)}
    assert users <= {"cli", "__init__", "recipes"}


def test_recipes_are_the_registry_the_public_names_and_a_folder_a_task() -> None:
    found = {path.name for path in (ROOT / "recipes").iterdir() if path.name != "__pycache__"}
    files = {"__init__.py", "__init__.pyi", "bundles.py", "hypermodels.py", "registry.py"}
    files |= {
        "answering.py",
        "attacks.py",
        "bulk.py",
        "checking.py",
        "ensembles.py",
        "evaluating.py",
        "explained.py",
        "explaining.py",
    }
    files |= {
        "judgings.py",
        "packing.py",
        "robust_figures.py",
        "serving.py",
        "several.py",
        "teaching.py",
    }
    files |= {"trusting.py", "unlabelled.py"}
    files |= {"keras_teacher.py", "taught.py", "teaching_labels.py"}
    assert found == {*files, *TASKS}
    for name in TASKS:
        files = {path.name for path in (ROOT / "recipes" / name).glob("*.py")}
        assert {"task.py", "data.py", "plan.py", "train.py", "finished.py", "report.py"} <= files
        assert (ROOT / "tests" / "recipes" / name / "test_walk.py").exists()


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("data", DataSteps),
        ("plan", PlanSteps),
        ("train", TrainingSteps),
        ("finished", BundleSteps),
    ],
)
def test_the_guide_to_a_new_task_names_every_function_that_a_task_must_have(
    name: str, steps: type
) -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    said = re.search(rf"- `{name}\.py`: (.*?)(?=\n    - |\n    The )", guide, re.DOTALL)
    assert said
    protocol = {each for each in vars(steps) if not each.startswith("_")}
    assert set(re.findall(r"`(\w+)`", said[1])) - {"Judging"} == protocol


@pytest.mark.parametrize("folder", ["outputs", "recipes"])
def test_neighbours_do_not_know_each_other(folder: str) -> None:
    root = ROOT / "recipes" if folder == "recipes" else ROOT / "kerasapps" / folder
    names = {path.name for path in root.iterdir() if (path / "__init__.py").exists()}
    for file in root.rglob("*.py"):
        own = file.relative_to(root).parts[0]
        if own in names:
            others = {f"kerasapps.{folder}.{name}" for name in names - {own}}
            for module in imports_of(file):
                assert not module.startswith(tuple(others)), f"{file} imports {module}"


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_known_and_used_without_tensorflow(name: str) -> None:
    folder = f"kerasapps.recipes.{name}"
    parts = [part for part in WITHOUT_TENSORFLOW if f"{folder}.{part}" in MODULES]
    code = "import sys\n" + "".join(f"import {folder}.{part}\n" for part in parts)
    code += "print(sorted({'tensorflow', 'keras', 'keras_tuner'} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def home_of(file: Path) -> str:
    """The folder whose names a file may know: of a task, of a kind of answer, or none."""
    parts = file.relative_to(ROOT).parts
    if parts[0] == "recipes" and len(parts) > 2:
        return parts[1]
    return parts[2] if parts[1] == "outputs" and len(parts) > 3 else ""


def test_names_of_tasks_stand_in_their_own_folders_only() -> None:
    """The registry, and what lists modules that are imported later, are the only others.

    What columns of users' tables are called, as `data` knows it, names no task.
    """
    names = {name: task.name for name, task in {**TASKS, **ALIASES}.items()}
    spoken = [
        f"{file.relative_to(ROOT)}:{node.lineno}: {node.value!r}"
        for file in modules()
        if file.relative_to(ROOT).as_posix() not in KNOW_ALL and place_of(file) != "data"
        for node in texts_of(file)
        for part in node.value.replace("-", "_").split(".")
        if names.get(part, home_of(file)) != home_of(file)
    ]
    assert not spoken, "\n".join(spoken)


def test_names_of_metrics_stand_in_their_own_folders_only() -> None:
    spoken = []
    for name, homes in homes_of_metrics().items():
        pattern = says(name)
        spoken += [
            f"{file.relative_to(ROOT)}:{node.lineno}: {node.value!r}"
            for file in modules()
            if home_of(file) not in homes
            for node in texts_of(file)
            if pattern.search(node.value)
        ]
    assert not spoken, "\n".join(spoken)


@functools.cache  # once for all names: to parse all modules takes a second
def texts_of(file: Path) -> list[ast.Constant]:
    """The strings in a module that are no docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]


def test_no_module_is_imported_by_what_it_imports() -> None:
    """At any depth: what is imported late, or for types only, counts too."""
    graph = {
        name: {module for module in imports_of(file) if module in MODULES and module != name}
        for name, file in MODULES.items()
    }
    circles = [sorted(part) for part in strongly_connected(graph) if len(part) > 1]
    assert not circles, "\n".join(map(str, circles))


def test_rooms_of_the_workflow_are_entered_in_one_direction() -> None:
    rooms = {name.rpartition(".")[0] for name in MODULES if name.count(".") == 3}
    rooms = {room for room in rooms if room.startswith("kerasapps.workflow.")}
    graph: dict[str, set[str]] = {room: set() for room in rooms}
    for name, file in MODULES.items():
        if (room := name.rpartition(".")[0]) in rooms:
            graph[room] |= {module.rpartition(".")[0] for module in imports_of(file)} & rooms
            graph[room] -= {room}
    assert "kerasapps.workflow.doubts" in graph["kerasapps.workflow.folds"]
    circles = [sorted(part) for part in strongly_connected(graph) if len(part) > 1]
    assert not circles, "\n".join(map(str, circles))


def imports_of(file: Path) -> set[str]:
    """Whole names of the modules that a file imports, or imports names of."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            submodules = {name for name in inner if name in MODULES}
            found |= submodules if submodules == inner else {node.module, *submodules}
    return found


def strongly_connected(graph: dict[str, set[str]]) -> list[set[str]]:
    """Groups of modules each of which leads to all others (Kosaraju's two passes)."""
    order: list[str] = []
    seen: set[str] = set()
    for start in graph:
        _leave_last(graph, start, seen, order)
    reverse: dict[str, set[str]] = {name: set() for name in graph}
    for name, targets in graph.items():
        for target in targets:
            reverse[target].add(name)
    groups, seen = [], set()
    for start in reversed(order):
        group: list[str] = []
        _leave_last(reverse, start, seen, group)
        groups.append(set(group))
    return groups


def _leave_last(graph: dict[str, set[str]], start: str, seen: set[str], order: list[str]) -> None:
    if start in seen:
        return
    seen.add(start)
    stack = [(start, iter(sorted(graph[start])))]
    while stack:
        name, targets = stack[-1]
        for target in targets:
            if target not in seen:
                seen.add(target)
                stack.append((target, iter(sorted(graph[target]))))
                break
        else:
            stack.pop()
            order.append(name)


def test_files_stay_small() -> None:
    long = {
        str(file): count
        for file in modules()
        if (count := len(file.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert not long


def test_all_that_is_printed_goes_one_way() -> None:
    """`terminal.streams` makes it harmless; only what another process reads may not pass it."""
    ways = {ROOT / "kerasapps" / name for name in ("terminal/streams.py", "process/imports.py")}
    for file in set(modules()) - ways:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("print", "Console"), f"{file}:{node.lineno}"
