"""Pictures in other people's hands: the script has the pixels and the answers of `load_bundle`."""

from __future__ import annotations

import json
import runpy
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

import kerasapps
from kerasapps.config import ResizePolicy
from kerasapps.errors import DataError
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.preprocess.odd_pictures import odd_pictures
from tests.examples.scripts import (
    EXAMPLES,
    check_agrees,
    check_labels,
    functions_of,
    plain_bundle,
    run_script,
)
from tests.shapes import write_shapes


def test_it_labels_new_pictures_and_checks_itself(
    trained: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    folder = write_shapes(tmp_path / "new", per_class=4, first=900)
    new = sorted(path for path in folder.rglob("*") if path.is_file())
    answers = kerasapps.load_bundle(trained.bundle_dir, "int8").predict(new)
    lines = run_script("run_pictures", trained.bundle_dir.parent, *new)
    check_labels(lines, [(each.label, each.score) for each in answers])
    assert len(new) == 12 and check_agrees("run_pictures", trained.bundle_dir)


def test_an_answer_that_is_another_fails_the_check(
    trained: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(trained.bundle_dir, tmp_path / "bundle"))
    values = json.loads((copy / "examples.json").read_text("utf-8"))
    values["examples"][-1]["answers"]["int8"]["score"] -= 0.1
    (copy / "examples.json").write_text(json.dumps(values))
    with pytest.raises(AssertionError, match="AssertionError"):
        run_script("run_pictures", copy, "--check")


@pytest.mark.parametrize("channels", [3, 1])
@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
def test_odd_pictures_have_the_same_pixels(
    resize: ResizePolicy, channels: int, tmp_path: Path
) -> None:
    spec = ImageSpec(20, 33, channels, resize)
    prepare = functions_of("run_pictures", plain_bundle(tmp_path / "b", spec.explained()))[
        "prepare"
    ]
    compared = 0
    for size in ((20, 33), (41, 30), (7, 90)):
        for kind, encoded in odd_pictures(*size).items():
            (tmp_path / "odd").write_bytes(encoded)
            try:
                expected = load_image(encoded, spec)
            except DataError:
                continue
            found = prepare(tmp_path / "odd")
            np.testing.assert_array_equal(found.reshape(expected.shape), expected, err_msg=kind)
            compared += 1
    assert compared > 60


def test_scripts_are_short_and_use_nothing_of_ours() -> None:
    for file in EXAMPLES.glob("run_*.py"):
        text = file.read_text(encoding="utf-8")
        longest = 160 if file.stem == "run_tags" else 100
        assert len(text.splitlines()) <= longest and "kerasapps" not in text


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("run_*.py")), ids=lambda path: path.stem)
def test_a_missing_argument_is_answered_with_the_usage(
    script: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in ([], ["runs/none"]):
        monkeypatch.setattr(sys, "argv", [str(script), *arguments])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(script))
        assert ended.value.code == 2
        assert f"python {script.name} BUNDLE" in capsys.readouterr().err
