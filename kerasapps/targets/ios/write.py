"""Writes the iOS app."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kerasapps.targets.app import App
from kerasapps.targets.phone import display_name, fill_phone_app, identifier

TEMPLATE: Final = Path(__file__).parent / "template"
"""Files that every such app has, as they are."""

BUNDLE = "bundle"
"""Where the bundle's files are in an app."""


def write(app: App, folder: Path) -> None:
    """See `registry.Writer`."""
    fill_phone_app(app, TEMPLATE, folder, bundle=BUNDLE)
    lines = {
        "PRODUCT_BUNDLE_IDENTIFIER": identifier(app),
        "INFOPLIST_KEY_CFBundleDisplayName": display_name(app),
    }
    text = "".join(f"{name} = {value}\n" for name, value in lines.items())
    (folder / "App.xcconfig").write_text(text, encoding="utf-8")
