"""What a hostile case is and how its ending is judged."""

from __future__ import annotations

import enum
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kerasapps.errors import KerasAppsError

DEFECT = 70  # exit status of "a defect of kerasapps"
TIMEOUT_S = 120.0


class Ending(enum.Enum):
    """How a case ended."""

    RIGHT = "right"
    REFUSED = "refused clearly"
    WRONG = "wrong"
    CRASHED = "crashed"


@dataclass(frozen=True)
class Verdict:
    """An ending and, for what must not be, why."""

    ending: Ending
    why: str = ""


@dataclass(frozen=True)
class Case:
    """One hostile thing that is done to kerasapps.

    Attributes:
        name: what is done, with the value drawn.
        run: does it and judges the ending; may raise only what is a crash.
    """

    name: str
    run: Callable[[], Verdict]


RIGHT = Verdict(Ending.RIGHT)


def judge(
    call: Callable[[], Any],
    *,
    right: Callable[[Any], bool] | None = None,
    refusal: tuple[str, ...] | None = (),
) -> Verdict:
    """The verdict on a Python call.

    Args:
        call: what is done.
        right: whether what it returned is right; None if it had to be refused.
        refusal: words that its one clear error must hold, in any case; None if it had to be
            answered.
    """
    try:
        value = call()
    except KerasAppsError as error:
        return _refused(str(error), refusal)
    except Exception as error:
        return Verdict(Ending.CRASHED, f"{type(error).__name__}: {error}")
    if right is None:
        return Verdict(Ending.WRONG, f"accepted: {value!r:.200}")
    return RIGHT if right(value) else Verdict(Ending.WRONG, f"answered {value!r:.200}")


@dataclass(frozen=True)
class Printed:
    """What a command answered."""

    status: int
    out: str
    err: str


def command(
    *arguments: object,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_S,
    cwd: str | os.PathLike[str] | None = None,
) -> Printed:
    """Runs `kerasapps` in a process of its own.

    Raises:
        TimeoutExpired: if it hangs, which is a crash.
    """
    ended = subprocess.run(
        [sys.executable, "-m", "kerasapps", *map(str, arguments)],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        env={**os.environ, **(env or {})},
        timeout=timeout,
        cwd=cwd,
        check=False,
    )
    out, err = (part.decode(errors="backslashreplace") for part in (ended.stdout, ended.stderr))
    return Printed(ended.returncode, out, err)


def judge_command(
    call: Callable[[], Printed],
    *,
    right: Callable[[Printed], bool] | None = None,
    refusal: tuple[str, ...] | None = (),
) -> Verdict:
    """The verdict on a command line; `right` and `refusal` as for `judge`."""
    try:
        printed = call()
    except subprocess.TimeoutExpired as error:
        return Verdict(Ending.CRASHED, f"hung for {error.timeout:.0f} s")
    last = printed.err.strip().splitlines()[-1:] or [""]
    if printed.status < 0 or printed.status == DEFECT or "Traceback" in printed.err:
        return Verdict(Ending.CRASHED, f"exit status {printed.status}: {last[0]}")
    if printed.status != 0 and not (right and right(printed)):
        return _refused(printed.err, refusal)
    if right is None:
        return Verdict(Ending.WRONG, f"accepted: {printed.out:.200}")
    return RIGHT if right(printed) else Verdict(Ending.WRONG, f"answered {printed.out:.200}")


def _refused(message: str, expected: tuple[str, ...] | None) -> Verdict:
    if expected is None:
        return Verdict(Ending.WRONG, f"refused without need: {message:.200}")
    missing = [word for word in expected if word.lower() not in message.lower()]
    if missing:
        return Verdict(Ending.WRONG, f"refused without the word {missing[0]!r}: {message:.200}")
    return Verdict(Ending.REFUSED)
