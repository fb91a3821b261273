from __future__ import annotations

import errno
import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from kerasapps.deploy import manifest
from kerasapps.deploy.exchange import replace_folder, retired
from kerasapps.deploy.lock import hold, locks_of
from kerasapps.deploy.manifest import Manifest, find_bundle, read_manifest, steadily
from kerasapps.errors import BundleError
from kerasapps.files.named import sha256_of
from tests.deploy.tampered import put, tamper
from tests.values import kinds_of

FIRST_BUNDLE = Path(__file__).parent / "first_bundle"  # by version 0.1.0, schema 1


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A copy of that bundle that a test may spoil: no training is needed here."""
    return Path(shutil.copytree(FIRST_BUNDLE, tmp_path / "run" / "bundle"))


def test_a_bundle_of_the_first_version_is_read() -> None:
    found = read_manifest(FIRST_BUNDLE)
    assert found.folder == FIRST_BUNDLE and found.labels == tuple("0123456789")
    assert found.artifact("int8")["path"] == "model_int8.tflite"
    assert found.file("model.keras") == FIRST_BUNDLE / "model.keras"
    assert found.input["height"] == 8 and found.settings["train"]["epochs"] == 25


@pytest.mark.parametrize("name", ["model_int8.tflite", "model.keras", "labels.txt", "report.html"])
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


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"manifest_sha256": 1}',
        "{truncated",
        '{"a": 1, "a": 2}',
        '{"a": {"b": 1, "b": 2}}',
        "[" * 100_000,
        "1" * 5000,
        "\0",
        '{"schema_version": 1, "manifest_sha256": "\\ud800"}',
    ],
)
def test_a_damaged_manifest_is_refused(bundle: Path, content: str) -> None:
    (bundle / "bundle.json").write_text(content)
    with pytest.raises(BundleError, match=r"bundle\.json is damaged"):
        read_manifest(bundle)


def test_a_folder_without_a_bundle_says_so(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"no bundle\.json"):
        find_bundle(tmp_path)
    with pytest.raises(BundleError, match="not a folder"):
        find_bundle(tmp_path / "nothing")


def test_bytes_that_are_no_text_are_damage(bundle: Path) -> None:
    (bundle / "bundle.json").write_bytes(b"\xff\xfe")
    with pytest.raises(BundleError, match=r"bundle\.json is damaged"):
        read_manifest(bundle)


def test_a_manifest_of_any_size_is_not_read(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = (bundle / "bundle.json").stat().st_size
    monkeypatch.setattr(manifest, "MOST_BYTES", size)
    read_manifest(bundle)
    monkeypatch.setattr(manifest, "MOST_BYTES", size - 1)
    with pytest.raises(BundleError, match="more than"):
        read_manifest(bundle)


@pytest.mark.parametrize("version", [0, 3, "1", None])
def test_another_schema_is_refused_by_its_number(bundle: Path, version: object) -> None:
    tamper(bundle, lambda values: put(values, "schema_version", version))
    with pytest.raises(BundleError, match=f"has schema {version}; this kerasapps reads 1 and 2"):
        read_manifest(bundle)


def test_what_the_manifest_says_is_checked_before_a_file_is_opened(bundle: Path) -> None:
    tamper(bundle, lambda values: put(values, "artifacts.0.path", "/etc/passwd"))
    (bundle / "labels.txt").unlink()
    with pytest.raises(BundleError, match=r"artifacts\[0\]\.path is '/etc/passwd'"):
        read_manifest(bundle)


def test_what_lies_there_is_checked_against_the_list(bundle: Path) -> None:
    tamper(bundle, lambda values: values["files"].pop("model_int8.tflite"))
    with pytest.raises(BundleError, match=r"model_int8\.tflite is not listed"):
        read_manifest(bundle)


def test_a_file_that_is_not_listed_is_not_opened(bundle: Path) -> None:
    tamper(bundle, lambda values: values["files"].pop("model.keras"))
    found = read_manifest(bundle)
    with pytest.raises(BundleError, match=r"does not list model\.keras"):
        found.file("model.keras")


def test_an_artifact_that_is_not_there_lists_those_that_are(bundle: Path) -> None:
    tamper(bundle, lambda values: values["artifacts"].append(_withheld("float16")))
    found = read_manifest(bundle)
    with pytest.raises(BundleError, match=r"'float16'\. It was withheld: too bad\. Known: int8\."):
        found.artifact("float16")
    with pytest.raises(BundleError, match=r"no artifact 'tiny'\. Known: int8\."):
        found.artifact("tiny")
    with pytest.raises(BundleError, match=r"no artifact 'tiny'\. Known: none\."):
        found.artifact("tiny", formats=("onnx", "saved_model"))


def _withheld(name: str) -> dict[str, object]:
    return {"name": name, "path": None, "passed": False, "reason": "too bad"}


def test_a_bundle_left_aside_by_a_crash_is_brought_back(bundle: Path) -> None:
    for path in (bundle, bundle.parent):
        bundle.rename(retired(bundle))
        assert find_bundle(path) == bundle
        assert bundle.is_dir() and not retired(bundle).exists()
    assert [path.name for path in bundle.parent.iterdir()] == ["bundle"]


def test_one_that_lies_aside_while_it_is_replaced_is_waited_for(bundle: Path) -> None:
    bundle.rename(retired(bundle))

    def finish() -> None:
        time.sleep(0.1)
        retired(bundle).rename(bundle)

    with hold(*locks_of(bundle)):
        writer = threading.Thread(target=finish)
        writer.start()
        assert read_manifest(bundle).labels == tuple("0123456789")
        writer.join()


def test_one_that_lies_aside_where_nothing_may_be_written_is_read_there(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle.rename(retired(bundle))

    def refuse(*locks: Path) -> None:
        raise PermissionError(errno.EROFS, "read-only file system")

    monkeypatch.setattr(manifest, "hold", refuse)
    assert read_manifest(bundle).folder == retired(bundle)


def replace_with(bundle: Path, content: str) -> None:
    """Another bundle in the place of this one, as `export` does it."""
    new = Path(shutil.copytree(bundle, bundle.parent / "new"))
    (new / "labels.txt").write_text(content)
    digest = sha256_of(new / "labels.txt")
    tamper(new, lambda values: values["files"].update({"labels.txt": digest}))
    replace_folder(new, bundle)


def test_what_was_read_of_two_bundles_is_read_anew(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, contents = manifest.check_files, iter(["while it is checked"])

    def check(*given: Any, **options: Any) -> None:
        for content in contents:
            replace_with(bundle, content)
        real(*given, **options)

    monkeypatch.setattr(manifest, "check_files", check)
    found = read_manifest(bundle)
    assert found.files["labels.txt"] == sha256_of(bundle / "labels.txt")
    assert (bundle / "labels.txt").read_text() == "while it is checked"


def test_what_was_made_of_the_old_bundle_is_made_of_the_new_one(bundle: Path) -> None:
    used: list[str] = []

    def use(found: Manifest) -> str:
        used.append(found.files["labels.txt"])
        if len(used) == 1:
            replace_with(bundle, "while it is used")
        if len(used) == 2:
            replace_with(bundle, "and again")
            raise BundleError("of two bundles")
        return used[-1]

    assert steadily(bundle, use) == sha256_of(bundle / "labels.txt")
    assert len(set(used)) == len(used) == 3


def test_an_error_of_a_bundle_that_stands_is_told_at_once(bundle: Path) -> None:
    used: list[Manifest] = []

    def use(found: Manifest) -> None:
        used.append(found)
        raise BundleError("broken")

    with pytest.raises(BundleError, match="broken"):
        steadily(bundle, use)
    assert len(used) == 1


def test_a_bundle_that_is_replaced_all_the_time_is_given_up(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "_PAUSES", (0.0, 0.0, 0.0))
    used: list[Manifest] = []

    def use(found: Manifest) -> None:
        used.append(found)
        replace_with(bundle, str(len(used)))

    with pytest.raises(BundleError, match="replaced over and over"):
        steadily(bundle, use)
    assert len(used) == 3


def test_one_that_appears_while_it_is_looked_for_is_found(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, real = [], Path.is_file

    def is_file(path: Path) -> bool:
        looks.append(path)
        return len(looks) > 2 and real(path)

    monkeypatch.setattr(Path, "is_file", is_file)
    assert find_bundle(bundle) == bundle
    assert looks[:2] == [bundle / "bundle.json", bundle / "bundle" / "bundle.json"]


def test_kinds_of_values() -> None:
    assert kinds_of(manifest) == {"Manifest": "frozen"}
