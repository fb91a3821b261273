"""Texts that are classified in a page are answered as in Python."""

from __future__ import annotations

from pathlib import Path

import kerasapps
from benchmarks.clients.examples import ODD_TEXTS
from tests.targets.web.sites import check_page, needs_browser


@needs_browser
def test_texts_of_all_kinds(reviewed: kerasapps.RecipeResult, tmp_path: Path) -> None:
    texts = ["A great film, and not a dull minute in it.", "Dull.", *ODD_TEXTS]
    check_page(reviewed.bundle_dir, texts, tmp_path)
