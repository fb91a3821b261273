"""Pages of bundles, and Chromium that asks them."""

from __future__ import annotations

import functools
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import kerasapps
from benchmarks.clients import places
from benchmarks.clients.answers import Failure, Raw, compare
from benchmarks.clients.each.web_page import OWN, ask
from benchmarks.clients.reading import expected_answer
from kerasapps.cache import cache_folder
from kerasapps.targets.web import litert


def runtime() -> Path | None:
    """LiteRT.js, where it is without a network: as npm installed it, or in the user's cache."""
    kept = cache_folder() / "litertjs"
    if not places.no_module("@litertjs/core"):
        return places.node_modules()
    whole = all((kept / package.archive).is_file() for package in litert.PACKAGES)
    return kept if whole else None


def lacking() -> str:
    """Why no page can be asked here; empty if one can."""
    if places.chromium() is None:
        return "chromium is not installed"
    return "" if runtime() else "LiteRT.js is not here: `make clients` fetches it"


needs_browser = pytest.mark.skipif(bool(lacking()), reason=lacking() or "it can run")


@functools.cache
def page_pictures() -> ModuleType:
    """The script of the documentation's pictures, which drives Chromium."""
    file = places.ROOT / "docs" / "page_pictures.py"
    spec = importlib.util.spec_from_file_location("page_pictures", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_page(bundle: Path, examples: Sequence[Raw], folder: Path, **options: Any) -> None:
    """The page of a bundle answers as `load_bundle`."""
    site = kerasapps.export_app(
        bundle, target="web", output=folder / "site", runtime=runtime(), **options
    ).output
    (answers, own) = ask([site, site], [examples, OWN])
    assert own == {"count": own["count"], "right": own["count"]} and own["count"] > 0
    assert not isinstance(answers, Failure), answers.reason
    loaded: Any = kerasapps.load_bundle(bundle, options.get("artifact"))
    expected = [expected_answer(loaded, raw, None) for raw in examples]
    compared = compare(answers, expected)
    assert compared.agreeing == compared.count == len(examples), (compared, os.fspath(site))
    assert compared.distance < 1e-4
