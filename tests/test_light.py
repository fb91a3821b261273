"""A light installation: what cannot be done there ends in one plain sentence.

That it answers, judges and explains is tested with each task's bundles, by `run_light`.
"""

from __future__ import annotations

import json

from kerasapps.process.training_stack import INSTALL
from tests.doors import DOORS
from tests.light import run_light

# Every module of these is imported where the base alone is installed.
WHOLE_ROOMS = ("cli", "config", "deploy", "doctor", "files", "targets", "terminal", "wording")
_NAMES = """
import importlib, json, pkgutil, sys
import kerasapps
refused, odd = [], []
for package, names in json.loads(sys.argv[1]).items():
    for name in names:
        try:
            getattr(importlib.import_module(f"kerasapps.{package}".rstrip(".")), name)
        except kerasapps.DependencyError as error:
            refused.append([f"{package}.{name}", str(error)])
        except Exception as error:
            odd.append(repr(error))
calls = [getattr(kerasapps, name) for name in kerasapps.__all__ if name.startswith("train_")]
calls += [lambda data: kerasapps.join_search("translation", data, tune=kerasapps.TuneConfig())]
calls += [kerasapps.export_bundle]
for number, call in enumerate(calls):
    try:
        call("nowhere")
    except kerasapps.DependencyError as error:
        refused.append([f"call {number}", str(error)])
for room in sys.argv[2:]:
    package = importlib.import_module(f"kerasapps.{room}")
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
print(json.dumps([refused, odd, len(calls)]))
"""
_COMMANDS = """
import json, sys
from kerasapps import cli
for line in json.loads(sys.argv[1]):
    sys.argv = ["kerasapps", *line]
    try:
        cli.run()
    except SystemExit as ended:
        sys.__stdout__.write(f"ended {ended.code}\\n")
        sys.__stdout__.flush()
"""


def test_each_name_that_training_alone_has_is_refused_in_a_sentence() -> None:
    doors = {"": [*DOORS], **DOORS}
    refused, odd, calls = json.loads(run_light(_NAMES, json.dumps(doors), *WHOLE_ROOMS))
    assert odd == []
    assert all(said.endswith(f"for all else: {INSTALL}") for _, said in refused)
    names = {name for name, _ in refused}
    assert {f"layers.{name}" for name in DOORS["layers"]} <= names
    assert {f"models.{name}" for name in DOORS["models"]} <= names
    assert {".layers", "training.fit", "evaluation.bleu", "export.write_bundle"} <= names
    assert not {f"data.{name}" for name in DOORS["data"]} & names
    assert "evaluation.classification_metrics" not in names and ".data" not in names
    assert {f"call {number}" for number in range(calls)} <= names and calls == 9


def test_commands_that_train_are_refused_and_all_have_their_help() -> None:
    refused = [
        ["train", "image-classification", "nowhere", "--json"],
        ["tune", "translation", "nowhere", "--json"],
        ["evaluate", "nowhere", "tfds:mnist", "--json"],
    ]
    helps = [["train", "tabular", "--help"], ["tune", "tabular", "--help"], ["doctor", "--help"]]
    answers = run_light(_COMMANDS, json.dumps([*refused, *helps]))
    assert answers.count("ended 0") == 3
    assert answers.count("Training needs tensorflow, which is not installed.") == 2
    assert answers.count("ended 1") == 3
