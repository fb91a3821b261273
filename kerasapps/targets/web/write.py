"""Writes the page: files that every page has, the bundle's own, and the runtime."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

from kerasapps.config import kinds
from kerasapps.errors import BundleError
from kerasapps.targets.app import EXAMPLES_FILE, App, require_tensors
from kerasapps.targets.facts import figures_of, limits_of
from kerasapps.targets.place import RECORD
from kerasapps.targets.refusals import no_page
from kerasapps.targets.web.litert import litert_files

ABOUT: Final = "app.json"
PAGE: Final = Path(__file__).parent / "page"
"""Files that every page has, as they are."""

SUFFIXES: Final = (".flac", ".json", ".model", ".png", ".tflite", ".txt")
"""Of a bundle's files in a page: whoever is led to one of them by a link runs nothing."""
DTYPES: Final = ("float32", "int32", "uint8")
"""All that LiteRT.js hands over."""


def write(app: App, folder: Path) -> None:
    """Fills an empty folder with the page; see `registry.Writer`."""
    _require_known(app)
    require_tensors(app, dtypes=DTYPES, takes="LiteRT.js takes")
    _require_harmless(app)
    runtime = litert_files(app.runtime)
    shutil.copytree(PAGE, folder, dirs_exist_ok=True)
    for file in (app.model, *app.documents):
        target = folder / file.relative_to(app.manifest.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    for name, content in runtime.items():
        target = folder / "litert" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    text = json.dumps(described(app), ensure_ascii=False, indent=1)
    (folder / ABOUT).write_text(f"{text}\n", encoding="utf-8")


def described(app: App) -> dict[str, Any]:
    """What the page reads of the bundle: `app.json`."""
    inside = {path.relative_to(app.manifest.folder).as_posix() for path in app.documents}
    return {
        "title": app.name,
        "artifact": app.artifact["name"],
        "model": app.model.relative_to(app.manifest.folder).as_posix(),
        "signatures": app.signatures,
        "preprocessing": app.preprocessing,
        "answer": app.answer,
        "labels": app.manifest.labels,
        "target": app.manifest.input.get("target"),  # the column that is answered, of rows
        "figures": figures_of(app),
        "limits": limits_of(app),
        "examples": EXAMPLES_FILE if EXAMPLES_FILE in inside else None,
    }


def _require_known(app: App) -> None:
    reads, answers = app.preprocessing["kind"], app.answer["kind"]
    if reads not in kinds.PAGE_READS or answers not in kinds.PAGE_ANSWERS:
        raise no_page(app)


def _require_harmless(app: App) -> None:
    """A stranger's bundle brings no script, and nothing in the place of the page's own files."""
    taken = {path.name.lower() for path in PAGE.iterdir()} | {ABOUT, RECORD}
    for file in (app.model, *app.documents):
        path = file.relative_to(app.manifest.folder)
        if path.parts[0].lower() in taken or path.suffix not in SUFFIXES:
            raise BundleError(
                f"{file} cannot stand in a page: it would be run there, or stand in the place of "
                "one of the page's own files. kerasapps gives no file such a name: do not use the "
                "bundle."
            )
