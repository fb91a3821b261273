"""The files of a bundle's folder, on small folders of planted files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kerasapps.deploy.inventory import check_files
from kerasapps.errors import BundleError
from kerasapps.files.named import sha256_of

ARTIFACTS = [
    {"name": "int8", "path": "model.tflite"},
    {"name": "saved_model", "path": "graph"},
    {"name": "float32", "path": None},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bundle = tmp_path / "bundle"
    (bundle / "graph" / "variables").mkdir(parents=True)
    for name in ("model.tflite", "graph/graph.pb", "graph/variables/data", "labels.txt"):
        (bundle / name).write_text(name)
    return bundle


@pytest.fixture
def files(folder: Path) -> dict[str, str]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in found}


def test_a_whole_bundle_passes_and_foreign_files_beside_it_do_not_matter(
    folder: Path, files: dict[str, str]
) -> None:
    (folder / ".DS_Store").touch()
    check_files(folder, files, artifacts=ARTIFACTS)


@pytest.mark.parametrize("name", ["model.tflite", "graph/graph.pb", "graph/variables/data"])
def test_what_is_run_is_listed(folder: Path, files: dict[str, str], name: str) -> None:
    del files[name]
    with pytest.raises(BundleError, match=f"{name} is not listed"):
        check_files(folder, files, artifacts=ARTIFACTS)


def test_an_empty_list_of_files_proves_nothing(folder: Path) -> None:
    with pytest.raises(BundleError, match="is not listed"):
        check_files(folder, {}, artifacts=ARTIFACTS)


def test_a_file_slipped_into_a_folder_that_is_run_is_refused(
    folder: Path, files: dict[str, str]
) -> None:
    (folder / "graph" / "variables" / "more").touch()
    with pytest.raises(BundleError, match="more is not listed"):
        check_files(folder, files, artifacts=ARTIFACTS)


def test_so_is_a_linked_folder_in_it(folder: Path, files: dict[str, str], tmp_path: Path) -> None:
    (folder / "graph" / "assets").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(BundleError, match="assets is not listed"):
        check_files(folder, files, artifacts=ARTIFACTS)


def test_an_empty_folder_is_no_artifact(folder: Path, files: dict[str, str]) -> None:
    (folder / "hollow").mkdir()
    with pytest.raises(BundleError, match="hollow is empty"):
        check_files(folder, files, artifacts=[{"name": "a", "path": "hollow"}])


@pytest.mark.parametrize("name", ["labels.txt", "graph", "graph/variables"])
def test_a_link_is_refused_even_where_its_content_fits(
    folder: Path, files: dict[str, str], name: str, tmp_path: Path
) -> None:
    (folder / name).rename(tmp_path / "moved")
    (folder / name).symlink_to(tmp_path / "moved")
    with pytest.raises(BundleError, match=f"{name} is a link"):
        check_files(folder, files, artifacts=())


def test_a_pipe_is_not_waited_for(folder: Path, files: dict[str, str]) -> None:
    (folder / "labels.txt").unlink()
    os.mkfifo(folder / "labels.txt")
    with pytest.raises(BundleError, match=r"labels\.txt is no regular file"):
        check_files(folder, files, artifacts=())


def test_a_folder_is_no_file_and_a_file_no_folder(folder: Path, files: dict[str, str]) -> None:
    with pytest.raises(BundleError, match="graph is no regular file"):
        check_files(folder, {"graph": "0" * 64}, artifacts=())
    with pytest.raises(BundleError, match=r"labels\.txt is no regular folder"):
        check_files(folder, {"labels.txt/a": "0" * 64}, artifacts=())
    with pytest.raises(BundleError, match=r"other\.txt is not listed"):
        (folder / "other.txt").touch()
        check_files(folder, files, artifacts=[{"name": "a", "path": "other.txt"}])


def test_a_missing_file_is_named(folder: Path, files: dict[str, str]) -> None:
    (folder / "labels.txt").unlink()
    with pytest.raises(BundleError, match=r"labels\.txt is missing"):
        check_files(folder, files, artifacts=())
    with pytest.raises(BundleError, match="gone is missing"):
        check_files(folder, {}, artifacts=[{"name": "a", "path": "gone"}])


def test_a_changed_file_is_named_with_both_hashes(folder: Path, files: dict[str, str]) -> None:
    (folder / "labels.txt").write_text("changed")
    with pytest.raises(BundleError, match="not the file that was verified") as refused:
        check_files(folder, files, artifacts=())
    assert files["labels.txt"] in str(refused.value)
