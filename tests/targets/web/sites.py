"""Pages of bundles, and Chromium that asks them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kerasapps
from benchmarks.clients import places
from benchmarks.clients.answers import Failure, Raw, compare
from benchmarks.clients.each.web_page import OWN, ask
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


def check_page(bundle: Path, examples: Sequence[Raw], folder: Path, **options: Any) -> None:
    """The page of a bundle answers as `load_bundle`."""
    site = kerasapps.export_app(
        bundle, target="web", output=folder / "site", runtime=runtime(), **options
    ).output
    (answers, own) = ask([site, site], [examples, OWN])
    assert own == {"count": own["count"], "right": own["count"]} and own["count"] > 0
    assert not isinstance(answers, Failure), answers.reason
    loaded: Any = kerasapps.load_bundle(bundle, options.get("artifact"))
    expected = [
        np.asarray(loaded.scores(raw)) if hasattr(loaded, "scores") else loaded.predict(raw)[0].text
        for raw in examples
    ]
    compared = compare(answers, expected)
    assert compared.agreeing == compared.count == len(examples), (compared, os.fspath(site))
    assert compared.distance < 1e-4
