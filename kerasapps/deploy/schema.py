"""What a `bundle.json` may say: one table of fields, checked before anything it names is opened.

The hashes in it prove that nothing broke on the way, not who wrote it: whoever changes a file can
change its hash. So whatever is read from it, or opened because of it, is checked here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kerasapps.config import kinds
from kerasapps.deploy.checking import OffError, check_if_there, check_object, check_value, shown
from kerasapps.deploy.explained import check_explained
from kerasapps.deploy.rules import (
    AMOUNT,
    FIGURE,
    FLAG,
    HUGE,
    INNER,
    LIST,
    NAME,
    OBJECT,
    SHA256,
    SHARE,
    TEXT,
    Rule,
    is_inner_path,
    is_number,
    or_null,
    whole_number,
)
from kerasapps.deploy.runtime_rules import check_runtime
from kerasapps.errors import BundleError, ConfigError

MOST_LABELS = 1_000_000


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
    return value is None or isinstance(value, float) or is_number(value, -HUGE, HUGE)


def _are_epochs(value: Any) -> bool:
    return isinstance(value, list) and all(is_number(each, 1, HUGE) for each in value)


MANIFEST: Mapping[str, Rule] = {
    "schema_version": whole_number(1),
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
EXPLAINED: Mapping[str, Rule] = {"preprocessing": OBJECT, "answer": OBJECT}
"""What the first schema had not."""
MORE: Mapping[str, Rule] = {"folds": OBJECT, "ensemble": OBJECT}
"""What a manifest of the second may say."""
ARTIFACT: Mapping[str, Rule] = {
    "name": NAME,
    "path": Rule(lambda value: value is None or is_inner_path(value), f"null or {INNER.words}"),
    "passed": FLAG,
}
ARTIFACT_FIGURES: Mapping[str, Rule] = {
    "reason": TEXT,
    "note": TEXT,
    "metric": FIGURE,
    "agreement": SHARE,
    "delta": FIGURE,
    "size_bytes": AMOUNT,
    "compressed_bytes": AMOUNT,
    "latency_ms": AMOUNT,
    "latency_p95_ms": AMOUNT,
    "peak_memory_mb": FIGURE,
    "token_ms": AMOUNT,
    "scores": Rule(lambda value: value in (None, "float32", "uint8"), "float32, uint8 or null"),
    "elsewhere": or_null(OBJECT),
    "ladder": OBJECT,
}
LADDER: Mapping[str, Rule] = {
    "judged_on": Rule(lambda value: value in ("validation", "test"), "validation or test"),
    "max_drop": AMOUNT,
    "max_size_mb": AMOUNT,
    "max_latency_ms": AMOUNT,
    "rungs": LIST,
}
ELSEWHERE: Mapping[str, Rule] = {
    "name": TEXT,
    "examples": whole_number(1),
    "metric": FIGURE,
    "delta": FIGURE,
    "agreement": SHARE,
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
TRAIN: Mapping[str, Rule] = {"seed": whole_number(0)}
_EPOCH = Rule(_is_epoch, "an object of figures")
HISTORY: Mapping[str, Rule] = {"rows": LIST, "best_epoch": whole_number(1), "seconds": AMOUNT}
HISTORY_MORE: Mapping[str, Rule] = {
    "stopped": TEXT,
    "extended": Rule(_are_epochs, "a list of epochs"),
}


@dataclass(frozen=True, kw_only=True)
class TaskRules:
    """What the manifests of one task say, beyond those of all.

    Attributes:
        section: the part of the settings that it alone has.
        input: what describes its inputs; raises ConfigError for values that it does not take.
        settings: rules for that part.
        classes: whether what is labelled has one of several classes, two at least, where nothing
            else is said of the answer.
        shares: whether its files are compared by a share rather than by an error; files that
            answer with numbers always are by an error.
    """

    section: str
    input: Callable[[Mapping[str, Any]], object]
    settings: Mapping[str, Rule] = field(default_factory=dict)
    classes: bool = False
    shares: bool = True


def check_values(values: Mapping[str, Any], where: object) -> None:
    """A manifest says only what kerasapps reads, each value of its type and range.

    Args:
        values: of a `bundle.json`, without its own hash.
        where: the file, for the message.

    Raises:
        BundleError: naming the first value that is off, and what it must be.
    """
    with _off_as_bundle_error(where):
        _check(values)


def check_task(values: Mapping[str, Any], rules: TaskRules, where: object) -> None:
    """A manifest says what its task reads, beyond what `check_values` holds it to.

    Args:
        values: of a `bundle.json` that has passed `check_values`.
        rules: of its task.
        where: the file, for the message.

    Raises:
        BundleError: naming the first value that is off, and what it must be.
    """
    with _off_as_bundle_error(where):
        _check_task(values, rules)


@contextmanager
def _off_as_bundle_error(where: object) -> Iterator[None]:
    try:
        yield
    except OffError as off:
        raise BundleError(
            f"{where} is no manifest that kerasapps writes: {off}. Do not use the bundle; ask for "
            "a whole one, or make it again."
        ) from None


def _check(values: Mapping[str, Any]) -> None:
    explains = values.get("schema_version") != 1
    more = {name: rule for name, rule in MORE.items() if explains and name in values}
    rules = {**MANIFEST, **(EXPLAINED if explains else {}), **more}
    check_object(values, rules, "", closed=True)
    for name, digest in values["files"].items():
        check_value(name, INNER, "a name in files")
        check_value(digest, SHA256, f"files[{shown(name)}]")
    if explains:
        check_explained(values)
    _artifacts(values["artifacts"])
    check_object(values["data"], DATA, "data.")
    check_if_there(values["data"], DATA_COUNTS, "data.")
    check_object(values["settings"], SETTINGS, "settings.")
    check_object(values["settings"]["train"], TRAIN, "settings.train.")
    check_object(values["history"], HISTORY, "history.")
    check_if_there(values["history"], HISTORY_MORE, "history.")
    for place, row in enumerate(values["history"]["rows"]):
        check_value(row, _EPOCH, f"history.rows[{place}]")


def _artifacts(artifacts: list[Any]) -> None:
    for place, artifact in enumerate(artifacts):
        where = f"artifacts[{place}]"
        _artifact(artifact, where)
        if "ladder" in artifact:
            check_object(artifact["ladder"], LADDER, f"{where}.ladder.", closed=True)
            for number, rung in enumerate(artifact["ladder"]["rungs"]):
                _artifact(rung, f"{where}.ladder.rungs[{number}]")
        check_runtime(artifact.get("runtime"), f"{where}.runtime")
    _different([each["name"] for each in artifacts], "name")
    _different([each["path"] for each in artifacts if each["path"] is not None], "path")


def _artifact(artifact: Any, where: str) -> None:
    """An artifact, or a rung of the ladder of one, which has no runtime."""
    check_value(artifact, OBJECT, where)
    check_object(artifact, ARTIFACT, f"{where}.")
    check_if_there(artifact, ARTIFACT_FIGURES, f"{where}.")
    if artifact.get("elsewhere") is not None:
        check_object(artifact["elsewhere"], ELSEWHERE, f"{where}.elsewhere.", closed=True)


def _different(names: list[str], what: str) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise OffError(f"{count} artifacts have the {what} {shown(name)}")


def _check_task(values: Mapping[str, Any], rules: TaskRules) -> None:
    section, labels = rules.section, list(values["labels"])
    check_object(values["settings"], {section: OBJECT}, "settings.")
    check_object(values["settings"][section], rules.settings, f"settings.{section}.")
    answer = values.get("answer", {}).get("kind", kinds.CLASSES)
    numbers = answer in (kinds.NUMBER, kinds.NUMBERS)
    if rules.classes and answer == kinds.CLASSES and len(labels) < 2:
        raise OffError(f"labels is {shown(labels)}, and a classifier has two at least")
    if answer == kinds.SEVERAL and labels:
        raise OffError(f"labels is {shown(labels)}, and several answers have each their own")
    if numbers and labels:
        raise OffError(f"labels is {shown(labels)}, and numbers have none")
    thresholds = values.get("answer", {}).get("thresholds", labels)
    if answer in (kinds.LABELS, kinds.CLASSES) and len(thresholds) != len(labels):
        raise OffError("answer.thresholds must be one for each of labels")
    said = values.get("answer", {})
    if answer == kinds.CLASSES and "unknown_label" in said and said["unknown_label"] not in labels:
        raise OffError("answer.unknown_label must be one of labels")
    for place, artifact in enumerate(values["artifacts"]):
        metric = SHARE if rules.shares and not numbers else AMOUNT
        check_if_there(artifact, {"metric": metric}, f"artifacts[{place}].")
    try:
        rules.input(values["input"])
    except ConfigError as error:
        raise OffError(f"input: {str(error)[:300]}") from error
