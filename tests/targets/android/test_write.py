"""The Android project: what a bundle decides in it, and that its parts know each other."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import kerasapps
from kerasapps.targets.android.write import BUNDLE, TEMPLATE, write
from tests.targets.apps import planted_app, signature, tensor

APP = TEMPLATE / "app/src/main/java/kerasapps/app"


def test_the_command_writes_a_project(trained: kerasapps.RecipeResult, tmp_path: Path) -> None:
    exported = kerasapps.export_app(
        trained.bundle_dir, target="android", output=tmp_path / "app", artifact="int8"
    )
    assert exported.next_step.startswith(f"open {tmp_path / 'app'} in Android Studio")
    model = tmp_path / "app" / BUNDLE / "model_int8.tflite"
    assert model.read_bytes() == (Path(trained.bundle_dir) / model.name).read_bytes()
    for name in ("settings.gradle.kts", "app/build.gradle.kts", "README.md", ".gitignore"):
        assert (tmp_path / "app" / name).is_file()


def test_names_stand_in_one_file(tmp_path: Path) -> None:
    app = planted_app(tmp_path / "bundle", signature(tensor("a", 1)), run="Äpfel 🍎")
    (tmp_path / "app").mkdir()
    write(app, tmp_path / "app")
    lines = (tmp_path / "app" / "gradle.properties").read_text(encoding="ascii").splitlines()
    assert lines[0] == "app.id=app.kerasapps.pfel"
    assert lines[1] == r"app.name=\u00c4pfel"


def test_the_code_uses_the_strings_and_classes_that_there_are() -> None:
    main = TEMPLATE / "app/src/main"
    strings = ElementTree.parse(main / "res/values/strings.xml").getroot()
    code = "".join(file.read_text(encoding="utf-8") for file in APP.glob("*.kt"))
    assert {each.get("name") for each in strings} == set(re.findall(r"R\.string\.(\w+)", code))
    manifest = ElementTree.parse(main / "AndroidManifest.xml").getroot()
    space = "{http://schemas.android.com/apk/res/android}name"
    named = {each.get(space, "").rpartition(".")[2] for each in manifest.iter() if each.get(space)}
    assert {"MainActivity", "PhotoProvider"} <= named
    assert not [each for each in manifest if each.tag == "uses-permission"]
    assert "class MainActivity :" in code and "class PhotoProvider :" in code


def test_the_plain_part_knows_nothing_of_android() -> None:
    core = APP.parent / "core"
    for file in core.glob("*.kt"):
        imports = re.findall(r"^import (\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert all(name.startswith(("java.util.", "kotlin.")) for name in imports), file.name
