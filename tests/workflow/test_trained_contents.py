"""What a bundle was trained on is known again, so that it is not judged on it."""

from __future__ import annotations

import dataclasses
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import kerasapps
from kerasapps.data.audit import Audit
from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.splits import Splits
from kerasapps.deploy.manifest import read_manifest
from kerasapps.files.named import sha256_of
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION
from kerasapps.workflow.held_out import held_out
from kerasapps.workflow.reading import trained_on
from kerasapps.workflow.trained_contents import CONTENTS_FILE, as_often, write_trained_contents
from tests.deploy.tampered import put, tamper
from tests.shapes import shape_picture, write_shapes


@pytest.fixture
def copy(shapes: Path, tmp_path: Path) -> Path:
    """The pictures in another place, of another format and under other names."""
    for number, file in enumerate(sorted(shapes.rglob("*.png"))):
        place = tmp_path / "copy" / file.parent.name / f"{number}.bmp"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.open(file).save(place)
    return tmp_path / "copy"


@pytest.fixture
def moved(bundle: Path, shapes: Path, tmp_path: Path) -> Path:
    """The training's data in a place of its own, where the bundle's manifest now has it."""
    data = Path(shutil.copytree(shapes, tmp_path / "moved"))
    tamper(bundle, lambda values: put(values, "data.source", str(data)))
    return data


def forget(bundle: Path) -> Path:
    """Makes of a bundle one of an older version."""
    (bundle / CONTENTS_FILE).unlink()
    return tamper(bundle, lambda values: values["files"].pop(CONTENTS_FILE))


