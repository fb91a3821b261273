"""A message that a page quotes is one that is given."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator

import pytest

from tests.docs.pages import PAGES, ROOT, name_of

HEADING = "## What can go wrong\n"
QUOTED = re.compile(r"[`\"“]([^`\"“”]+)[`\"”]")
OPTION = re.compile(r"--[\w-]+")  # in the source it is called after its class


def quoted_messages() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        _, _, section = page.read_text(encoding="utf-8").partition(HEADING)
        for row in re.findall(r"^\|([^|\n]+)\|", section.partition("\n## ")[0], re.MULTILINE):
            for message in QUOTED.findall(row):
                yield name_of(page), message


MESSAGES = [*quoted_messages()]


@functools.cache
def given_messages() -> list[list[str]]:
    """The words of every text in the source, with `…` where something is filled in."""
    files = (file for folder in ("kerasapps", "recipes") for file in (ROOT / folder).rglob("*.py"))
    texts = (text for file in files for text in _texts(ast.parse(file.read_text("utf-8"))))
    return [words for text in texts if (words := _words(text))]


def _words(text: str) -> list[str]:
    """Words, and `…` for what may stand there."""
    return re.findall(r"\w+|…", text)


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
            )


def test_messages_are_quoted() -> None:
    assert len(MESSAGES) > 30 and len({page for page, _ in MESSAGES}) >= 5


@pytest.mark.parametrize(("page", "message"), MESSAGES)
def test_a_quoted_message_is_given(page: str, message: str) -> None:
    quoted = [word for word in _words(OPTION.sub("…", message)) if word != "…"]
    assert any(may_be(quoted, given) for given in given_messages()), (
        f"{page} quotes {message!r}, which nothing in the source says"
    )


def may_be(quoted: list[str], given: list[str]) -> bool:
    """Whether a message has most of the words, in their order, and room for the others."""
    said = [word for word in quoted if word in given]
    if 2 * len(said) < len(quoted) or (len(said) < len(quoted) and "…" not in given):
        return False
    rest = iter(given)
    return all(word in rest for word in said)


def test_what_may_be_a_message() -> None:
    given = _words("class … is in … (… …s) but not in train")
    assert may_be(_words("class is in test pictures but not in train"), given)
    assert not may_be(_words("class is not in train but in test"), given)
    assert not may_be(_words("class 3 was in test"), given)
    assert not may_be(["class", "3"], ["class"])
