"""A7: line n out answers line n in

`predict - < file` with texts that are too long, lines that are no UTF-8, blank lines, and what
terminals and other programs take for a line end.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from hostile_cases import Case, Printed, Verdict, command, judge_command
from hostile_workshop import Workshop

PLAIN = b"two green dog"
HOSTILE = {
    "a long text": b"two green dog " * 300,
    "no UTF-8": b"caf\xe9",
    "an empty line": b"",
    "a blank line": b"   ",
    "a tab": b"two\tdog",
    "a carriage return": b"two\rdog",
    "a Windows line end": b"two dog\r",
    "Unicode's line ends": "two\u2028dog\x85\u2029".encode(),
    "form feeds": b"two\x0bdog\x0c\x1c\x1d\x1e",
    "an escape sequence": b"\x1b[2Jtwo dog",
    "a null character": b"two\x00dog",
    "a lone mark": b"\xef\xbb\xbf",
}


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """All of them in one file for each task, then files of lines drawn at random."""
    every = [line for each in HOSTILE.values() for line in (PLAIN, each)] + [PLAIN]
    for task, bundle in (("texts", workshop.texts), ("pairs", workshop.translations)):
        yield _case(f"{task}: all", bundle, every)
        yield _case(f"{task}: all, the best two", bundle, every, best=2)
        for number in range(variants):
            names = draw.choices(sorted(HOSTILE), k=draw.randint(1, 9))
            lines = [HOSTILE[name] for name in names] + [PLAIN]
            yield _case(f"{task}: variant {number}, {', '.join(names)}", bundle, lines)


def _case(name: str, bundle: Path, lines: list[bytes], *, best: int = 1) -> Case:
    option = "--top-k" if name.startswith("texts") else "--n-best"

    def right(printed: Printed) -> bool:
        out = printed.out.removesuffix("\n").split("\n")
        plain = {line for line, given in zip(out, lines, strict=False) if given == PLAIN}
        return len(out) == len(lines) == len(printed.out.splitlines()) and len(plain) == 1

    def run() -> Verdict:
        return judge_command(
            lambda: command("predict", bundle, "-", option, best, stdin=b"\n".join(lines) + b"\n"),
            right=right,
        )

    return Case(name, run)
