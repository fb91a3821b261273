from __future__ import annotations

import errno
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import kerasapps
from kerasapps.config import ExportConfig
from kerasapps.deploy.lock import hold
from kerasapps.deploy.manifest import read_manifest
from kerasapps.files.named import sha256_of
from kerasapps.workflow import bundle_export
from tests.check_bundle import check_bundle
from tests.deploy.tampered import put, tamper
from tests.full_disk import file_limit

FIRST_BUNDLE = Path(__file__).parents[1] / "deploy" / "first_bundle"  # by version 0.1.0, schema 1
ONE_MORE = ExportConfig(quantization=("float32",), saved_model=False)


def test_export_adds_a_file_judged_on_the_same_pictures(bundle: Path, shapes: Path) -> None:
    mine = bundle.parent / ".export" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("keep")
    before = read_manifest(bundle)
    dropped = before.artifact("int8")
    added = kerasapps.export_bundle(
        bundle, export=ExportConfig(quantization=("int8",), saved_model=False)
    )
    assert [each.name for each in added] == ["int8"] and added[0].passed
    assert added[0].metric == pytest.approx(dropped["metric"], abs=0.06)
    names = {"float32", "float16", "dynamic", "int8", "saved_model"}
    check_bundle(bundle, labels=before.labels, artifacts=names)
    after = read_manifest(bundle)
    assert after.metrics["accuracy"] == before.metrics["accuracy"]
    assert after.history == before.history
    assert {path.name for path in bundle.parent.iterdir()} == {"bundle", ".export"}
    assert mine.read_text() == "keep"


def test_export_refuses_other_data(bundle: Path, shapes: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(shapes, other)
    next((other / "red").iterdir()).unlink()
    with pytest.raises(kerasapps.DataError, match="fingerprint differs"):
        kerasapps.export_bundle(bundle, other, export=ExportConfig(quantization=("int8",)))
    read_manifest(bundle)


def test_data_that_is_gone_is_missed_before_the_network_is_loaded(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_export, "finished_network", lambda _: pytest.fail("it was loaded"))
    (tmp_path / "photos").mkdir()
    with pytest.raises(kerasapps.DataError) as refused:
        kerasapps.export_bundle(first, tmp_path / "phots", export=ONE_MORE)
    asked, moved = str(refused.value).splitlines()
    assert asked.endswith(f"does not exist; did you mean {tmp_path / 'photos'}?")
    assert moved.endswith("give its place with --data.")


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A bundle of the first version, of built-in data, that a test may spoil."""
    return Path(shutil.copytree(FIRST_BUNDLE, tmp_path / "run" / "bundle"))


@pytest.mark.parametrize("name", ["../../planted", "/tmp/planted", "a\\b", ".."])
@pytest.mark.parametrize("place", ["artifacts.0.name", "artifacts.0.path"])
def test_a_foreign_bundle_writes_nowhere(first: Path, place: str, name: str) -> None:
    tamper(first, lambda values: put(values, place, name))
    before = sorted(first.parent.parent.rglob("*"))
    with pytest.raises(kerasapps.BundleError, match=r"artifacts\[0\]"):
        kerasapps.export_bundle(first, export=ONE_MORE)
    assert sorted(first.parent.parent.rglob("*")) == before


def test_a_model_that_is_none_is_the_bundles_fault(first: Path) -> None:
    (first / "model.keras").write_bytes(b"none")
    digest = sha256_of(first / "model.keras")
    tamper(first, lambda values: values["files"].update({"model.keras": digest}))
    with pytest.raises(kerasapps.BundleError, match=r"model\.keras cannot be loaded by Keras"):
        kerasapps.export_bundle(first, export=ONE_MORE)
    tamper(first, lambda values: values["files"].pop("model.keras"))
    with pytest.raises(kerasapps.BundleError, match=r"does not list model\.keras"):
        kerasapps.export_bundle(first, export=ONE_MORE)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("settings.image", {"image_sise": 8}, "has settings that this version does not take"),
        ("settings.image", {"image_size": -8}, "has settings that this version does not take"),
        ("history.rows", [{"speed": 2.0}], "has history that this version does not take"),
        ("history.best_epoch", 26, "has history that this version does not take"),
        ("artifacts.0.colour", "red", "has artifacts that this version does not take"),
    ],
)
def test_what_this_version_does_not_know_is_named(
    first: Path, place: str, value: object, words: str
) -> None:
    tamper(first, lambda values: put(values, place, value))
    with pytest.raises(kerasapps.BundleError, match=words):
        kerasapps.export_bundle(first, export=ONE_MORE)
    read_manifest(first)


@pytest.mark.parametrize(
    ("error", "told", "words"),
    [
        (ValueError("of another shape"), kerasapps.BundleError, "model.keras does not answer as"),
        (kerasapps.DataError("is gone"), kerasapps.DataError, "is gone"),
        (OSError(errno.ENOSPC, "no room"), OSError, "no room"),
    ],
)
def test_a_model_that_answers_otherwise_is_the_bundles_fault_and_a_full_disk_is_not(
    error: Exception, told: type[Exception], words: str
) -> None:
    def judge(network: object) -> Any:
        raise error

    manifest, judging = read_manifest(FIRST_BUNDLE), SimpleNamespace(judge=judge)
    with pytest.raises(told, match=words) as caught:
        bundle_export._judge_again(manifest, None, judging)  # type: ignore[arg-type]
    assert (caught.value is error) == (told is not kerasapps.BundleError)


def test_nothing_is_added_while_the_run_is_written(first: Path) -> None:
    with (
        hold(first.parent / ".lock"),
        pytest.raises(kerasapps.TrainingError, match="Another process uses"),
    ):
        kerasapps.export_bundle(first, export=ONE_MORE)
    assert [path.name for path in first.parent.iterdir()] == ["bundle"]


def test_without_room_the_bundle_is_as_it_was(first: Path) -> None:
    before = {each: each.read_bytes() for each in first.rglob("*") if each.is_file()}
    with (
        file_limit(2000),
        pytest.raises(
            kerasapps.DiskFullError, match=r"A file would grow .* Free: .* Raise the limit, and"
        ),
    ):
        kerasapps.export_bundle(first, export=ONE_MORE)
    assert before == {each: each.read_bytes() for each in first.rglob("*") if each.is_file()}
    assert [path.name for path in first.parent.iterdir()] == ["bundle"]
