"""C21: shapes of text files.

JSON of every form, fastText's labels, tabs in plain files, the columns of Anki and Tatoeba, odd
line ends and long first texts.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from hostile_cases import Case, Verdict, command, judge, judge_command
from hostile_workshop import Workshop

from kerasapps.config import LoadConfig, TextConfig, TranslationConfig
from tests.data.loading import load_pairs, load_texts

_LOAD: dict[str, Any] = {"config": LoadConfig(), "seed": 0}
_CREDIT = "CC-BY 2.0 (France) Attribution: tatoeba.org #{} (CM) & #{} (Roujin)"
_ROWS = 60

Rows = list[tuple[str, str]]


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Texts with labels, then pairs, then the command line."""
    rows = [(f"a {draw.choice(['good', 'bad'])} thing {n}", "pn"[n % 2]) for n in range(_ROWS)]
    yield from _json(workshop, draw, rows)
    yield from _fasttext(workshop, draw, rows, variants)
    yield from _ends(workshop, draw, rows, variants)
    for size in (300_000, *(draw.randint(20_000, 2_000_000) for _ in range(variants))):
        for kind in ("csv", "tsv", "jsonl", "json", "folder"):
            yield Case(f"first text of {size:,}, {kind}", partial(_long, workshop, kind, size))
    yield from _pairs(workshop, draw, variants)


def _json(workshop: Workshop, draw: random.Random, rows: Rows) -> Iterator[Case]:
    objects = [{"n": n, "text": text, "label": label} for n, (text, label) in enumerate(rows)]
    key = draw.choice(["data", "rows", "examples", "train set"])
    forms: dict[str, str] = {
        "array": json.dumps(objects),
        "pretty array": json.dumps(objects, indent=draw.randint(1, 8)),
        "array with odd blanks": "\n\n [ " + " ,\n\n".join(map(json.dumps, objects)) + "\n]\n",
        "lines": "\n".join(map(json.dumps, objects)),
        "objects": "\n".join(json.dumps(each, indent=2) for each in objects),
        f"in {key!r}": json.dumps({"version": 2, key: objects}, indent=draw.choice([None, 2])),
    }
    for name, form in forms.items():
        for suffix in ("json", "jsonl"):
            yield Case(f"{name}, .{suffix}", partial(_texts, workshop, f"a.{suffix}", form, rows))
    array = forms["array"]
    refused: dict[str, tuple[str, str]] = {
        "cut": (array[: draw.randrange(200, len(array) - 1)], ""),
        "without its end": (array[:-1], "no end"),
        "of columns": (json.dumps({"text": ["a"], "label": ["b"]}), "one object"),
        "of two arrays": (json.dumps({"a": objects, "b": objects}), "one object"),
        "of numbers": ("[1, 2, 3]", "no rows"),
        "twice": (array + array, "follows"),
    }
    for name, (form, word) in refused.items():
        yield Case(f"array {name}", partial(_texts, workshop, "a.json", form, None, word))


def _fasttext(workshop: Workshop, draw: random.Random, rows: Rows, variants: int) -> Iterator[Case]:
    for _ in range(1 + variants):
        lines = []
        for text, label in rows:
            words = text.split()
            words.insert(draw.randint(0, len(words)), f"__label__{label}")
            lines.append(" ".join(words))
        name = draw.choice(["a.txt", "a.train", "a.valid"])
        form = "\n".join(lines)
        yield Case(f"fastText, {name}", partial(_texts, workshop, name, form, rows))
    form += "\n__label__p two __label__n labels\n"
    yield Case("several labels", partial(_texts, workshop, "a.txt", form, None, "multi-label"))
    tabbed = "".join(f"{text}\t{label}\n" for text, label in rows)
    yield Case("tabs in a .txt", partial(_texts, workshop, "a.txt", tabbed, rows))
    plain = "".join(f"{text}\n" for text, _ in rows)
    yield Case("no label in a .txt", partial(_texts, workshop, "a.txt", plain, None, "one text"))


def _ends(workshop: Workshop, draw: random.Random, rows: Rows, variants: int) -> Iterator[Case]:
    lines = ["text,label", *(f"{text},{label}" for text, label in rows)]
    ends: dict[str, Callable[[int], str]] = {
        "CR": lambda _: "\r",
        "CRLF": lambda _: "\r\n",
        "LF and CRLF": lambda n: ("\n", "\r\n")[n % 2],
        "LF, then CR": lambda n: "\n" if n < 20 else "\r",
    }
    for number in range(variants):
        turn = draw.randint(1, _ROWS)
        ends[f"CRLF, then CR from {turn}, {number}"] = lambda n, t=turn: "\r\n" if n < t else "\r"
    for name, end in ends.items():
        form = "".join(line + end(number) for number, line in enumerate(lines))
        yield Case(f"lines end with {name}", partial(_texts, workshop, "a.csv", form, rows))
    for odd in ("\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\0"):
        odder = [(f"{text}{odd}more", label) for text, label in rows]
        form = "text,label\n" + "".join(f'"{text}",{label}\n' for text, label in odder)
        yield Case(f"{odd!r} in a text", partial(_texts, workshop, "a.csv", form, odder))


