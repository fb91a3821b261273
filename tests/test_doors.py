"""The public names of each package: pinned, documented, and each with an example that runs."""

from __future__ import annotations

import doctest
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import kerasapps
from tests.doors import DOORS

# Reading a pretrained encoder takes seconds; its examples are tests of their own.
ELSEWHERE = {"preset_max_length", "preset_vocabulary", "tagger_preset", "text_preset"}
# These speak of a file that another example makes.
MAKES_FILE = "export_tflite"
OF_A_FILE = {"scan_tflite", "verify_tflite"}
EVERY = [(package, name) for package, names in DOORS.items() for name in names]


def door(package: str) -> Any:
    return importlib.import_module(f"kerasapps.{package}")


@pytest.mark.parametrize("package", DOORS)
def test_the_public_names_of_a_package(package: str) -> None:
    names = list(DOORS[package])
    assert door(package).__all__ == names == sorted(names)
    assert set(names) <= set(dir(door(package)))
    assert getattr(kerasapps, package) is door(package)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the file that several examples speak of."""
    return tmp_path_factory.mktemp("exported")


@pytest.mark.parametrize(("package", "name"), EVERY)
def test_every_public_name_says_what_it_is_by_an_example_that_runs(
    package: str, name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = getattr(door(package), name)
    assert value.__doc__
    shares = name in (MAKES_FILE, *OF_A_FILE)
    monkeypatch.chdir(request.getfixturevalue("exported" if shares else "tmp_path"))
    if name in OF_A_FILE and not Path("files").exists():
        run_examples(kerasapps.export, MAKES_FILE)
    count = run_examples(door(package), name)
    assert count or name in ELSEWHERE, f"{name} has no example"


def run_examples(package: Any, name: str) -> int:
    """Runs the examples of a public name; says how many there are."""
    known = {"keras": keras, "kerasapps": kerasapps, "np": np, "tf": tf, "Path": Path}
    finder = doctest.DocTestFinder(recurse=False)
    [test] = finder.find(getattr(package, name), name, module=False, globs=known)
    said: list[str] = []
    assert doctest.DocTestRunner().run(test, out=said.append).failed == 0, "".join(said)
    return len(test.examples)


def test_the_doors_open_without_tensorflow() -> None:
    """Packages of layers and models are what Keras makes them; no other needs it to be imported."""
    light = [package for package in DOORS if package not in ("layers", "models")]
    code = "import json, sys\nimport kerasapps\n"
    code += "".join(f"import kerasapps.{package}\n" for package in light)
    code += "print(json.dumps(sorted({'keras', 'tensorflow', 'numpy'} & set(sys.modules))))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(ended.stdout) == []
