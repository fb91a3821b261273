"""A task as Python calls it."""

from __future__ import annotations

import pytest

import kerasapps
from kerasapps.recipes.registry import TASKS
from kerasapps.terminal.streams import tell
from kerasapps.workflow import call
from kerasapps.workflow.call import carry_and_tell

TASK = TASKS["image_classification"]


@pytest.fixture
def carried(trained: kerasapps.RecipeResult, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that was carried out before, and tells that it works."""

    def carry(*_: object, **__: object) -> kerasapps.RecipeResult:
        tell("working")
        return trained

    monkeypatch.setattr(call, "carry", carry)


@pytest.mark.usefixtures("carried")
def test_the_result_is_told_as_the_command_line_shows_it(
    trained: kerasapps.RecipeResult, capsys: pytest.CaptureFixture[str]
) -> None:
    assert carry_and_tell(TASK, "data") is trained
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("working\nVerified on the test split")
    assert "│ int8 " in err and f"For a server use {trained.bundle_dir}" in err
    assert trained.headline in err.splitlines()
    assert "always '" in trained.headline and "at random 33.33%" in trained.headline


@pytest.mark.usefixtures("carried")
def test_quiet_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    carry_and_tell(TASK, "data", quiet=True)
    assert capsys.readouterr() == ("", "")
    tell("again")
    assert capsys.readouterr().err == "again\n"
