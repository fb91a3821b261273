"""What a source has for one example becomes words with tags: lists, or a text with its entities."""

from __future__ import annotations

import ast
import functools
import itertools
import json
import numbers
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from kerasapps.data.labels import clean_label
from kerasapps.data.sources.clean import clean_text, excerpt
from kerasapps.data.sources.rows import Problem, decode, is_missing
from kerasapps.data.tags.schemes import Span, tags_of
from kerasapps.data.tags.words import split_words
from kerasapps.wording.counted import counted

UNEVEN = "tags"
"""The fault of an example that has not as many tags as words."""
_ENTITIES = "entities"
_STARTS = ("start", "start_offset", "begin")
_ENDS = ("end", "end_offset", "stop")
_LABELS = ("label", "type", "tag", "entity", "entity_group", "category")


class Tagged(NamedTuple):
    """A sentence.

    Attributes:
        words: without white space at their ends.
        tags: one a word, as the data writes them.
        blank: words of nothing but white space, which were left out.
        cut: entities that began or ended inside a word, and were widened to whole words.
    """

    words: list[str]
    tags: list[str]
    blank: int = 0
    cut: tuple[str, ...] = ()


class _UnusableError(Exception):
    """Why an example cannot be used."""

    def __init__(self, fault: Any, reason: str) -> None:
        super().__init__(reason)
        self.problem = Problem(fault, reason)


def read_tagged(
    tokens: object, tags: object, names: Sequence[str] = ()
) -> tuple[Tagged, None] | tuple[None, Problem]:
    """A sentence from what its source has for it, or why it cannot be used.

    Args:
        tokens: a list of words, or a text.
        tags: a list with a tag for each word; or, of a text, the entities in it: each
            `[start, end, label]`, or a mapping with these keys, in characters of the text. spaCy's
            `{"entities": …}` is looked into.
        names: of tags that are given as numbers.
    """
    try:
        tokens, tags = _plain(tokens), _plain(tags)
        if isinstance(tags, Mapping) and _ENTITIES in tags:
            tags = _plain(tags[_ENTITIES])
        if isinstance(tokens, str) and isinstance(tags, str):
            return _words_of(tokens.split(), tags.replace(",", " ").split(), names), None
        if not isinstance(tags, list):
            missing = is_missing(tags)
            what = "are missing" if missing else f"are a {type(tags).__name__}, not a list"
            raise _UnusableError("no label", f"the tags {what}")
        if isinstance(tokens, list):
            return _words_of(tokens, tags, names), None
        return _spans_of(tokens, tags), None
    except _UnusableError as error:
        return None, error.problem


