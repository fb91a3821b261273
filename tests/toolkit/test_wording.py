"""A training that Python called names no option of the command line."""

from __future__ import annotations

import ast
import re

import pytest

from kerasapps.errors import TrainingError
from kerasapps.toolkit.wording import in_python, told_in_python
from tests.docs.pages import ROOT


def test_all_that_a_training_says_is_translated():
    files = sorted((ROOT / "kerasapps" / "training").glob("*.py"))
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    texts = [each.value for each in nodes if isinstance(each, ast.Constant)]
    told = [text for text in texts if isinstance(text, str)]
    assert [text for text in told if "--" in text] == []
    translated = [text for text in told if in_python(text) != text]
    assert len(translated) > 5
    # `fit` takes a TrainConfig, and no other.
    named = {name for text in told for name in re.findall(r"[A-Z]\w+Config\b", in_python(text))}
    assert named <= {"TrainConfig", "ConfigError"}, named


def test_an_error_says_it():
    words = "or choose another folder=; the same call then goes on"
    with pytest.raises(TrainingError, match=words), told_in_python():
        raise TrainingError("or choose another output folder; the same command then goes on")
