"""Which apps there are of which bundles."""

from __future__ import annotations

import pytest

from kerasapps.config import kinds


@pytest.mark.parametrize(
    ("reads", "answers", "apps"),
    [
        (kinds.PICTURE, kinds.CLASSES, ("android", "ios", "web")),
        (kinds.ROWS, kinds.NUMBER, ("android", "ios", "web")),
        (kinds.PICTURE, kinds.NUMBER, ("web",)),
        (kinds.SOUND, kinds.CLASSES, ("web",)),
        (kinds.WORDS, kinds.LABELS, ("web",)),
        (kinds.TOKENS, kinds.TAGS, ()),
    ],
)
def test_apps_there_are(reads: str, answers: str, apps: tuple[str, ...]) -> None:
    assert kinds.app_targets(reads, answers) == apps
