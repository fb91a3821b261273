"""A8: headers.

First rows of tables with odd names, without names, with an empty one, and declared separators.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from hostile_cases import Case, Verdict, command, judge, judge_command
from hostile_workshop import Workshop

from kerasapps.config import LoadConfig, TextConfig, TranslationConfig
from tests.data.loading import load_pairs, load_texts

_SPOKEN = "the film was very good and we all liked it so much that some went again"
_WORDS = tuple(_SPOKEN.split(" "))
_NAMES = (
    *("v1", "reviewtext", "emotion", "what (en)", "body/content", "is_spam?", "#", "%"),
    *(
        "user feedback",
        "column A",
        "Q1",
        "原文",
        "answer:",
        "text_raw",
        "sentiment-class",
        "\u00fc",
    ),
)
_LOAD: dict[str, Any] = {"config": LoadConfig(), "seed": 0}
_ROWS = 200

Row = Callable[[int, str, str], list[str]]


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Tables of texts, then of pairs."""
    shapes: dict[str, tuple[list[str], Row]] = {
        ",reviewtext,emotion": (
            ["", "reviewtext", "emotion"],
            lambda n, text, label: [str(n), text, label],
        ),
        "v1,v2,,,": (["v1", "v2", "", "", ""], lambda n, text, label: [label, text, "", "", ""]),
        "Unnamed: 0": (
            ["Unnamed: 0", "said", "mood"],
            lambda n, text, label: [str(n), text, label],
        ),
        "0,1": (["0", "1"], lambda n, text, label: [text, label]),
    }
    for _ in range(variants):
        first, second = draw.sample(_NAMES, 2)
        shapes[f"{first},{second}"] = ([first, second], lambda n, text, label: [text, label])
        shapes[f",{second},{first}"] = (
            ["", second, first],
            lambda n, text, label: [str(n), label, text],
        )
    for name, (header, row) in shapes.items():
        for kind in ("csv", "tsv"):
            rows = [row(number, *each) for number, each in enumerate(_examples(draw.random()))]
            path = workshop.fresh() / f"a.{kind}"
            yield Case(f"{kind}: {name}", partial(_texts, path, rows, header))
            yield Case(f"{kind}: no header, as below {name}", partial(_texts, path, rows, None))
    for separator in (";", ",", "\t", *draw.choices("|:;", k=variants)):
        yield Case(f"sep={separator}", partial(_declared, workshop, draw.randrange(999), separator))
    for names in (("Satz", "Saying"), *(draw.sample(_NAMES, 2) for _ in range(variants))):
        for headed in (True, False):
            run = partial(_pairs, workshop, draw.randrange(999), list(names), headed)
            yield Case(f"pairs {'below' if headed else 'without'} {','.join(names)}", run)
    yield Case("the message names --text-column", partial(_unclear, workshop))


def _examples(seed: float) -> list[tuple[str, str]]:
    draw = random.Random(seed)
    texts = [" ".join(draw.choices(_WORDS, k=draw.randint(2, 12))) for _ in range(2 * _ROWS)]
    labels = draw.choices(["joy", "anger", "fear"], k=_ROWS)
    return list(zip(dict.fromkeys(texts), labels, strict=False))


def _texts(path: Path, rows: list[list[str]], header: list[str] | None) -> Verdict:
    _write(path, [header, *rows] if header else rows)
    told = "the first row has the names" if header else "no header"

    def right(splits: Any) -> bool:
        guess = splits.audit.guesses[0]
        count = sum(map(len, (splits.train, splits.validation, splits.test)))
        classes = splits.labels == ("anger", "fear", "joy")
        return count == len(rows) and classes and told in guess and "--text-column" in guess

    return judge(
        lambda: load_texts(path, text=TextConfig(), work_dir=path.parent / "work", **_LOAD),
        right=right,
        refusal=None,
    )


def _declared(workshop: Workshop, seed: int, separator: str) -> Verdict:
    folder = workshop.fresh()
    rows = [["said", "mood"], *map(list, _examples(seed))]
    path = _write(folder / "a.csv", rows, separator=separator)
    path.write_text(f"sep={separator}\n{path.read_text()}")
    return judge(
        lambda: load_texts(path, text=TextConfig(), work_dir=folder / "work", **_LOAD),
        right=lambda splits: splits.labels == ("anger", "fear", "joy"),
        refusal=None,
    )


def _pairs(workshop: Workshop, seed: int, names: list[str], headed: bool) -> Verdict:
    folder = workshop.fresh()
    rows = [[text, f"{text[::-1]} {number}"] for number, (text, _) in enumerate(_examples(seed))]
    path = _write(folder / "a.tsv", [names, *rows] if headed else rows)

    def right(splits: Any) -> bool:
        count = sum(map(len, (splits.train, splits.validation, splits.test)))
        return count == len(rows) and "--source-column" in splits.audit.guesses[0]

    return judge(
        lambda: load_pairs(
            path, translation=TranslationConfig(), work_dir=folder / "work", **_LOAD
        ),
        right=right,
        refusal=None,
    )


def _unclear(workshop: Workshop) -> Verdict:
    path = _write(workshop.fresh() / "a.csv", [["review", "text"], *map(list, _examples(0))])
    return judge_command(
        lambda: command("check", path, "--text-column", "said"),
        right=lambda printed: printed.status == 1 and "(--text-column)" in printed.out,
        refusal=None,
    )


def _write(path: Path, rows: list[list[str]], *, separator: str | None = None) -> Path:
    delimiter = separator or ("\t" if path.suffix == ".tsv" else ",")
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path
