"""What apps for phones share: the files that all have, and those of the bundle."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from kerasapps.config import kinds
from kerasapps.deploy.manifest import FILE_NAME, SCHEMA_VERSION
from kerasapps.errors import ConfigError
from kerasapps.targets.app import EXAMPLES_FILE, App, require_tensors
from kerasapps.targets.characters import CHARACTERS_FILE, character_table
from kerasapps.targets.refusals import no_phone_app

_DTYPES = ("float32", "int32", "int8", "uint8")
_SHOWN_DOTFILE = "gitignore"  # in the template without its dot, which packaging leaves out


def fill_phone_app(app: App, template: Path, folder: Path, *, bundle: str) -> None:
    """Writes the files of the template, and the bundle's beside them.

    Args:
        app: what it is made of.
        template: folder of the files that every such app has, as they are.
        folder: empty.
        bundle: where in it the bundle's files go.

    Raises:
        BundleError: if there is no app for such a bundle, or its file has tensors that phones'
            runtimes do not exchange.
        ConfigError: if a runtime is named.
    """
    _check(app)
    shutil.copytree(template, folder, dirs_exist_ok=True)
    (folder / _SHOWN_DOTFILE).rename(folder / f".{_SHOWN_DOTFILE}")
    place = folder / bundle
    place.mkdir(parents=True)
    for file in (app.model, *app.documents):
        inner = file.relative_to(app.manifest.folder)
        if inner.parts[0] not in (EXAMPLES_FILE, "examples"):
            (place / inner).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place / inner)
    text = json.dumps(_values(app), indent=1, ensure_ascii=False)
    (place / FILE_NAME).write_text(f"{text}\n", encoding="utf-8")
    if app.preprocessing["kind"] == kinds.WORDPIECES:
        table = character_table(lowercase=app.preprocessing["lowercase"])
        (place / CHARACTERS_FILE).write_text(table, encoding="ascii")


def identifier(app: App) -> str:
    """A name for app stores that no other app has, such as `app.kerasapps.digitscnn`."""
    name = re.sub("[^a-z0-9]", "", app.name.lower())
    return f"app.kerasapps.{name if name[:1].isalpha() else f'model{name}'}"


def display_name(app: App) -> str:
    """The run's name without what the files of a project would read as marks of theirs."""
    return re.sub(r"[^\w .,()-]", " ", app.name).strip() or "model"


def _values(app: App) -> dict[str, Any]:
    """What the app reads of the manifest: nothing of how the model was trained goes to users."""
    manifest = app.manifest
    return {
        "schema_version": SCHEMA_VERSION,
        "labels": list(manifest.labels),
        "preprocessing": dict(app.preprocessing),
        "answer": dict(app.answer),
        "artifacts": [
            {name: app.artifact[name] for name in ("name", "path", "runtime")},
        ],
    }


def _check(app: App) -> None:
    if app.runtime is not None:
        raise ConfigError(
            "--runtime is for pages in browsers only: Android Studio and Xcode fetch LiteRT "
            "themselves. Leave it out."
        )
    if (app.preprocessing["kind"], app.answer["kind"]) not in kinds.PHONE_APPS:
        raise no_phone_app(app)
    require_tensors(app, dtypes=_DTYPES, takes="apps for phones take")