def test_the_data_of_the_training_is_judged_on_its_test_split(
    trained: kerasapps.RecipeResult, shapes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = kerasapps.evaluate_bundle(trained.bundle_dir, shapes, artifact="float32")
    assert found.examples == trained.metrics["examples"] == 36
    assert found.accuracy == pytest.approx(trained.metrics["accuracy"])
    assert found.log_loss == pytest.approx(trained.metrics["log_loss"], abs=0.01)
    said = capsys.readouterr().err
    assert "trained on this data: what was held out for testing is judged" in said
    assert "changed" not in said and "left out" not in said


def test_a_copy_elsewhere_is_judged_on_what_was_held_out_too(
    trained: kerasapps.RecipeResult,
    shapes: Path,
    copy: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    expected = kerasapps.evaluate_bundle(trained.bundle_dir, shapes)
    capsys.readouterr()
    found = kerasapps.evaluate_bundle(trained.bundle_dir, copy)
    # In another order the losses add up to another last digit.
    assert found == dataclasses.replace(expected, log_loss=pytest.approx(expected.log_loss))
    said = capsys.readouterr().err
    assert "Warning: 144 of 180 pictures are left out: the bundle was trained on" in said
    fresh = write_shapes(copy.parent / "fresh", per_class=4, first=3000)
    assert kerasapps.evaluate_bundle(trained.bundle_dir, fresh).examples == 12
    assert "left out" not in capsys.readouterr().err


def test_contents_of_training_and_validation_are_in_the_bundle(
    trained: kerasapps.RecipeResult,
) -> None:
    contents = np.load(trained.bundle_dir / CONTENTS_FILE)
    counts = read_manifest(trained.bundle_dir).data["examples"]
    assert counts["test"] == 36 and len(contents) == counts["train"] + counts["validation"] == 144
    assert contents.dtype == np.uint64 and (np.diff(contents.astype(float)) > 0).all()


def test_what_is_written_is_training_and_validation_sorted(tmp_path: Path) -> None:
    def examples(*contents: int) -> PictureExamples:
        return PictureExamples((), (), np.array(contents, np.uint64))

    big = 2**64 - 1
    splits = Splits(("a",), examples(7, big, 3), examples(5, 7), examples(9), Audit("data"), "")
    write_trained_contents(splits, tmp_path)
    contents = np.load(tmp_path / "trained_on.npy")
    assert contents.dtype == np.uint64 and contents.tolist() == [3, 5, 7, 7, big]


def test_of_equal_cases_as_many_are_left_out_as_were_trained_on() -> None:
    contents = np.array([5, 9, 5, 7, 5, 9, 1], np.uint64)
    trained = np.array([9, 5, 5, 4], np.uint64)
    left_out = as_often(contents, trained)
    assert left_out.tolist() == [True, True, True, False, False, False, False]
    assert not as_often(contents, trained[:0]).any() and not len(as_often(trained[:0], contents))


def test_what_was_trained_on_alone_is_refused(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path
) -> None:
    manifest = read_manifest(trained.bundle_dir)
    splits = trained_on(IMAGE_CLASSIFICATION, manifest, shapes, tmp_path / "scratch")
    for path in (*splits.train.paths[:20], *splits.validation.paths[:3]):
        place = tmp_path / "seen" / path.parent.name / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    with pytest.raises(kerasapps.DataError, match="all 23 pictures were trained on"):
        kerasapps.evaluate_bundle(trained.bundle_dir, tmp_path / "seen")


def test_changed_data_is_said_and_nothing_is_judged_that_was_trained_on(
    bundle: Path, moved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kerasapps.evaluate_bundle(bundle, moved).examples == 36
    assert "has changed since" not in capsys.readouterr().err
    for file in list((moved / "red").iterdir())[:30]:
        file.unlink()
    for number in range(5000, 5030):
        shape_picture("red", number).save(moved / "red" / f"{number}.png")
    manifest = read_manifest(bundle)
    options = {"options": {}, "max_broken": 0.0}
    splits = held_out(IMAGE_CLASSIFICATION, manifest, moved, moved.parent / "scratch", **options)
    assert splits is not None
    trained = np.isin(splits.test.contents, np.load(bundle / CONTENTS_FILE))
    assert 0 < trained.sum() < len(trained)
    capsys.readouterr()
    assert kerasapps.evaluate_bundle(bundle, moved).examples == (~trained).sum()
    said = capsys.readouterr().err
    assert "The data has changed since: what was trained on is left out" in said
    assert f"{trained.sum()} of {len(trained)} pictures are left out" in said


def test_an_older_bundle_says_what_it_does_not_know(
    bundle: Path, moved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forget(bundle)
    assert kerasapps.evaluate_bundle(bundle, moved).examples == 36
    next((moved / "red").iterdir()).unlink()
    kerasapps.evaluate_bundle(bundle, moved)
    said = capsys.readouterr().err
    assert "changed since: some of what is judged may have been trained on" in said
    away = moved.rename(moved.parent / "away")
    assert kerasapps.evaluate_bundle(bundle, away).examples == 179
    said = capsys.readouterr().err
    assert "does not know which pictures it was trained on" in said


def test_data_that_is_to_be_read_otherwise_is_other_data(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path
) -> None:
    manifest = read_manifest(trained.bundle_dir)

    def is_known(**options: str) -> bool:
        found = held_out(
            IMAGE_CLASSIFICATION, manifest, shapes, tmp_path, options=options, max_broken=0.0
        )
        return found is not None

    assert is_known() and not is_known(label_column="kind")


def test_more_broken_files_than_in_training_may_be_skipped(bundle: Path, moved: Path) -> None:
    for number in range(15):
        (moved / "red" / f"broken-{number}.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    with pytest.raises(kerasapps.DataError, match="15 of 195"):
        kerasapps.evaluate_bundle(bundle, moved)
    assert kerasapps.evaluate_bundle(bundle, moved, max_broken=0.1).examples == 36


def array_file(array: np.ndarray, *, rows: int | None = None) -> bytes:
    """The bytes of an array's file, which may lie about how many rows there are."""
    stream = io.BytesIO()
    shape = array.shape if rows is None else (rows,)
    header = {"descr": array.dtype.str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue() + array.tobytes()


@pytest.mark.parametrize(
    "content",
    [
        b"none",
        b"PK\x03\x04none",
        array_file(np.zeros(3)),
        array_file(np.zeros((2, 2), np.uint64)),
        array_file(np.zeros(3, np.uint64), rows=10**15),
        array_file(np.zeros(3, np.uint64), rows=2**70),
    ],
)
def test_contents_that_are_none_are_refused(bundle: Path, copy: Path, content: bytes) -> None:
    file = bundle / CONTENTS_FILE
    file.write_bytes(content)
    tamper(bundle, lambda found: found["files"].update({CONTENTS_FILE: sha256_of(file)}))
    with pytest.raises(kerasapps.BundleError, match=r"trained_on\.npy (cannot be|is no list)"):
        kerasapps.evaluate_bundle(bundle, copy)
