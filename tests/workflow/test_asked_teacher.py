"""Tests of `workflow.asked_teacher`: what is said of a teacher that teaches nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import kerasapps
from kerasapps.config import CompressConfig
from kerasapps.recipes.registry import TEXT_CLASSIFICATION as TEXTS
from kerasapps.workflow.asked_teacher import tell_outdone_teacher
from kerasapps.workflow.teacher import teacher_of


def test_a_teacher_that_is_no_better_than_its_pupil_is_named(
    reviewed: kerasapps.RecipeResult,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    manifest = teacher_of(str(reviewed.bundle_dir))
    fingerprint = manifest.data["fingerprint"]
    accuracy = manifest.metrics["accuracy"]

    def told(share: float, teacher: object = reviewed.bundle_dir, data: str = fingerprint) -> str:
        options = {**TEXTS.defaults, "compress": CompressConfig(teacher=str(teacher))}
        tell_outdone_teacher(TEXTS, options, share, fingerprint=data)
        return capsys.readouterr().err

    assert f"the teacher (accuracy {100 * accuracy:.2f} %) is no better than" in told(accuracy)
    assert f"learnt from it ({100 * (accuracy + 0.01):.2f} %)" in told(accuracy + 0.01)
    assert told(accuracy - 0.01) == ""
    assert told(accuracy, data="other data") == ""
    assert told(accuracy, teacher=tmp_path) == ""  # deleted since
    tell_outdone_teacher(TEXTS, TEXTS.defaults, 1.0, fingerprint=fingerprint)
    assert capsys.readouterr().err == ""

    # of an error the smaller figure is the better one
    metric = replace(TEXTS.answer_of(manifest).metric, perfect=None, unit="", better="min")
    task = replace(TEXTS, answers=(replace(TEXTS.answer_of(manifest), metric=metric),))
    options = {**TEXTS.defaults, "compress": CompressConfig(teacher=str(reviewed.bundle_dir))}
    tell_outdone_teacher(task, options, 2 * accuracy, fingerprint=fingerprint)
    assert capsys.readouterr().err == ""
    tell_outdone_teacher(task, options, accuracy / 2, fingerprint=fingerprint)
    assert "is no better than" in capsys.readouterr().err
