"""Writes the Android app."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kerasapps.targets.app import App
from kerasapps.targets.phone import display_name, fill_phone_app, identifier

TEMPLATE: Final = Path(__file__).parent / "template"
"""Files that every such app has, as they are."""

BUNDLE = "app/src/main/assets/bundle"
"""Where the bundle's files are in an app."""


def write(app: App, folder: Path) -> None:
    """See `registry.Writer`."""
    fill_phone_app(app, TEMPLATE, folder, bundle=BUNDLE)
    lines = {
        "app.id": identifier(app),
        "app.name": display_name(app),
        "android.useAndroidX": "true",
        "org.gradle.jvmargs": "-Xmx2g",
    }
    text = "".join(f"{name}={_escaped(value)}\n" for name, value in lines.items())
    (folder / "gradle.properties").write_text(text, encoding="ascii")


def _escaped(text: str) -> str:
    r"""A value of a properties file: ASCII, other characters as `\uABCD` of UTF-16."""
    return "".join(each if each.isascii() else _units(each) for each in text)


def _units(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
