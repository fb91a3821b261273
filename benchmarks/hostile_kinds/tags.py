"""T1: sentences with tags.

Broken CoNLL files, sequences that break their scheme, spans that do not fit, endless sentences and
thousands of types; and texts that a finished bundle is asked about, whose places must be exact.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from hostile_cases import Case, Verdict, judge
from hostile_workshop import Workshop

import kerasapps
from kerasapps.data.splits import Splits
from tests.data.tag_samples import audit, conll, content, load, sentences

_GOOD = conll(sentences(60))
# what stands behind 60 good sentences, and what the audit must find
_FILES: list[tuple[str, bytes, str]] = [
    ("too few columns", b"\nword O\n", "broken"),
    ("too many columns", b"\na b c d O\n", "broken"),
    ("bytes that are no UTF-8", b"\n\xff\xfe X O\n", "broken"),
    ("I- after O", b"\na X O\nb X I-PER\n", "breaks"),
    ("a tag without a prefix", b"\na X PER\n", "breaks"),
    ("a tag with an escape", b"\na X B-\x1b[31m\n", "broken"),
    ("an entity of signs", b"\n, X B-PER\n", "letterless"),
    ("a word of a megabyte", b"\n" + b"a" * 1_000_000 + b" X O\n", "longest"),
    ("a sentence of 100,000 words", b"\n" + b"a X O\n" * 100_000, "longest"),
    ("a NUL", b"\na\0b X O\n", "longest"),
]
# entities of "In Rome today", and words of the refusal; None: they are taken
_SPANS: list[tuple[Any, str | None]] = [
    ([[3, 7, "LOC"]], None),
    ([[3, 5, "LOC"]], None),  # widened to the word
    ([], None),
    ([[3, 99, "LOC"]], "lies outside"),
    ([[-1, 2, "LOC"]], "lies outside"),
    ([[7, 3, "LOC"]], "lies outside"),
    ([[3, 7, "LOC"], [5, 9, "PER"]], "overlap"),
    ([[2, 3, "LOC"]], "holds no word"),
    ([["3", 7, "LOC"]], "expected [start, end, label]"),
    ([[3, 7]], "expected [start, end, label]"),
    ([[True, 7, "LOC"]], "expected [start, end, label]"),
    ([[3, 7, None]], "expected [start, end, label]"),
    ([[3.0, 7.5, "LOC"]], "expected [start, end, label]"),
    ("LOC", None),
    (None, "missing"),
    (10**30, "not a list"),
]
# texts that a bundle is asked about
_ASKED = {
    "nothing": "",
    "blanks": " \t\u00a0\u3000\n",
    "a NUL": "Ana\0lives in\0Paris",
    "half a character": "Ana \ud800 lives in Paris",
    "100,000 words": "Ana lives in Paris . " * 20_000,
    "100,000 words without an end": "Ana lives in Paris " * 25_000,
    "a word of a million letters": f"Ana{'a' * 1_000_000} lives in Paris",
    "100,000 signs": "." * 100_000,
    "50,000 people of several": "\U0001f468\u200d\U0001f469\u200d\U0001f467 Ana " * 10_000,
    "100,000 marks on a letter": "A" + "\u0301" * 100_000 + "na lives in Paris",
    "from right to left": "\u202eAna\u202c lives in \u05e8\u05d5\u05de\u05d0",
    "lines of all kinds": "Ana\r\nlives\x0bin\x0c\x85Paris\u2028Bob\u2029lives in Rome",
    "a mark at the start": "\ufeffAna lives in Paris",
}


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Files, spans in memory, then random rubbish between good sentences."""
    for name, rest, key in _FILES:
        yield Case(name, partial(_file, workshop, rest, key))
    for entities, refusal in _SPANS:
        yield Case(f"entities {entities!r}", partial(_spans, workshop, entities, refusal))
    for count in (299, 301, 1000, 20_000):
        yield Case(f"{count} types", partial(_types, workshop, count))
    for text in ("", "\n", "\n\n\n", "-DOCSTART- O\n\n", "# a comment\n", "word\n", "\0"):
        yield Case(f"a file of {text!r}", partial(_empty, workshop, text))
    for name, text in _ASKED.items():
        yield Case(f"predict: {name}", partial(_asked, workshop, text))
    for words in ([], [""], ["Ana"] * 100_000, ["a" * 1_000_000], [None], ["\ud800", "\0"], "Ana"):
        yield Case(f"tag: {words!r:.40}", partial(_tagged, workshop, words))
    for _ in range(variants):
        line = "".join(draw.choices("ab \t#\\\"'é\u2028\x85\r\x1f0-_BIO", k=draw.randrange(1, 30)))
        yield Case(f"the line {line!r}", partial(_file, workshop, f"\n{line}\n".encode(), "counts"))
        text = "".join(draw.choices("ab é\u0301\u200d😀\u00a0-.'1", k=draw.randrange(1, 20)))
        start = draw.randrange(len(text))
        end = draw.randrange(start, len(text)) + 1
        yield Case(f"{text!r} {start} {end}", partial(_exact, workshop, text, start, end))


