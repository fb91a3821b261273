"""A training that Python called names no option of the command line."""

from __future__ import annotations

import ast

import pytest

from kerasapps.errors import TrainingError
from kerasapps.toolkit.wording import in_python, told_in_python
from tests.docs.pages import ROOT


def test_all_that_a_training_says_is_translated():
    files = sorted((ROOT / "kerasapps" / "training").glob("*.py"))
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    texts = [each.value for each in nodes if isinstance(each, ast.Constant)]
    told = [in_python(text) for text in texts if isinstance(text, str) and "--" in text]
    assert len(told) > 5
    assert [text for text in told if "--" in text] == []


def test_an_error_says_it():
    words = "or choose another folder=; the same call then goes on"
    with pytest.raises(TrainingError, match=words), told_in_python():
        raise TrainingError("or choose another --output-dir; the same command then goes on")
