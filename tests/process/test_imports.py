"""Imports tried in another process, with modules that are broken on purpose."""

from __future__ import annotations

import pytest

from kerasapps.process import imports
from kerasapps.process.imports import try_imports
from tests.values import kinds_of, left_open_in


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Writes modules where the other process finds them."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(**sources):
        for name, source in sources.items():
            (tmp_path / f"{name}.py").write_text(source)

    return write


def test_good_and_raising_modules(modules):
    modules(good="print('noise', end='')", bad="raise ValueError('numpy.dtype size changed\\nxx')")
    results = try_imports(["good", "bad", "json"])
    assert results["good"].error is None
    assert results["bad"].error == "ValueError: numpy.dtype size changed"
    assert results["json"].error is None


def test_a_module_that_kills_the_interpreter_does_not_hide_the_next(modules):
    modules(
        crash="import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        leaves="import os; os._exit(3)",
    )
    results = try_imports(["json", "crash", "leaves", "csv"])
    assert results["crash"].error == "the interpreter was killed by SIGSEGV"
    assert results["leaves"].error == "the interpreter ended with status 3"
    assert results["json"].error is None
    assert results["csv"].error is None


def test_a_module_that_hangs_is_given_up(modules):
    modules(hangs="import time; time.sleep(60)")
    results = try_imports(["json", "hangs", "csv"], timeout=3)
    assert results["hangs"].error == "the import did not finish in 3 seconds"
    assert results["json"].error is None
    assert results["csv"].error is None


def test_the_working_folder_shadows_nothing(tmp_path, monkeypatch):
    (tmp_path / "wave.py").write_text("raise RuntimeError('shadow')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)  # it may name the working folder itself
    assert try_imports(["wave"])["wave"].error is None


def test_kinds_of_values():
    assert kinds_of(imports) == {"ImportResult": "frozen"}


def test_what_need_not_be_given():
    assert left_open_in(imports) == {"ImportResult": {"error": None, "detail": ""}}
