from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import kerasapps
from kerasapps.errors import ExportError
from kerasapps.export.verify import HeldOut, verify


@pytest.fixture
def held_out(trained: kerasapps.RecipeResult) -> HeldOut:
    inputs = np.random.default_rng(0).integers(0, 256, (12, 32, 32, 3), dtype=np.uint8)
    scores = np.stack(
        [kerasapps.load_bundle(trained.bundle_dir, "float32").scores(x) for x in inputs]
    )
    truth = scores.argmax(1)
    return HeldOut(
        inputs, (), trained.labels, scores, lambda s: float((s.argmax(1) == truth).mean())
    )


def test_a_file_that_is_no_model_fails_with_the_reason(held_out: HeldOut, tmp_path: Path) -> None:
    broken = tmp_path / "model_int8.tflite"
    broken.write_bytes(b"not a flatbuffer")
    (found,) = verify({"int8": broken}, held_out=held_out, tolerance=1, folder=tmp_path / "gate")
    assert not found.passed and "does not run" in found.reason


def test_a_conversion_error_is_carried_through(held_out: HeldOut, tmp_path: Path) -> None:
    error = ExportError("no kernel for Svd")
    (found,) = verify({"int8": error}, held_out=held_out, tolerance=1, folder=tmp_path / "gate")
    assert not found.passed and found.path is None and found.reason == "no kernel for Svd"


def test_the_tolerance_decides(
    trained: kerasapps.RecipeResult, held_out: HeldOut, tmp_path: Path
) -> None:
    model = trained.bundle_dir / "model_float32.tflite"
    # A reference that is right twice where the file is wrong: the file seems to lose 2 of 12.
    truth = held_out.reference.argmax(1)
    truth[:2] = (truth[:2] + 1) % 3
    reference = np.eye(3)[truth]
    stricter = HeldOut(
        held_out.inputs,
        (),
        held_out.labels,
        reference,
        lambda scores: float((scores.argmax(1) == truth).mean()),
    )
    for tolerance, passes in ((16, False), (17, True)):
        (found,) = verify(
            {"float32": model}, held_out=stricter, tolerance=tolerance, folder=tmp_path / "gate"
        )
        assert found.passed is passes
        assert found.delta == pytest.approx(-100 / 6) and found.agreement == pytest.approx(10 / 12)