def _file(workshop: Workshop, rest: bytes, key: str) -> Verdict:
    file = workshop.fresh() / "train.conll"
    file.write_bytes(_GOOD.encode() + rest)

    def right(found: Any) -> bool:
        value = found[key]
        return bool(found.ok and (value.total if hasattr(value, "total") else value))

    options = {"encoding": "utf-8", "max_broken": 0.1}
    return judge(lambda: audit(file, workshop.fresh(), **options), right=right)


def _spans(workshop: Workshop, entities: Any, refusal: str | None) -> Verdict:
    rows = [{"text": f"Ana saw bus {n}", "entities": [[0, 3, "PER"]]} for n in range(60)]
    rows.append({"text": "In Rome today", "entities": entities})
    file = workshop.fresh() / "data.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))

    def right(found: Any) -> bool:
        reasons = [row.reason for row in found["broken"].first]
        if entities == "LOC":  # one tag for three words
            return len(reasons) == 1
        return (
            found.ok
            and (refusal is None) == (not reasons)
            and all(refusal is not None and refusal in reason for reason in reasons)
        )

    return judge(lambda: audit(file, workshop.fresh(), max_broken=0.1), right=right)


def _types(workshop: Workshop, count: int) -> Verdict:
    data = [([f"w{n}", "is", "it"], [f"B-{n}", "O", "O"]) for n in range(count)]
    call = partial(load, data, workshop.fresh())
    if count < 300:
        return judge(call, right=lambda splits: isinstance(splits, Splits))
    return judge(call, refusal=("types", "--tag-column"))


def _empty(workshop: Workshop, text: str) -> Verdict:
    file = workshop.fresh() / "train.conll"
    file.write_text(text)
    return judge(partial(load, file, workshop.fresh()), refusal=("train.conll",))


def _exact(workshop: Workshop, text: str, start: int, end: int) -> Verdict:
    """The words of an entity are exactly those that have a character of it."""
    rows = [(f"Ana saw bus {n}", {"entities": [(0, 3, "PER")]}) for n in range(60)]
    rows.append((text, {"entities": [(start, end, "ZZZ")]}))

    def right(splits: Any) -> bool:
        tags = [tag for tags in content(splits).values() for tag in tags if tag.endswith("ZZZ")]
        return len(tags) > 0 or splits.audit["broken"].total == 1

    return judge(partial(load, rows, workshop.fresh(), max_broken=0.1), right=right)


def _asked(workshop: Workshop, text: str) -> Verdict:
    """Entities are words of the text, in its order, within a minute."""
    bundle = kerasapps.load_bundle(workshop.tags)
    began = time.monotonic()

    def right(answers: Any) -> bool:
        (answer,) = answers
        places = [place for each in answer.entities for place in (each.start, each.end)]
        exact = all(text[each.start : each.end] == each.text for each in answer.entities)
        scores = all(0 <= each.score <= 1 for each in answer.entities)
        return exact and scores and places == sorted(places) and time.monotonic() - began < 60

    return judge(lambda: bundle.predict(text), right=right)


def _tagged(workshop: Workshop, words: Any) -> Verdict:
    bundle = kerasapps.load_bundle(workshop.tags)
    began = time.monotonic()

    def right(tags: Any) -> bool:
        return len(tags) == len(words) and time.monotonic() - began < 60

    return judge(lambda: bundle.tag(words), right=right)
