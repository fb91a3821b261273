from __future__ import annotations

import json
from pathlib import Path

import pytest

from kerasapps.deploy.manifest import find_bundle, read_manifest
from kerasapps.errors import BundleError


@pytest.mark.parametrize(
    "name", ["model_int8.tflite", "model.keras", "labels.txt", "saved_model/saved_model.pb"]
)
def test_a_changed_file_is_refused_by_name(bundle: Path, name: str) -> None:
    content = bytearray((bundle / name).read_bytes())
    content[len(content) // 2] ^= 1
    (bundle / name).write_bytes(content)
    with pytest.raises(BundleError, match=name.replace(".", r"\.")):
        read_manifest(bundle)


def test_a_missing_file_is_refused_by_name(bundle: Path) -> None:
    (bundle / "labels.txt").unlink()
    with pytest.raises(BundleError, match=r"labels\.txt is missing"):
        read_manifest(bundle)


def test_a_changed_manifest_is_refused(bundle: Path) -> None:
    file = bundle / "bundle.json"
    values = json.loads(file.read_text())
    values["labels"] = values["labels"][::-1]
    file.write_text(json.dumps(values))
    with pytest.raises(BundleError, match=r"bundle\.json was changed"):
        read_manifest(bundle)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"manifest_sha256": 1}', "{truncated"])
def test_a_damaged_manifest_is_refused(bundle: Path, content: str) -> None:
    (bundle / "bundle.json").write_text(content)
    with pytest.raises(BundleError, match=r"bundle\.json is damaged"):
        read_manifest(bundle)


def test_a_folder_without_a_bundle_says_so(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"no bundle\.json"):
        find_bundle(tmp_path)
    with pytest.raises(BundleError, match="not a folder"):
        find_bundle(tmp_path / "nothing")
