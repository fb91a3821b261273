"""What a `bundle.json` may say: one table of fields, checked before anything it names is opened.

The hashes in it prove that nothing broke on the way, not who wrote it: whoever changes a file can
change its hash. So whatever is read from it, or opened because of it, is checked here.
"""

from __future__ import annotations

import importlib
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kerasapps.errors import BundleError, ConfigError

MOST_LABELS = 1_000_000
_LONGEST_NAME = 255  # bytes of one name in a folder, on the file systems that people have
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Rule:
    """What one value must be.

    Attributes:
        holds: whether a value is so; must not raise, whatever JSON holds.
        words: the same for people, after "must be".
    """

    holds: Callable[[Any], bool]
    words: str


def is_inner_path(path: Any) -> bool:
    """Whether a text is a path of plain names that cannot leave the folder it is read in.

    No root, drive, `..`, `.`, empty name, separator of Windows or control character.
    """
    return isinstance(path, str) and all(_is_plain(name) for name in path.split("/"))


def _is_plain(name: str) -> bool:
    strange = re.search(r"[\\:\x00-\x1f\x7f]", name)
    try:
        size = len(name.encode())
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return name not in ("", ".", "..") and not strange and size <= _LONGEST_NAME


def _is_number(value: Any, low: float, high: float) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and low <= value <= high  # NaN is in no range


def _number(low: float, high: float) -> Rule:
    return Rule(
        lambda value: value is None or _is_number(value, low, high),
        f"a number from {low:g} to {high:g}, or null",
    )


def _whole(low: int, high: float = math.inf) -> Rule:
    return Rule(
        lambda value: isinstance(value, int) and _is_number(value, low, high),
        f"a whole number from {low}" + ("" if high == math.inf else f" to {high}"),
    )


def _is_source(value: Any) -> bool:
    names = value if isinstance(value, list) and len(value) == 2 else [value]
    return all(isinstance(name, str) and name for name in names)


def _are_labels(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_LABELS
        and all(isinstance(label, str) and label for label in value)
        and len(set(value)) == len(value)
    )


def _is_epoch(row: Any) -> bool:
    return isinstance(row, dict) and all(
        TEXT.holds(value) if name == "phase" else _is_measured(value) for name, value in row.items()
    )


def _is_measured(value: Any) -> bool:
    """Whether a value may be a figure of training, which may have gone astray (NaN), or null."""
    return value is None or isinstance(value, float) or _is_number(value, -_HUGE, _HUGE)


def _are_epochs(value: Any) -> bool:
    return isinstance(value, list) and all(_is_number(each, 1, _HUGE) for each in value)


_HUGE = 1e15
_DIGEST = re.compile(r"[0-9a-f]{64}")
NAME = Rule(
    lambda value: isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value)),
    "a name of letters, digits, - and _",
)
INNER = Rule(is_inner_path, "a path of plain names inside the bundle")
TEXT = Rule(lambda value: isinstance(value, str), "a text")
FLAG = Rule(lambda value: isinstance(value, bool), "true or false")
OBJECT = Rule(lambda value: isinstance(value, dict), "an object")
LIST = Rule(lambda value: isinstance(value, list), "a list")
SHA256 = Rule(
    lambda value: isinstance(value, str) and bool(_DIGEST.fullmatch(value)), "64 hexadecimal digits"
)
FIGURE, SHARE = _number(-_HUGE, _HUGE), _number(0, 1)
_AMOUNT = _number(0, _HUGE)

MANIFEST: Mapping[str, Rule] = {
    "schema_version": _whole(1),
    "task": NAME,
    "labels": Rule(_are_labels, "a list of different texts, none of them empty"),
    "input": OBJECT,
    "metrics": OBJECT,
    "artifacts": LIST,
    "files": OBJECT,
    "data": OBJECT,
    "settings": OBJECT,
    "history": OBJECT,
    "environment": OBJECT,
    "created": TEXT,
}
ARTIFACT: Mapping[str, Rule] = {
    "name": NAME,
    "path": Rule(lambda value: value is None or is_inner_path(value), f"null or {INNER.words}"),
    "passed": FLAG,
}
ARTIFACT_FIGURES: Mapping[str, Rule] = {
    "reason": TEXT,
    "note": TEXT,
    "metric": SHARE,
    "agreement": SHARE,
    "delta": FIGURE,
    "size_bytes": _AMOUNT,
    "latency_ms": _AMOUNT,
    "latency_p95_ms": _AMOUNT,
    "peak_memory_mb": FIGURE,
    "token_ms": _AMOUNT,
    "scores": Rule(lambda value: value in (None, "float32", "uint8"), "float32, uint8 or null"),
}
DATA: Mapping[str, Rule] = {
    "source": Rule(_is_source, "a text, or a list of two"),
    "fingerprint": TEXT,
}
DATA_COUNTS: Mapping[str, Rule] = {"examples": OBJECT}
SETTINGS: Mapping[str, Rule] = {
    "run": TEXT,
    "model": OBJECT,
    "load": OBJECT,
    "train": OBJECT,
    "export": OBJECT,
}
TRAIN: Mapping[str, Rule] = {"seed": _whole(0)}
SEARCH: Mapping[str, Rule] = {
    "beam": _whole(1, 32),
    "length_penalty": Rule(lambda value: _is_number(value, 0, 5), "a number from 0 to 5"),
}
_EPOCH = Rule(_is_epoch, "an object of figures")
HISTORY: Mapping[str, Rule] = {"rows": LIST, "best_epoch": _whole(1), "seconds": _AMOUNT}
HISTORY_MORE: Mapping[str, Rule] = {
    "stopped": TEXT,
    "extended": Rule(_are_epochs, "a list of epochs"),
}

