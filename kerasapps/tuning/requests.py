"""What workers ask, read from messages that may be of any kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from kerasapps.tuning.messages import decode
from kerasapps.tuning.trial import Figures, Outcome, TrialState
from kerasapps.wording.harmless import one_line

_NAME: Final = 200  # characters of a worker's name
_FIGURE: Final = 100  # likewise of a figure's
_FIGURES: Final = 200  # of a trial
_REASON: Final = 300  # characters
_TRIALS: Final = 10**9
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_ENDS: Final = frozenset(get_args(TrialState)) & {"done", "stopped", "failed"}


@dataclass(frozen=True)
class Hello:
    """A worker that wants to join, or only asks whether one with these settings may."""

    settings: Mapping[str, Any]
    joins: bool


@dataclass(frozen=True)
class Report:
    """How a trial ended, as its worker says."""

    number: int
    outcome: Outcome


def read_worker(name: object) -> str:
    """A worker's name.

    Raises:
        ValueError: if it cannot be one.
    """
    if not isinstance(name, str) or not 0 < len(name) <= _NAME or not name.isprintable():
        raise ValueError("it does not name its worker")
    return name


def read_hello(request: bytes) -> Hello:
    """The content of a call of Hello.

    Raises:
        ValueError: if it is none.
    """
    content = _fields(decode(request), "settings", "joins")
    settings, joins = content["settings"], content["joins"]
    if not isinstance(settings, Mapping) or not isinstance(joins, bool):
        raise ValueError("settings must be an object, joins true or false")
    return Hello(settings, joins)


def read_report(request: bytes) -> Report:
    """The content of a call of Report; its reason is one harmless line.

    Raises:
        ValueError: if it is none.
    """
    content = _fields(decode(request), "number", "outcome")
    number, outcome = (
        content["number"],
        _fields(content["outcome"], "state", "figures", "reason", "seconds"),
    )
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < _TRIALS:
        raise ValueError("number must be a trial's")
    state, reason = outcome["state"], outcome["reason"]
    if not isinstance(state, str) or state not in _ENDS:
        raise ValueError(f"state must be one of {', '.join(sorted(_ENDS))}")
    if not isinstance(reason, str):
        raise ValueError("reason must be text")
    seconds = _number(outcome["seconds"], "seconds")
    if not 0 <= seconds < float("inf"):
        raise ValueError("seconds must be a number of at least 0")
    words = one_line(reason.encode(errors="backslashreplace").decode())[:_REASON]
    figures = read_figures(outcome["figures"])
    return Report(number, Outcome(state, figures, words, seconds))  # type: ignore[arg-type]


def read_figures(content: object) -> Figures:
    """Figures by name; NaN and infinities are numbers here, of which the search will speak.

    Raises:
        ValueError: if they are none.
    """
    if not isinstance(content, Mapping) or len(content) > _FIGURES:
        raise ValueError(f"figures must be an object of at most {_FIGURES} numbers")
    for name in content:
        if not isinstance(name, str) or not 0 < len(name) <= _FIGURE or not name.isprintable():
            raise ValueError("the name of a figure must be short and printable")
    return {name: _number(value, name) for name, value in content.items()}


def read_epoch(step: int) -> int:
    """The number of an epoch, from 1.

    Raises:
        ValueError: if it is none.
    """
    if step < 1:
        raise ValueError(f"epochs are counted from 1, not {step}")
    return step


def read_number(trial_id: str) -> int:
    """A trial's number from keras-tuner's name of it.

    Raises:
        ValueError: if it has none.
    """
    if not _NUMBER.fullmatch(trial_id):
        raise ValueError("it does not name a trial")
    return int(trial_id)


def _fields(content: object, *names: str) -> Mapping[str, Any]:
    """An object that has these fields and no other."""
    if not isinstance(content, Mapping) or set(content) != set(names):
        raise ValueError(f"it must be an object with {', '.join(names)}")
    return content


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} must be a number")
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(f"{name} is too large") from error
