"""Texts that are translated in a page are translated as in Python."""

from __future__ import annotations

from pathlib import Path

import kerasapps
from benchmarks.clients.examples import ODD_SENTENCES
from tests.targets.web.sites import check_page, needs_browser


@needs_browser
def test_sentences_of_all_kinds(
    translated: kerasapps.RecipeResult, pairs: Path, tmp_path: Path
) -> None:
    sources = (pairs / "train.en").read_text(encoding="utf-8").splitlines()[:6]
    check_page(translated.bundle_dir, [*sources, *ODD_SENTENCES], tmp_path)