# task → the part of the settings that it alone has, and the class that describes its inputs, which
# is imported when a bundle is of that task
TASKS: Mapping[str, tuple[str, str]] = {
    "image_classification": ("image", "kerasapps.preprocess.image.ImageSpec"),
    "sentiment": ("text", "kerasapps.preprocess.tokenizers.spec.TokenizerSpec"),
    "text_classification": ("text", "kerasapps.preprocess.tokenizers.spec.TokenizerSpec"),
    "translation": ("translation", "kerasapps.preprocess.tokenizers.subword.SubwordSpec"),
}


class _OffError(Exception):
    """The first value that is not what it must be."""


def check_values(values: Mapping[str, Any], where: object) -> None:
    """A manifest says only what kerasapps reads, each value of its type and range.

    Args:
        values: of a `bundle.json`, without its own hash.
        where: the file, for the message.

    Raises:
        BundleError: naming the first value that is off, and what it must be.
    """
    try:
        _check(values)
    except _OffError as off:
        raise BundleError(
            f"{where} is no manifest that kerasapps writes: {off}. Do not use the bundle; ask for "
            "a whole one, or make it again."
        ) from None


def _check(values: Mapping[str, Any]) -> None:
    _object(values, MANIFEST, "", closed=True)
    for name, digest in values["files"].items():
        _value(name, INNER, "a name in files")
        _value(digest, SHA256, f"files[{_shown(name)}]")
    _artifacts(values["artifacts"])
    _object(values["data"], DATA, "data.")
    _if_there(values["data"], DATA_COUNTS, "data.")
    _object(values["settings"], SETTINGS, "settings.")
    _object(values["settings"]["train"], TRAIN, "settings.train.")
    _object(values["history"], HISTORY, "history.")
    _if_there(values["history"], HISTORY_MORE, "history.")
    for place, row in enumerate(values["history"]["rows"]):
        _value(row, _EPOCH, f"history.rows[{place}]")
    # A task of another version is refused by name by whoever would run it.
    if values["task"] in TASKS:
        _task(values["task"], values)


def _artifacts(artifacts: list[Any]) -> None:
    for place, artifact in enumerate(artifacts):
        where = f"artifacts[{place}]"
        _value(artifact, OBJECT, where)
        _object(artifact, ARTIFACT, f"{where}.")
        _if_there(artifact, ARTIFACT_FIGURES, f"{where}.")
    _different([each["name"] for each in artifacts], "name")
    _different([each["path"] for each in artifacts if each["path"] is not None], "path")


def _different(names: list[str], what: str) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise _OffError(f"{count} artifacts have the {what} {_shown(name)}")


def _task(task: str, values: Mapping[str, Any]) -> None:
    """What only this task has; the input is what its own description of inputs takes."""
    section, spec = TASKS[task]
    _object(values["settings"], {section: OBJECT}, "settings.")
    if task == "translation":
        _object(values["settings"][section], SEARCH, f"settings.{section}.")
    elif len(values["labels"]) < 2:
        raise _OffError(f"labels is {_shown(values['labels'])}, and a classifier has two at least")
    module, name = spec.rsplit(".", 1)
    try:
        getattr(importlib.import_module(module), name).from_dict(values["input"])
    except ConfigError as error:
        raise _OffError(f"input: {str(error)[:300]}") from error


def _object(
    values: Mapping[str, Any], rules: Mapping[str, Rule], prefix: str, *, closed: bool = False
) -> None:
    """Every field that has a rule is there and keeps it; `closed`, no other field is there."""
    for name, rule in rules.items():
        if name not in values:
            raise _OffError(f"{prefix}{name} is missing")
        _value(values[name], rule, f"{prefix}{name}")
    if closed:
        _known(values, rules)


def _if_there(values: Mapping[str, Any], rules: Mapping[str, Rule], prefix: str) -> None:
    """Every field that is there and has a rule keeps it."""
    _object(values, {name: rule for name, rule in rules.items() if name in values}, prefix)


def _known(values: Collection[str], rules: Collection[str]) -> None:
    for name in values:
        if name not in rules:
            raise _OffError(f"it has {_shown(name)}, which this version does not know")


def _value(value: Any, rule: Rule, where: str) -> None:
    if not rule.holds(value):
        raise _OffError(f"{where} is {_shown(value)} and must be {rule.words}")


def _shown(value: Any) -> str:
    try:
        text = ascii(value)
    except (RecursionError, ValueError):  # too deep; a number of thousands of digits
        text = type(value).__name__
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