def _plain(value: object) -> object:
    """Arrays and tuples as lists; a text that holds a list as that list."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, bytes):
        value, problem = decode(value)
        if problem is not None:
            raise _UnusableError(*problem)
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        for parse in (json.loads, ast.literal_eval):
            try:
                found = parse(value)
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
            if isinstance(found, list | dict):
                return found
    return list(value) if isinstance(value, tuple | set) else value


def _words_of(tokens: Sequence[Any], tags: Sequence[Any], names: Sequence[str]) -> Tagged:
    if len(tokens) != len(tags):
        raise _UnusableError(
            UNEVEN, f"{counted(len(tokens), 'word')}, but {counted(len(tags), 'tag')}"
        )
    if not tokens:
        raise _UnusableError("empty text", "there are no words")
    words, kept, blank = [], [], 0
    for place, (token, tag) in enumerate(zip(tokens, tags, strict=True), 1):
        word = _word(token, place)
        name = _name(tag, place, names)
        if word:
            words.append(word)
            kept.append(name)
        else:
            blank += 1
    if not words:
        raise _UnusableError("empty text", "all words are only white space")
    return Tagged(words, kept, blank)


def _word(token: Any, place: int) -> str:
    """A word on one line; "" for white space alone."""
    if isinstance(token, str) and token.isalnum():
        return token  # most are, and all that follows takes its time
    if isinstance(token, str) and (not token or token.isspace()):
        return ""
    if isinstance(token, numbers.Real) and not isinstance(token, bool) and not is_missing(token):
        token = str(token)  # a word such as 1996 that JSON or a table has as a number
    text, problem = clean_text(token, noun=f"word {place}")
    if problem is not None:
        raise _UnusableError(*problem)
    return " ".join(text.split())


_clean_tag = functools.lru_cache(4096)(clean_label)


def _name(tag: Any, place: int, names: Sequence[str]) -> str:
    if isinstance(tag, str | bytes):
        name, problem = _clean_tag(tag)
        if problem is not None:
            raise _UnusableError(problem.fault, f"the tag of word {place}: {problem.reason}")
        return _name(int(name), place, names) if names and name.isdecimal() else name
    if isinstance(tag, numbers.Integral) and not isinstance(tag, bool):
        if not names:
            raise _UnusableError(
                "bad label",
                f"the tag of word {place} is the number {tag}, whose name is not known: give the "
                "names of the tags in their order with tag_names (--tag-names)",
            )
        if not 0 <= int(tag) < len(names):
            raise _UnusableError(
                "bad label",
                f"the tag of word {place} is the number {tag}, but there are {len(names)} names",
            )
        return names[int(tag)]
    if is_missing(tag):
        raise _UnusableError("no label", f"word {place} has no tag")
    raise _UnusableError(
        "format", f"the tag of word {place} is a {type(tag).__name__}, not a string"
    )


def _spans_of(value: object, entities: Sequence[Any]) -> Tagged:
    text, problem = clean_text(value)
    if problem is not None:
        raise _UnusableError(*problem)
    tokens = split_words(text)
    if not tokens:
        raise _UnusableError("empty text", "the text has no words")
    spans = sorted(_entity(each, place, text) for place, each in enumerate(entities, 1))
    for before, after in itertools.pairwise(spans):
        if after.start < before.end:
            raise _UnusableError(
                "spans",
                f"the entities {_shown(before, text)} and {_shown(after, text)} overlap: a word "
                "can have one tag only, so leave one of them out",
            )
    placed: list[Span] = []
    cut: list[str] = []
    first = 0
    for span in spans:
        while first < len(tokens) and tokens[first].end <= span.start:
            first += 1
        last = first
        while last < len(tokens) and tokens[last].start < span.end:
            last += 1
        if last == first:
            raise _UnusableError("spans", f"the entity {_shown(span, text)} holds no word")
        inner = text[span.start : span.end]
        begins = span.start + len(inner) - len(inner.lstrip())
        ends = span.end - len(inner) + len(inner.rstrip())
        if begins > tokens[first].start or ends < tokens[last - 1].end:
            cut.append(_shown(span, text))
        if placed and placed[-1].end > first:
            raise _UnusableError(
                "spans",
                f"two entities share the word {tokens[first].text!r}, the second is "
                f"{_shown(span, text)}: a word can have one tag only",
            )
        placed.append(Span(first, last, span.label))
    words = [token.text for token in tokens]
    return Tagged(words, tags_of(len(words), placed), cut=tuple(cut))


def _entity(value: Any, place: int, text: str) -> Span:
    """One entity, in characters.

    Raises:
        _UnusableError: if it is none, or lies outside of the text.
    """
    if isinstance(value, Mapping):
        parts: Iterable[Any] = (_first(value, keys) for keys in (_STARTS, _ENDS, _LABELS))
    else:
        parts = value if isinstance(value, list | tuple) else ()
    start, end, label = (*parts, None, None, None)[:3]
    whole = all(
        isinstance(each, numbers.Integral) and not isinstance(each, bool) for each in (start, end)
    )
    if not whole or not isinstance(label, str) or not label.strip():
        raise _UnusableError(
            "format",
            f"entity {place} is {excerpt(str(value))}: expected [start, end, label], such as "
            '[0, 5, "PER"]',
        )
    name, problem = clean_label(label)
    if problem is not None:
        raise _UnusableError(problem.fault, f"entity {place}: {problem.reason}")
    span = Span(int(start), int(end), name)
    if not 0 <= span.start < span.end <= len(text):
        raise _UnusableError(
            "spans",
            f"entity {place} ({span.start} to {span.end}, {span.label}) lies outside of the text, "
            f"which has {len(text):,} characters",
        )
    return span


def _first(value: Mapping[Any, Any], keys: Sequence[str]) -> Any:
    return next((value[key] for key in keys if key in value), None)


def _shown(span: Span, text: str) -> str:
    return f"{excerpt(text[span.start : span.end])!r} ({span.start} to {span.end}, {span.label})"


def holds_entities(value: object) -> bool:
    """Whether a value can be the entities of a text: a list of triples or mappings, or spaCy's."""
    try:
        value = _plain(value)
    except _UnusableError:
        return False
    if isinstance(value, Mapping):
        return _ENTITIES in value
    if not isinstance(value, list):
        return False
    return all(
        _first(each, _STARTS) is not None
        if isinstance(each, Mapping)
        else isinstance(each, list | tuple) and len(each) >= 3 and not isinstance(each[0], str)
        for each in value
    )


def holds_list(value: object) -> bool:
    """Whether a value is a list of words or of tags."""
    try:
        value = _plain(value)
    except _UnusableError:
        return False
    return isinstance(value, list) and all(
        isinstance(each, str | bytes | numbers.Integral) for each in value
    )
