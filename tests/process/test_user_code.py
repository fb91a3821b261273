from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasapps.errors import ConfigError
from kerasapps.process.user_code import (
    StoredSource,
    code_digest,
    code_files,
    imported_file,
    object_in,
)

FACTOR = 2
SCRIPT = """
from kerasapps.errors import ConfigError
from kerasapps.process.user_code import refuse_unguarded_script

def search(what):
    try:
        refuse_unguarded_script()
    except ConfigError as error:
        print(what, "refused", error)
    else:
        print(what, "taken")

for _ in range(1):
    search("open")
if __name__ == "__main__":
    search("guarded")
"""


def test_a_search_that_an_import_would_begin_again_is_refused_at_once(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    said = subprocess.run(
        [sys.executable, str(script)], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert said[0].startswith(f"open refused {script} starts a training as it is imported")
    assert said[1:] == ["guarded taken"]


def helper(x: int) -> int:
    return x + FACTOR


def digest_of(text: str, name: str = "f", **values: Any) -> str:
    scope: dict[str, Any] = {"__name__": "somewhere", **values}
    exec(text, scope)
    return code_digest(scope[name])


BASE = "def g(x): return x + 1\ndef f(x): return g(x) * {'a', 'b'}.__len__() + N"


def test_a_digest_is_of_code_and_not_of_its_looks() -> None:
    usual = digest_of(BASE, N=3)
    looks = BASE.replace(
        "def f(x): return", "def f(x):\n    'A docstring.'\n    # and more\n    return"
    )
    assert digest_of(looks, N=3) == usual
    assert digest_of(BASE, N=4) != usual
    assert digest_of(BASE.replace("+ 1", "+ 2"), N=3) != usual  # of a helper
    assert digest_of(BASE.replace("f(x)", "f(x=1)"), N=3) != usual


def test_what_a_function_was_made_with_counts() -> None:
    def make(units: int) -> Callable[[], int]:
        return lambda: units

    assert code_digest(make(1)) == code_digest(make(1)) != code_digest(make(2))
    assert code_digest(functools.partial(helper, 1)) != code_digest(functools.partial(helper, 2))


class Hyper:
    def __init__(self, units: int) -> None:
        self.units = units

    def build(self, hp: Any) -> int:
        return self.units


def test_an_object_is_its_class_and_fields() -> None:
    assert code_digest(Hyper(1)) == code_digest(Hyper(1)) != code_digest(Hyper(2))


def test_a_file_is_imported_once_with_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "own_neighbour.py").write_text("UNITS = 3\n")
    file = tmp_path / "own_nets.py"
    file.write_text("from own_neighbour import UNITS\nmade = [UNITS]\n")
    assert object_in(file, "made") == [3]
    assert imported_file(file) is imported_file(file)
    assert StoredSource("file", str(file), "made").load() is object_in(file, "made")
    with pytest.raises(ConfigError, match="has no 'net'"):
        object_in(file, "net")
    broken = tmp_path / "own_broken.py"
    broken.write_text("1 / 0\n")
    with pytest.raises(ConfigError, match=r"own_broken\.py cannot be imported: ZeroDivisionError"):
        imported_file(broken)
    (tmp_path / "own_quitter.py").write_text("import sys\nsys.exit(0)\n")
    with pytest.raises(ConfigError, match=r"own_quitter\.py cannot be imported: SystemExit: 0"):
        imported_file(tmp_path / "own_quitter.py")


def test_a_file_that_trains_as_it_is_imported_says_so(tmp_path: Path) -> None:
    file = tmp_path / "own_script.py"
    file.write_text("import kerasapps\nkerasapps.train_tabular([])\n")
    with pytest.raises(ConfigError, match="__main__"):
        imported_file(file)


def test_files_that_are_named_are_looked_for(tmp_path: Path) -> None:
    file = tmp_path / "nets.py"
    file.write_text("")
    assert code_files([str(file)], option="code") == (file,)
    (tmp_path / "notes.txt").write_text("")
    for value, words in (
        ([tmp_path / "notes.txt"], r"code: .*notes\.txt is no Python file"),
        ([tmp_path / "gone.py"], r"code: .*gone\.py is no"),
        (str(file), "code takes a list"),
    ):
        with pytest.raises(ConfigError, match=words):
            code_files(value, option="code")
