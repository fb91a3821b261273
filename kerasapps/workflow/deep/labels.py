"""Labels that may be wrong: what networks say of examples that they were not trained on."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from kerasapps.config import TrainConfig
from kerasapps.config.checks import Bounds
from kerasapps.config.training import SHORTEST
from kerasapps.data.audit import Finding, itemise
from kerasapps.data.near.copies import answer_text
from kerasapps.data.splits import Splits
from kerasapps.data.taken import taken
from kerasapps.errors import ConfigError
from kerasapps.evaluation.label_errors import doubtful_labels, doubtful_sets
from kerasapps.process.quiet import import_whole_tensorflow, start_tensorflow
from kerasapps.workflow.deep.doubt import LabelDoubt
from kerasapps.workflow.folds.doubts import share_given_again
from kerasapps.workflow.folds.folding import Folding
from kerasapps.workflow.options import with_model
from kerasapps.workflow.steps import Options
from kerasapps.workflow.suitable import is_open, suitable_models
from kerasapps.workflow.task import Task

FOLDS: Final = 5
MINUTES: Final = Bounds(FOLDS * SHORTEST)


class DoubtedLabels(NamedTuple):
    """What networks say of labels.

    Attributes:
        doubts: examples whose label is probably wrong, the surest first.
        given_again: the share of all labels that the networks would have given, 0 to 1.
    """

    doubts: tuple[LabelDoubt, ...]
    given_again: float


def label_doubts(
    task: Task, splits: Splits[Any], options: Options, *, minutes: float, seed: int, folder: Path
) -> DoubtedLabels:
    """Examples of all splits whose label is probably wrong, the surest first.

    The task's usual model is trained five times, each time without a fifth of the examples, of
    which it then says what they are.

    Args:
        task: what would be trained.
        splits: the examples.
        options: sections that were given; the others are as nobody says.
        minutes: of training, of all five together.
        seed: of the trainings.
        folder: scratch space.

    Raises:
        ConfigError: if what is answered has no labels that can be wrong, or there are too few
            examples.
        DependencyError: if what training takes is not installed.
        TrainingError: if a training fails.
    """
    check_labelled(task, splits, minutes=minutes, seed=seed)
    start_tensorflow(import_whole_tensorflow, then=(f"{task.package}.train",))
    from kerasapps.workflow.folds.cross import cross_validate

    train = TrainConfig(seed=seed, time_budget=minutes / FOLDS)
    asked = {**task.defaults, **options, "train": train}
    whole = _with_test(splits)
    if is_open(asked, None):
        asked = with_model(asked, suitable_models(task, whole, asked).names[0])
    out = cross_validate(task, asked, whole, folds=FOLDS, folder=folder, settings={})
    if out.answers is None:
        raise ConfigError(f"Labels of {task.noun} are not looked at.")
    return DoubtedLabels(doubts_of(splits, out.answers), share_given_again(whole, out.answers))


def doubts_of(
    splits: Splits[Any],
    answers: np.ndarray | list[np.ndarray],
    *,
    names: Sequence[str] = ("train", "test", "validation"),
) -> tuple[LabelDoubt, ...]:
    """Examples whose label is probably wrong by answers of networks that did not train on them.

    Args:
        splits: the examples, of classes, labels or tags.
        answers: as `OutOfFold` has them.
        names: the splits whose examples these are of, in their order.
    """
    examples = _Examples(splits, names)
    if isinstance(answers, list):
        return _of_words(splits, examples, answers)
    if splits.target.kind == "labels":
        return _of_sets(splits, examples, answers)
    doubts = doubtful_labels(examples.labels.astype(np.int64), answers)
    return tuple(
        examples.doubt(row, examples.label(row), splits.labels[suggested], confidence)
        for row, suggested, confidence in zip(
            doubts.rows.tolist(), doubts.suggested.tolist(), doubts.confidence, strict=True
        )
    )


def check_minutes(minutes: float | None) -> None:
    """Minutes of training are a number that can be waited for.

    Raises:
        ConfigError: if they are not.
    """
    if minutes is not None and not MINUTES.hold(minutes):
        raise ConfigError(f"minutes must be {MINUTES.words}, got {minutes!r}.")


def check_labelled(task: Task, splits: Splits[Any], *, minutes: float, seed: int) -> None:
    """Examples have labels that can be wrong, and are enough to be dealt out.

    Raises:
        ConfigError: if they are not; it names the option.
    """
    check_minutes(minutes)
    if splits.target.kind not in ("class", "labels") or not splits.labels:
        raise ConfigError(
            f"minutes: these {task.noun} have no labels that may be wrong; leave minutes out."
        )
    try:
        Folding.of(_with_test(splits), folds=FOLDS, seed=seed)
    except ConfigError as error:
        why = str(error).removeprefix(f"RepeatConfig.folds {FOLDS}: ").removesuffix("; use fewer.")
        raise ConfigError(
            f"minutes: the labels are looked at in {FOLDS} parts, and {why}; leave minutes out."
        ) from error


def label_finding(doubts: Sequence[LabelDoubt]) -> Finding:
    """What an audit tells of them."""
    return itemise(
        "label_errors",
        tuple(doubts),
        said="Labels that may be wrong, the surest first (used as they are)",
        heading="Labels that may be wrong",
        columns=(
            *(("where", "where"), ("split", "split"), ("label", "label")),
            *(("suggested", "suggested"), ("confidence", "confidence")),
        ),
        note="Networks that were not trained on them say so: look at each before you change it. "
        "They are used as they are.",
    )


def _with_test(splits: Splits[Any]) -> Splits[Any]:
    """The same with the test examples behind those of training, as all labels are asked about."""
    if splits.judged_on != "test" or not len(splits.test):
        return splits
    parts = (splits.train, splits.test)
    rows = np.arange(sum(map(len, parts)))
    return dataclasses.replace(splits, train=taken(parts, rows, like=splits.train))


class _Examples:
    """The examples of some splits in the order of out-of-fold answers."""

    def __init__(self, splits: Splits[Any], names: Sequence[str]) -> None:
        self._splits = splits
        self._names = [name for name in names if name in splits.names]
        self._parts = [getattr(splits, name) for name in self._names]
        self._starts = np.cumsum([0, *map(len, self._parts)])

    @property
    def labels(self) -> np.ndarray:
        return np.concatenate([np.asarray(part.labels) for part in self._parts if len(part)])

    def at(self, row: int) -> tuple[str, Any, int]:
        """The split of one, its examples, and its place among these."""
        part = int(np.searchsorted(self._starts, row, side="right")) - 1
        return self._names[part], self._parts[part], row - int(self._starts[part])

    def label(self, row: int) -> str:
        _, examples, place = self.at(row)
        return answer_text(self._splits, examples, place)

    def doubt(
        self, row: int, label: str, suggested: str, confidence: float, *, word: str = ""
    ) -> LabelDoubt:
        split, examples, place = self.at(row)
        tell = getattr(examples, "excerpt", None)
        text = word or ("" if tell is None else str(tell(place)))
        where = str(examples.origin(place))
        return LabelDoubt(where, split, label, suggested, round(float(confidence), 3), text)


def _of_sets(
    splits: Splits[Any], examples: _Examples, scores: np.ndarray
) -> tuple[LabelDoubt, ...]:
    sets = examples.labels.astype(np.uint8)
    doubtful, surest = doubtful_sets(sets, scores)
    rows = np.flatnonzero(doubtful.any(axis=1))
    rows = rows[np.argsort(-surest[rows], kind="stable")]

    def named(row: np.ndarray) -> str:
        return ", ".join(name for name, has in zip(splits.labels, row, strict=True) if has)

    return tuple(
        examples.doubt(row, named(sets[row]), named(sets[row] ^ doubtful[row]), surest[row])
        for row in rows.tolist()
    )


def _of_words(
    splits: Splits[Any], examples: _Examples, probabilities: Sequence[np.ndarray]
) -> tuple[LabelDoubt, ...]:
    """Of sentences each word whose tag is probably wrong."""
    codes = {name: code for code, name in enumerate(splits.labels)}
    tags: list[int] = []
    owners: list[int] = []
    places: list[int] = []
    for row, each in enumerate(probabilities):
        _, part, place = examples.at(row)
        known = [codes.get(tag, codes.get("O", 0)) for tag in part.tags[place]]
        assert len(known) == len(each), "every word has an answer"
        tags += known
        owners += [row] * len(known)
        places += range(len(known))
    doubts = doubtful_labels(np.array(tags, np.int64), np.concatenate([*probabilities]))
    told = []
    for row, suggested, confidence in zip(
        doubts.rows.tolist(), doubts.suggested.tolist(), doubts.confidence, strict=True
    ):
        _, part, place = examples.at(owners[row])
        word = part.sentences[place][places[row]]
        tag = part.tags[place][places[row]]
        told.append(
            examples.doubt(owners[row], tag, splits.labels[suggested], confidence, word=word)
        )
    return tuple(told)
