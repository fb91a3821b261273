"""What an app says of its model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kerasapps.targets.facts import figures_of, limits_of
from tests.targets.apps import planted_app, signature, tensor


def test_files_that_failed_are_said_to_have(tmp_path: Path) -> None:
    app = planted_app(tmp_path / "bundle", signature(tensor("input", 1, 6, 8, 3)))
    said = {
        passed: dict(
            figures_of(replace(app, artifact={**app.artifact, "passed": passed, "reason": "lost"}))
        )
        for passed in (True, False)
    }
    assert "Verification" not in said[True]
    assert said[False]["Verification"] == "failed: lost"


def test_what_a_picture_is_made_of_is_said(tmp_path: Path) -> None:
    app = planted_app(tmp_path / "bundle", signature(tensor("input", 1, 6, 8, 3)))
    app = replace(app, artifact={**app.artifact, "note": "of other apps"})
    first, second = limits_of(app)
    assert "Any picture gets an answer" in first and "stretched to 6 × 8 pixels" in second
