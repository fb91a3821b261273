"""What a `bundle.json` of schema 2 may say for programs of other people, kind by kind.

kerasapps itself reads `input`; programs that it writes, and those of others, read this. So a
stranger's bundle is held to it as to all else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from kerasapps.config import kinds
from kerasapps.config.limits import LARGEST_RATE, LARGEST_SIDE, LONGEST_CLIP, LONGEST_TEXT
from kerasapps.deploy.checking import (
    OffError,
    check_if_there,
    check_object,
    check_value,
    shown,
)
from kerasapps.deploy.rules import (
    FLAG,
    HUGE,
    INNER,
    NAME,
    OBJECT,
    TEXT,
    Rule,
    is_inner_path,
    is_number,
    number,
    one_of,
    or_null,
    whole_number,
)
from kerasapps.deploy.runtime_rules import is_shape

_MOST_IDS = 2**31 - 1


def _list_of(holds: Callable[[Any], bool], words: str, *, count: int | None = None) -> Rule:
    def are(value: Any) -> bool:
        return isinstance(value, list) and count in (None, len(value)) and all(map(holds, value))

    return Rule(are, f"a list of {words}" if count is None else f"a list of {count} {words}")


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and is_number(value, 0, _MOST_IDS)


def _is_token(value: Any) -> bool:
    is_object = isinstance(value, dict) and set(value) == {"token", "id"}
    return is_object and isinstance(value["token"], str) and _is_id(value["id"])


def _is_file(value: Any) -> bool:
    is_object = isinstance(value, dict) and set(value) == {"path", "format"}
    return is_object and is_inner_path(value["path"]) and isinstance(value["format"], str)


_SIDE, _LENGTH = whole_number(1, LARGEST_SIDE), whole_number(2, LONGEST_TEXT)
_ID = Rule(_is_id, f"a whole number from 0 to {_MOST_IDS}")
_IDS = _list_of(_is_id, "whole numbers of at least 0")
_LEVELS = _list_of(lambda value: _is_id(value) and value <= 255, "levels from 0 to 255", count=3)
_TEXTS = _list_of(TEXT.holds, "texts")
_SHARES = _list_of(lambda value: is_number(value, 0, 1), "numbers from 0 to 1")
_NAMES = _list_of(lambda value: isinstance(value, str) and bool(value), "texts, none of them empty")
_ANSWERS = Rule(
    lambda value: (
        isinstance(value, dict) and len(value) > 1 and all(map(OBJECT.holds, value.values()))
    ),
    "an object of two answers at least",
)
_TOKEN = Rule(_is_token, "an object of token and id")
_FILES = _list_of(_is_file, "objects of path, inside the bundle, and format")
_SHAPES = Rule(
    lambda value: isinstance(value, dict) and bool(value) and all(map(is_shape, value.values())),
    "an object of shapes",
)
_TEXT_INPUT: Mapping[str, Rule] = {
    "files": _FILES,
    "pad": _TOKEN,
    "start": _TOKEN,
    "unknown": _TOKEN,
    "length": _LENGTH,
    "padding_side": one_of("right"),
    "cut": TEXT,
    "lowercase": FLAG,
}
PREPROCESSING: Mapping[str, Mapping[str, Rule]] = {
    kinds.PICTURE: {
        "height": _SIDE,
        "width": _SIDE,
        "channels": one_of("rgb", "grey"),
        "layout": one_of("NHWC"),
        "dtype_range": _list_of(lambda value: is_number(value, -HUGE, HUGE), "numbers", count=2),
        "order": _TEXTS,
        "transparent_on": _LEVELS,
        "exif_orientation": FLAG,
        "resize": one_of("stretch", "crop", "pad"),
        "filter": one_of("triangle"),
        "antialias": FLAG,
        "rounding": TEXT,
        "padding": _LEVELS,
    },
    kinds.WORDS: {
        **_TEXT_INPUT,
        "delimiter": TEXT,
        "ascii": FLAG,
        "ends_at_nul": FLAG,
        "case_forms": FLAG,
    },
    kinds.WORDPIECES: {
        **_TEXT_INPUT,
        "end": _TOKEN,
        "strip_accents": FLAG,
        "continuing_prefix": TEXT,
        "longest_word": whole_number(1, LONGEST_TEXT),
        "inputs": OBJECT,
    },
    kinds.SENTENCEPIECE: {
        "model": one_of("bpe", "unigram"),
        "source_file": INNER,
        "target_file": INNER,
        **dict.fromkeys(("pad_id", "unknown_id", "start_id", "end_id"), _ID),
        "source_length": _LENGTH,
        "target_length": _LENGTH,
        "padding_side": one_of("right"),
        "cut": TEXT,
        "source_language": or_null(TEXT),
        "target_language": or_null(TEXT),
    },
    kinds.ROWS: {
        "columns": _list_of(lambda value: isinstance(value, dict), "objects"),
        "inputs": OBJECT,
        **dict.fromkeys(("missing_id", "unknown_id", "first_id"), _ID),
        "longest_cell": whole_number(1, LONGEST_TEXT),
        **dict.fromkeys(("missing_words", "yes", "no"), _TEXTS),
        "number": TEXT,
        "whole_number": TEXT,
        "dates": OBJECT,
    },
    kinds.TOKENS: {
        "files": _FILES,
        "split": one_of("unicode_classes"),
        "joiners": TEXT,
        "length": _LENGTH,
        "word_length": _LENGTH,
        "lowercase": FLAG,
        "digits": FLAG,
        **dict.fromkeys(("pad_id", "unknown_id", "first_id"), _ID),
        "padding_side": one_of("right"),
    },
    kinds.SOUND: {
        "rate": whole_number(1, LARGEST_RATE),
        "samples": whole_number(1, LONGEST_CLIP),
        "channels": whole_number(1, 1),
        "dtype": one_of("float32"),
        "dtype_range": _list_of(lambda value: is_number(value, -HUGE, HUGE), "numbers", count=2),
        "order": _TEXTS,
        "mono": one_of("mean"),
        "resample": TEXT,
        "fit": one_of("centre", "start"),
        "padding": number(-1, 1),
    },
    kinds.PIECES: {
        "files": _FILES,
        "split": one_of("unicode_classes"),
        "joiners": TEXT,
        "length": _LENGTH,
        "pieces": _LENGTH,
        "most_pieces": _LENGTH,
        "lowercase": FLAG,
        "strip_accents": FLAG,
        "continuing_prefix": TEXT,
        "longest_word": whole_number(1, LONGEST_TEXT),
        **dict.fromkeys(("pad", "start", "end", "unknown"), _TOKEN),
        "padding_side": one_of("right"),
    },
    kinds.ARRAYS: {"inputs": _SHAPES},
}
ANSWER: Mapping[str, Mapping[str, Rule]] = {
    kinds.CLASSES: {"labels_file": INNER, "uint8_divisor": whole_number(1, 2**16)},
    kinds.NUMBER: {},
    kinds.NUMBERS: {},
    kinds.LABELS: {
        "labels_file": INNER,
        "uint8_divisor": whole_number(1, 2**16),
        "thresholds": _SHARES,
    },
    kinds.TRANSLATION: {
        **dict.fromkeys(("encode", "step", "source", "token", "position", "logits"), NAME),
        "attention": NAME,
        **dict.fromkeys(("start_id", "end_id", "first_position"), _ID),
        "forbidden_ids": _IDS,
        "max_steps": _LENGTH,
        "floor": number(-HUGE, 0),
        "length_penalty": number(0, 5),
        "default_beam": whole_number(1, 32),
        "state": OBJECT,
    },
    kinds.TAGS: {"tags_file": INNER, "transitions_file": INNER, "scheme": one_of("IOB2")},
    kinds.SEVERAL: {"answers": _ANSWERS},
}
_MAY_SAY: Mapping[str, Mapping[str, Rule]] = {
    kinds.CLASSES: {"thresholds": _SHARES, "unknown": number(0, 1), "unknown_label": TEXT},
}
"""What an answer need not say: without it a class is given for any input."""
_OF_OUTPUTS: Mapping[str, Mapping[str, Rule]] = {
    kinds.CLASSES: {"output": NAME, "labels": _NAMES},
    kinds.LABELS: {"output": NAME, "labels": _NAMES, "thresholds": _SHARES},
    kinds.NUMBER: {"output": NAME},
}
_STATE: Mapping[str, Rule] = {"from_encode": _TEXTS, "zeros": _TEXTS}
_DETECTOR: Mapping[str, Rule] = {
    "threshold": number(0, 1),
    "smoothing_seconds": number(0, 60),
    "hop_seconds": number(0.001, 60),
}
_FILES_NAMED = ("labels_file", "source_file", "target_file", "tags_file", "transitions_file")


def check_explained(values: Mapping[str, Any]) -> None:
    """`preprocessing` and `answer` are of a known kind, and name files of the bundle only.

    Args:
        values: of a manifest whose `files` were checked.

    Raises:
        OffError: naming the first value that is off.
    """
    for name, rules in (("preprocessing", PREPROCESSING), ("answer", ANSWER)):
        part = values[name]
        check_object(part, {"kind": one_of(*rules)}, f"{name}.")
        check_object(part, rules[part["kind"]], f"{name}.")
        named = [part[each] for each in _FILES_NAMED if each in rules[part["kind"]]]
        named += [each["path"] for each in part["files"]] if "files" in rules[part["kind"]] else []
        _require_listed(named, values["files"], name)
    check_if_there(values["answer"], _MAY_SAY.get(values["answer"]["kind"], {}), "answer.")
    detector = values["answer"].get("detector")
    if detector is not None:
        check_value(detector, OBJECT, "answer.detector")
        check_object(detector, _DETECTOR, "answer.detector.", closed=True)
    several = values["answer"]["kind"] == kinds.SEVERAL
    for name, each in values["answer"]["answers"].items() if several else ():
        _check_part(each, f"answer.answers[{shown(name)}]")
    if "state" in ANSWER[values["answer"]["kind"]]:
        check_object(values["answer"]["state"], _STATE, "answer.state.")


def _check_part(answer: Mapping[str, Any], where: str) -> None:
    """One of several answers: of a kind that can be, its labels with their thresholds."""
    known = {"kind": one_of(*_OF_OUTPUTS)}
    check_object(answer, known, f"{where}.")
    kind, labels = answer["kind"], answer.get("labels", [])
    said = {name: rule for name, rule in _MAY_SAY.get(kind, {}).items() if name in answer}
    check_object(answer, {**known, **_OF_OUTPUTS[kind], **said}, f"{where}.", closed=True)
    if len(set(labels)) < len(labels):
        raise OffError(f"{where}.labels has a label twice")
    if kind == kinds.CLASSES and len(labels) < 2:
        raise OffError(f"{where}.labels is {shown(labels)}, and a class is one of two at least")
    if "unknown_label" in answer and answer["unknown_label"] not in labels:
        raise OffError(f"{where}.unknown_label must be one of labels")
    if "thresholds" in answer and len(answer["thresholds"]) != len(labels):
        raise OffError(f"{where}.thresholds must be one for each of labels")


def _require_listed(names: Collection[str], files: Collection[str], part: str) -> None:
    for name in names:
        if name not in files:
            raise OffError(f"files does not list {shown(name)}, which {part} names")