def _texts(
    workshop: Workshop, name: str, form: str, rows: Rows | None, refusal: str | None = None
) -> Verdict:
    path = workshop.fresh() / name
    path.write_text(form, encoding="utf-8", newline="")
    return judge(
        lambda: load_texts(path, text=TextConfig(), work_dir=workshop.fresh(), **_LOAD),
        right=None if rows is None else lambda splits: _content(splits) == dict(rows),
        refusal=None if rows is not None else ("a.", refusal or ""),
    )


def _content(splits: Any) -> dict[str, str]:
    return {
        text: splits.labels[label]
        for split in (splits.train, splits.validation, splits.test)
        for text, label in zip(split.texts, split.labels, strict=True)
    }


def _long(workshop: Workshop, kind: str, size: int) -> Verdict:
    rows = [("ever so long " * (size // 13), "p"), *((f"text {n}", "pn"[n % 2]) for n in range(40))]
    path = workshop.fresh() / f"a.{kind}"
    if kind == "folder":
        for number, (text, label) in enumerate(rows):
            (path / label).mkdir(parents=True, exist_ok=True)
            (path / label / f"{number}.txt").write_text(text)
    elif kind.startswith("json"):
        objects = [{"text": text, "label": label} for text, label in rows]
        path.write_text(
            json.dumps(objects) if kind == "json" else "\n".join(map(json.dumps, objects))
        )
    else:
        mark = "," if kind == "csv" else "\t"
        path.write_text("".join(f"{a}{mark}{b}\n" for a, b in [("text", "label"), *rows]))
    return judge(
        lambda: load_texts(path, text=TextConfig(), work_dir=workshop.fresh(), **_LOAD),
        right=lambda splits: sum(map(len, (splits.train, splits.validation, splits.test))) == 41,
        refusal=None,
    )


def _pairs(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    pairs = [(f"Go there {n}.", f"Geh dorthin {n}.") for n in range(_ROWS)]
    short = [(f"Go{n}.", f"Geh{n}.") for n in range(_ROWS)]
    for name, table in (("sentences", pairs), ("single words", short)):
        credit = [(a, b, _CREDIT.format(n, n + 9)) for n, (a, b) in enumerate(table)]
        ids = [(str(n), a, str(draw.randrange(10**6)), b) for n, (a, b) in enumerate(table)]
        for shape, rows in (("attribution", credit), ("numbers", ids)):
            file = draw.choice(["deu.txt", "a.tsv", "deu.txt.gz"])
            run = partial(_pair_table, workshop, file, rows, dict(table))
            yield Case(f"{name} with {shape}, {file}", run)
    for _ in range(variants):
        places = draw.sample(range(4), 4)
        rows = [
            tuple((str(n), a, _CREDIT.format(n, n), b)[place] for place in places)
            for n, (a, b) in enumerate(pairs)
        ]
        turned = places.index(3) < places.index(1)
        expected = {b: a for a, b in pairs} if turned else dict(pairs)
        yield Case(f"columns {places}", partial(_pair_table, workshop, "a.txt", rows, expected))
    yield Case("check deu.txt", partial(_checked, workshop, credit))


def _pair_table(
    workshop: Workshop, name: str, rows: list[tuple[str, ...]], expected: dict[str, str]
) -> Verdict:
    path = workshop.fresh() / name
    data = "".join("\t".join(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)

    def right(splits: Any) -> bool:
        found = {
            source: target
            for split in (splits.train, splits.validation, splits.test)
            for source, target in zip(split.sources, split.targets, strict=True)
        }
        return found == expected and "left out" in splits.audit.guesses[0]

    return judge(
        lambda: load_pairs(
            path, translation=TranslationConfig(), work_dir=workshop.fresh(), **_LOAD
        ),
        right=right,
        refusal=None,
    )


def _checked(workshop: Workshop, rows: list[tuple[str, ...]]) -> Verdict:
    path: Path = workshop.fresh() / "deu.txt"
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return judge_command(
        lambda: command("check", path),
        right=lambda printed: "Pairs (" in printed.out and "attribution" in printed.out,
        refusal=None,
    )
