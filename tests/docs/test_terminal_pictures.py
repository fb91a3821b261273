"""Pictures of the terminal and of pages: small, of nobody's machine, with words beside them."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.docs.pages import PAGES, ROOT

IMAGES = sorted((ROOT / "docs" / "images").glob("*.svg"))
SHOWN = re.compile(r"!\[([^\]]*)\]\((?:docs/)?images/([^)]+)\)")


@pytest.fixture(scope="module")
def pictures() -> ModuleType:
    script = ROOT / "docs" / "terminal_pictures.py"
    spec = importlib.util.spec_from_file_location("terminal_pictures", script)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where its dataclass looks
    spec.loader.exec_module(module)
    return module


def test_each_is_small_and_shows_no_machine() -> None:
    assert len(IMAGES) >= 12
    for image in IMAGES:
        text = image.read_text("utf-8")
        words = re.sub(r"<[^>]+>", "\n", text).replace("&#160;", " ")
        assert len(text) < 60_000, image
        assert not re.search(r"/(tmp|home|root|work|usr)\b", words), image
        assert not re.search(r"/\d-[0-9a-f]{4}\b", words), f"{image} names a host"
        links = re.findall(r"https?://[^\"' ]+", text)
        assert set(links) == {"http://www.w3.org/2000/svg"}, image
        assert "@font-face" not in text and "<script" not in text


def test_each_that_a_page_shows_is_there_and_has_words_in_its_place() -> None:
    shown = [each for page in PAGES for each in SHOWN.findall(page.read_text("utf-8"))]
    assert {name for _, name in shown} >= {image.name for image in IMAGES if "_80" in image.name}
    for words, name in shown:
        image = ROOT / "docs" / "images" / name
        assert image.exists() and len(words) > 20 and image.stat().st_size < 60_000, name


@pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux")
def test_a_picture_shows_what_is_left_on_the_screen(pictures: ModuleType, tmp_path: Path) -> None:
    head = {"version": 2, "width": 40, "height": 5, "title": "kerasapps check photos"}
    pieces = ["\rReading … 0.2 s\x1b[K", "\r\x1b[K", "\x1b[1mWell\x1b[0m <&>\r\n", "end\r\n"]
    lines = [head, *([number / 10, "o", text] for number, text in enumerate(pieces))]
    (tmp_path / "a.cast").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    for seen, words in (("", ["Well", "&lt;&amp;&gt;", "end"]), ("Read", ["Reading"])):
        pictures.draw(tmp_path / "a.cast", seen, tmp_path / "a.svg")
        text = (tmp_path / "a.svg").read_text("utf-8")
        assert all(word in text for word in words)
        assert ("Reading" in text) is bool(seen)
