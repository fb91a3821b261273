"""The Xcode project, none of which is compiled here: that it is whole, and the Kotlin's twin."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kerasapps.targets.android.write import TEMPLATE as ANDROID
from kerasapps.targets.ios.write import BUNDLE, TEMPLATE, write
from tests.targets.apps import planted_app, signature, tensor

CORE = TEMPLATE / "App/Core"
KOTLIN = ANDROID / "app/src/main/java/kerasapps/core"
RENAMED = {"Bundle": "ModelBundle"}  # Foundation has a Bundle


def test_a_project_is_written(tmp_path: Path) -> None:
    app = planted_app(tmp_path / "bundle", signature(tensor("a", 1)), run="two // cats")
    folder = tmp_path / "app"
    folder.mkdir()
    write(app, folder)
    assert (folder / "App.xcconfig").read_text(encoding="utf-8").splitlines() == [
        "PRODUCT_BUNDLE_IDENTIFIER = app.kerasapps.twocats",
        "INFOPLIST_KEY_CFBundleDisplayName = two    cats",
    ]
    assert (folder / BUNDLE / "bundle.json").is_file()
    project = (folder / "App.xcodeproj/project.pbxproj").read_text(encoding="utf-8")
    for name in ("App", "bundle", "App.xcconfig"):
        assert f"path = {name};" in project and (folder / name).exists()


def test_the_project_file_defines_what_it_names() -> None:
    project = (TEMPLATE / "App.xcodeproj/project.pbxproj").read_text(encoding="utf-8")
    named = set(re.findall(r"\b4B45[0-9]{20}\b", project))
    defined = re.findall(r"^\t\t(4B45[0-9]{20})(?: /\*[^*]*\*/)? = \{", project, re.MULTILINE)
    assert named == set(defined) and len(defined) == len(set(defined)) > 15
    for opening, closing in ("{}", "()"):
        assert project.count(opening) == project.count(closing)


def test_every_file_of_the_kotlin_has_its_twin() -> None:
    kotlin = {RENAMED.get(file.stem, file.stem) for file in KOTLIN.glob("*.kt")}
    assert {file.stem for file in CORE.glob("*.swift")} == kotlin
    for file in CORE.glob("*.swift"):
        imports = re.findall(r"^import (\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(imports) <= {"Foundation"}


@pytest.mark.parametrize("swift", sorted(CORE.glob("*.swift")), ids=lambda file: file.stem)
def test_the_twins_read_the_same_fields_and_hold_the_same_numbers(swift: Path) -> None:
    renamed = {new: old for old, new in RENAMED.items()}
    kotlin = KOTLIN / f"{renamed.get(swift.stem, swift.stem)}.kt"
    ours, theirs = (file.read_text(encoding="utf-8") for file in (swift, kotlin))
    fields = set(re.findall(r'(?:at|find)\("(\w+)"\)', ours))
    assert fields == set(re.findall(r'(?<=[\w\]])(?:\.find\(|\[)"(\w+)"[\])]', theirs))
    assert long_numbers(ours) >= long_numbers(theirs)


def long_numbers(code: str) -> set[str]:
    """Those that are not written by chance."""
    plain = re.sub(r"//.*|\"[^\"]*\"|'[^']*'|\\u\S*", "", code)
    return set(re.findall(r"\b(?:0x[0-9a-fA-F]{3,}|[0-9]{4,})\b", plain))
