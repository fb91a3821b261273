"""C21: encodings.

Texts of many languages in the encodings that are usual for them, without a word on which it is.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from hostile_cases import Case, Printed, Verdict, command, judge, judge_command
from hostile_workshop import Workshop

from kerasapps.config import LoadConfig, TextConfig, TranslationConfig
from tests.data.loading import audit_pairs, audit_texts
from tests.data.tongues import CASES, TONGUES

_WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
_LOAD: dict[str, Any] = {"config": LoadConfig(max_broken=0.5), "seed": 0}
_ROWS = 40


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Whole tables, short and mixed ones, then pairs and the command line."""
    wide = [(language, codec) for language in TONGUES for codec in _WIDE]
    for language, codec in (*CASES, *draw.sample(wide, 3 * variants)):
        ends = draw.choice(["\n", "\r\n", "\r"])
        run = partial(_table, workshop, language, codec, ends)
        yield Case(f"{language} in {codec}, lines end with {ends!r}", run)
        yield Case(f"one text, {language} in {codec}", partial(_one, workshop, language, codec))
    for _ in range(2 * variants):
        (ours, first), (theirs, second) = draw.sample(CASES, 2)
        sides = (ours, first), (theirs, draw.choice([second, "utf-8", "utf-16"]))
        yield Case(f"pairs of {sides}", partial(_pairs, workshop, sides))
    for language, codec in draw.sample(CASES, 2 * variants):
        count = draw.randint(1, 5)
        run = partial(_few_rows, workshop, language, codec, count)
        yield Case(f"{count} rows of {language} in {codec} among UTF-8", run)
    for count in range(1, 1 + 2 * variants):
        data = bytes(draw.randrange(0x80, 0x100) for _ in range(draw.randint(1, 4)))
        yield Case(f"broken bytes {data!r}", partial(_broken, workshop, data, count))
    for name in ("utf88", "cp125", "", "zlib", draw.choice(["latin_x", "ebcdic?", "rot13"])):
        yield Case(f"--encoding {name!r}", partial(_named, workshop, name))
    yield Case("predict - in cp1252", partial(_predict, workshop))


def _rows(language: str) -> list[tuple[str, str]]:
    texts = itertools.cycle(TONGUES[language][0])
    return [(f"{next(texts)} {n}", ("pos", "neg")[n % 2]) for n in range(_ROWS)]


def _write(path: Path, rows: list[tuple[str, str]], codec: str, ends: str = "\n") -> Path:
    lines = ["text,label", *(f'"{text}",{label}' for text, label in rows)]
    path.write_bytes("".join(line + ends for line in lines).encode(codec))
    return path


def _read(workshop: Workshop, path: Path) -> tuple[dict[str, str], Any]:
    """The texts that were read, and the audit."""
    from kerasapps.data.texts.collect import collect_texts
    from kerasapps.data.texts.sources import list_text_source

    listing = list_text_source(path, config=TextConfig())
    place = workshop.fresh() / "texts"
    found, _ = collect_texts(listing.rows(), config=TextConfig(), folder=place)
    labels = [found.labels[number] for number in found.numbers]
    audit = audit_texts(path, text=TextConfig(), work_dir=workshop.fresh(), **_LOAD)
    return dict(zip(found.texts, labels, strict=True)), audit


def _table(workshop: Workshop, language: str, codec: str, ends: str) -> Verdict:
    rows = _rows(language)
    path = _write(workshop.fresh() / "a.csv", rows, codec, ends)

    def right(found: tuple[dict[str, str], Any]) -> bool:
        return found[0] == dict(rows) and "a.csv" in found[1].guesses[0]

    return judge(lambda: _read(workshop, path), right=right, refusal=None)


def _one(workshop: Workshop, language: str, codec: str) -> Verdict:
    """A single text among plain ones is read as it is, or not at all."""
    rows = [(f"plain words {n}", ("pos", "neg")[n % 2]) for n in range(_ROWS)]
    odd = (TONGUES[language][0][0], "pos")
    path = _write(workshop.fresh() / "a.csv", [*rows, odd], codec)
    return judge(
        lambda: _read(workshop, path),
        right=lambda found: found[0] in (dict(rows), dict([*rows, odd])),
        refusal=None,
    )


def _few_rows(workshop: Workshop, language: str, codec: str, count: int) -> Verdict:
    rows = _rows("Greek")
    path = _write(workshop.fresh() / "a.csv", rows, "utf-8")
    for text in itertools.islice(itertools.cycle(TONGUES[language][0]), count):
        path.write_bytes(path.read_bytes() + f'"{text}",pos\n'.encode(codec))
    return judge(
        lambda: _read(workshop, path),
        right=lambda found: (
            found[0] == dict(rows) and found[1]["faults"].get("bad UTF-8", 0) == count
        ),
        refusal=None,
    )


def _broken(workshop: Workshop, data: bytes, count: int) -> Verdict:
    """Random bytes in texts of ASCII: broken rows, or what they are in an encoding, never lost."""
    rows = [(f"plain words {n}", ("pos", "neg")[n % 2]) for n in range(_ROWS)]
    path = _write(workshop.fresh() / "a.csv", rows, "utf-8")
    path.write_bytes(
        path.read_bytes() + b"".join(b"odd %s %d,pos\n" % (data, n) for n in range(count))
    )

    def right(found: tuple[dict[str, str], Any]) -> bool:
        texts, audit = found
        more = len(texts) - len(rows)
        told = more == 0 or "read as" in audit.guesses[0] or _is_utf8(data)
        return (
            dict(rows).items() <= texts.items() and more + audit["broken"].total == count and told
        )

    return judge(lambda: _read(workshop, path), right=right, refusal=None)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _pairs(workshop: Workshop, sides: tuple[tuple[str, str], tuple[str, str]]) -> Verdict:
    files = []
    folder = workshop.fresh()
    for place, (language, codec) in enumerate(sides):
        texts = [text for text, _ in _rows(language)]
        files.append(folder / f"side{place}.txt")
        files[-1].write_bytes("".join(f"{text}\n" for text in texts).encode(codec))
    return judge(
        lambda: audit_pairs(
            tuple(files),
            translation=TranslationConfig(max_ratio=99),
            work_dir=workshop.fresh(),
            **_LOAD,
        ),
        right=lambda audit: audit.total == _ROWS and audit["broken"].total == 0,
        refusal=None,
    )


def _named(workshop: Workshop, name: str) -> Verdict:
    path = _write(workshop.fresh() / "a.csv", _rows("German"), "cp1252")
    return judge_command(
        lambda: command("check", path, "--encoding", name), refusal=("--encoding",)
    )


def _predict(workshop: Workshop) -> Verdict:
    text = "the café was nice\nit was bad and the entrée was cold\n"

    def right(printed: Printed) -> bool:
        lines = [line.split(":")[0] for line in printed.out.splitlines()]
        return lines == text.splitlines() and "read as cp1252" in printed.err

    return judge_command(
        lambda: command("predict", workshop.texts, "-", stdin=text.encode("cp1252")),
        right=right,
        refusal=None,
    )
