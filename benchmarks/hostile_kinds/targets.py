"""T2: sets of labels and numbers.

Cells with too many labels, labels without end, numbers that are none or too large, tables of a few
rows. Each is read as it stands, named, or refused in a sentence, in seconds.
"""

from __future__ import annotations

import decimal
import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from hostile_cases import Case, Ending, Verdict, judge
from hostile_workshop import Workshop

import kerasapps
from kerasapps.config import ExportConfig, LoadConfig, ModelConfig, TextConfig, TrainConfig
from kerasapps.data.audit import Audit
from tests.data.loading import audit_texts

SECONDS = 30  # that an audit may take
_SETS = ["garden|bright", "garden", "bright|lift", "lift"] * 20
_NUMBERS = [round(0.37 * n, 2) for n in range(80)]
# cells behind 80 good ones, and what the audit must find: broken rows, or a word of an error
_OF_SETS: list[tuple[str, list[Any], int | str]] = [
    ("a cell of 100,000 labels", ["|".join(f"l{n}" for n in range(100_000))], "more than the"),
    ("5,000 labels", [f"l{n}|l{n + 1}" for n in range(0, 5000, 2) for _ in range(4)], 0),
    ("labels of 1,000 characters", [letter * 1000 for letter in "abc"] * 4, 0),
    ("signs alone", ["|", "||", " | "], 0),
    ("an empty label", ["garden||bright"], 0),
    ("a label twice", ["garden|garden"], 0),
    ("no label", ["", None, "nan"], 0),
    ("a label of two lines", ["garden|a\nb"], 1),
    ("an escape in a label", ["garden|\x1b[31m"], 1),
    ("the sign that parts keys", ["garden|a\x1fb"], 1),
    ("a list in a list", [["garden", ["bright"]]], 1),
    ("a list with a gap", [["garden", None]], 0),
    ("numbers as labels", [1, 2.5, True], 0),
    ("a mapping", [{"garden": 1}], 1),
    ("half a character", ["garden|\ud800"], 1),
]
_OF_NUMBERS: list[tuple[str, list[Any], int | str]] = [
    ("too large", [1e308, -1e308, "1e308"], "more than the 1e+30"),
    ("beyond all floats", ["1e400", 10**400], 2),
    ("no numbers", [float("nan"), "nan", float("inf"), "-inf", "", None], 6),
    ("decimal commas", ["1,5", "1.234,5", "1,234.5"], 3),
    ("signs of money and measures", ["12 kg", "€ 5", "50 %", "~5"], 4),
    ("other digits", ["\uff11\uff12", "\u0661", "\u00bd", "0x10", "1_000"], 5),
    ("truth values", [True, "yes"], 2),
    ("a list", [[1.0, 2.0], [], [1.0]], 2),
    ("other types", [decimal.Decimal("1.5"), np.float16(2), np.int8(3), 2 + 0j], 1),
    ("tiny numbers", [1e-320, -0.0, "1e-400"], 0),
    ("blanks around", [" 1.5 ", "\t2\n", "\u00a03"], 0),
    ("an array", [np.array([1.0]), np.array([1.0, 2.0]), np.array(1.0)], 1),
]


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Cells between good ones, tables of few rows, trainings on extremes, then drawn cells."""
    for name, cells, found in _OF_SETS:
        yield Case(f"sets: {name}", partial(_read, workshop, "labels", _SETS, cells, found))
    for name, cells, found in _OF_NUMBERS:
        yield Case(f"numbers: {name}", partial(_read, workshop, "number", _NUMBERS, cells, found))
    for kind, cells in (("labels", _SETS), ("number", _NUMBERS)):
        for count in (0, 1, 3):
            yield Case(f"{kind} of {count} rows", partial(_few, workshop, kind, cells[:count]))
        yield Case(f"{kind}: all the same", partial(_same, workshop, kind, cells[0]))
    for size in (1e-30, 1.0, 1e29):
        yield Case(f"numbers of {size:g} are learnt", partial(_learnt, workshop, size))
    yield Case("300 labels are learnt", partial(_many, workshop, 300))
    for kind, cells in (("labels", _SETS), ("number", _NUMBERS)):
        for _ in range(variants):
            odd = _drawn(draw)
            yield Case(f"{kind}: {odd!r}", partial(_read, workshop, kind, cells, [odd], None))


def _drawn(draw: random.Random) -> str:
    return "".join(draw.choices("0123456789.,eE+-|; abnif\u2212\u202f\u200b\x1f\r\n", k=8))


def _audit(workshop: Workshop, kind: Any, cells: Sequence[Any]) -> Audit:
    rows = [(f"word{number} of a text", cell) for number, cell in enumerate(cells)]
    options = TextConfig(target_kind=kind)
    load = LoadConfig(max_broken=0.2)
    return audit_texts(rows, text=options, config=load, seed=0, work_dir=workshop.fresh())


def _read(
    workshop: Workshop, kind: str, good: list[Any], odd: list[Any], found: int | str | None
) -> Verdict:
    def right(audit: Audit) -> bool:
        if isinstance(found, str):
            return len(audit.errors) < 20 and any(found in each for each in audit.errors)
        return audit.ok and found in (None, audit["broken"].total)

    return _in_time(lambda: judge(lambda: _audit(workshop, kind, [*good, *odd]), right=right))


def _few(workshop: Workshop, kind: str, cells: list[Any]) -> Verdict:
    return judge(lambda: _audit(workshop, kind, cells), right=lambda audit: bool(audit.errors))


def _same(workshop: Workshop, kind: str, cell: Any) -> Verdict:
    return judge(
        lambda: _audit(workshop, kind, [cell] * 60),
        right=lambda audit: bool(audit.errors or audit.warnings),
    )


def _in_time(run: Callable[[], Verdict], seconds: float = SECONDS) -> Verdict:
    began = time.monotonic()
    verdict = run()
    took = time.monotonic() - began
    return verdict if took < seconds else Verdict(Ending.WRONG, f"took {took:.0f} s")


def _train(workshop: Workshop, rows: list[tuple[str, Any]]) -> Any:
    result = kerasapps.train_text_classifier(
        rows,
        output_dir=workshop.fresh() / "run",
        model=ModelConfig(model="bag_of_embeddings", width=0.25),
        train=TrainConfig(epochs=3, learning_rate=1e-2),
        export=ExportConfig(quantization=("float32",), saved_model=False, tolerance=100.0),
        quiet=True,
    )
    return kerasapps.load_bundle(result.bundle_dir)


def _learnt(workshop: Workshop, size: float) -> Verdict:
    """What the network learns is standardized: however large numbers are, answers are of theirs."""
    rows = [
        (f"film {n} is {'good' if n % 2 else 'bad'}", size * (n % 2 + n / 1e3)) for n in range(99)
    ]
    bundle = _train(workshop, rows)
    values = [each.value for each in bundle.predict([text for text, _ in rows])]
    return judge(lambda: np.array(values) / size, right=lambda each: bool((abs(each) < 3).all()))


def _many(workshop: Workshop, count: int) -> Verdict:
    rows = [(f"film {n}", [f"l{n % count}", f"l{(n + 1) % count}"]) for n in range(6 * count)]
    bundle = _train(workshop, rows)
    answer = bundle.predict("film 1")[0]
    return judge(lambda: answer.all_scores, right=lambda scores: len(scores) == count)
