"""What tasks share whose answer the data decide: a class, a set of labels, a number, or several.

What is read is theirs. Without TensorFlow; `judgings.py` has what trains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np

from kerasapps.config import Architecture, RobustConfig, TrainConfig, TrustConfig, kinds
from kerasapps.config.metric import Answer
from kerasapps.config.repeat import DISTILLED, ONE
from kerasapps.config.targets import LabelLoss, TargetKind
from kerasapps.data.splits import Splits
from kerasapps.data.targets.kinds import names_of, numbers_of, parts_of_key
from kerasapps.data.targets.several import part_splits
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.opening import Load
from kerasapps.deploy.readers import Reader
from kerasapps.deploy.runner import Bundle
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.labelled import Labelled
from kerasapps.outputs.classes.predicting import label_answers
from kerasapps.outputs.labels.answer import LABELS
from kerasapps.outputs.labels.bundle import LabelBundle
from kerasapps.outputs.labels.labelled import LabelledSets
from kerasapps.outputs.labels.predicting import set_answers
from kerasapps.outputs.numbers.answer import NUMBERS
from kerasapps.outputs.numbers.bundle import NumberBundle
from kerasapps.outputs.numbers.finished import Numbered
from kerasapps.outputs.numbers.predicting import number_answers
from kerasapps.outputs.several.answer import SEVERAL
from kerasapps.outputs.several.bundle import SeveralBundle
from kerasapps.outputs.several.finished import KnownAnswers
from kerasapps.recipes.several import keys_of_test, show_several
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.inputs import Inputs
from kerasapps.workflow.task import OtherAnswerError

Known: TypeAlias = Labelled | LabelledSets | Numbered | KnownAnswers
OneBundle: TypeAlias = Bundle | LabelBundle | NumberBundle
AnyBundle: TypeAlias = OneBundle | SeveralBundle

ANSWERS: Final = (CLASSES, LABELS, NUMBERS, SEVERAL)
"""What such a task may answer; where the data are not read yet, the first is meant."""
ROUNDED: Final = frozenset({"qat", "qat_epochs"})
"""Options of `CompressConfig` that such tasks serve."""
ENSEMBLES: Final = frozenset({ONE, DISTILLED})
"""What an ensemble of their networks may ship as."""
OF_KIND: Final[Mapping[TargetKind, Answer]] = MappingProxyType(
    {"class": CLASSES, "labels": LABELS, "number": NUMBERS, "several": SEVERAL}
)
BUNDLES: Final[Mapping[TargetKind, type[OneBundle]]] = MappingProxyType(
    {"class": Bundle, "labels": LabelBundle, "number": NumberBundle}
)


def answer_to(splits: Splits[Any]) -> Answer:
    """What the target of some splits asks for."""
    return OF_KIND[splits.target.kind]


def check_answer(
    answer: Answer,
    *,
    asked: TargetKind | None,
    label_loss: LabelLoss | None,
    train: TrainConfig,
    architecture: Architecture,
    model: str,
    option: str = "target_kind",
    trust: TrustConfig = TrustConfig(),
    robust: RobustConfig = RobustConfig(),
) -> None:
    """Options fit an answer.

    Args:
        answer: which.
        asked: the kind of target that was asked for, if one was.
        label_loss: likewise.
        train: `class_weights` and `label_smoothing` are read.
        architecture: of the network.
        model: its name.
        option: by which it was asked for.
        trust: thresholds are read.
        robust: attacks and noise, which are for what is right or wrong.

    Raises:
        ConfigError: naming the option that does not.
    """
    if asked is not None and answer is not OF_KIND[asked]:
        raise OtherAnswerError(f"{option}={asked!r} is not for {answer.metric.name}.")
    _check_trust(trust, answer)
    what = {
        CLASSES: "one class",
        LABELS: "several labels",
        NUMBERS: "a number",
        SEVERAL: "several answers",
    }[answer]
    if robust.asked and answer not in (CLASSES, LABELS):
        raise ConfigError(
            f"RobustConfig.{robust.asked[0]} is for one class or a set of labels; here the target "
            f"is {what}: leave it out."
        )
    if answer is CLASSES and label_loss is None:
        return
    fits = {"class_weights": answer is CLASSES, "label_smoothing": answer is not NUMBERS}
    foreign = [name for name, fit in fits.items() if getattr(train, name) is not None and not fit]
    has_labels = answer in (LABELS, SEVERAL)
    foreign += ["label_loss"] if label_loss is not None and not has_labels else []
    if foreign:
        raise ConfigError(f"{', '.join(foreign)}: not where the target is {what}; leave it out.")
    if architecture.from_labels and answer not in (CLASSES, LABELS, NUMBERS):
        raise ConfigError(
            f"{model} computes part of itself from one class, set of labels or number an example: "
            "choose another model."
        )


def trust_of(options: Mapping[str, Any]) -> TrustConfig:
    """What options say of scores; those of older bundles say nothing."""
    trust: TrustConfig = options.get("trust", TrustConfig())
    return trust


def _check_trust(trust: TrustConfig, answer: Answer) -> None:
    """Refuses thresholds of what has no scores, or gives no answer anyway."""
    names = ("thresholds", "min_precision", "unknown_rate", "unknown_label")
    given = [f"TrustConfig.{name}" for name in names if getattr(trust, name) is not None]
    if answer is NUMBERS and given:
        them = "it" if len(given) == 1 else "them"
        raise ConfigError(f"{', '.join(given)}: a number has no score; leave {them} out.")
    if answer is not CLASSES and trust.unknown_label is not None:
        raise ConfigError(
            "TrustConfig.unknown_label: it stands for none of the classes where one class is all "
            "that is answered; leave it out."
        )
    if answer is LABELS and trust.unknown_rate is not None:
        raise ConfigError(
            "TrustConfig.unknown_rate: what has none of the labels gets none of them anyway; "
            "leave it out."
        )


def examples_each(splits: Splits[Any]) -> tuple[int, str]:
    """How many examples for training there are of a class or a label, and of what, in words.

    Of several answers it is that with the fewest.
    """
    count = len(splits.train)
    if splits.target.kind == "several":
        parts = [part_splits(splits, part) for part in splits.target.parts]
        return min(map(examples_each, parts), key=lambda each: each[0])
    if splits.target.kind == "number":
        return count, "for training"
    if splits.target.kind == "labels":
        positives = int(np.asarray(splits.train.labels).sum())
        return positives // max(1, len(splits.labels)), "a label"
    return count // max(1, len(splits.labels)), "a class"


def known_examples(
    inputs: Sequence[Any], keys: Sequence[str], contents: Any, *, kind: TargetKind
) -> Known:
    """Raw inputs with their targets, to judge a bundle on.

    Args:
        inputs: as the bundle's reader takes them.
        keys: their targets, as `data.targets` writes them.
        contents: uint64 `(n,)`, of a digest of each.
        kind: what a target is.
    """
    if kind == "several":
        return KnownAnswers(inputs, [parts_of_key(key) for key in keys], contents)
    if kind == "labels":
        return LabelledSets(inputs, [names_of(key) for key in keys], contents)
    if kind == "number":
        return Numbered(inputs, numbers_of(keys), contents)
    return Labelled(inputs, keys, contents)


def known_of_split(inputs: Sequence[Any], splits: Splits[Any]) -> Known:
    """The test split as `known_examples` gives examples; `inputs` are its raw ones."""
    labels, names, contents = splits.test.labels, splits.labels, splits.test.contents
    if splits.target.kind == "several":
        parts = [keys_of_test(part_splits(splits, part)) for part in splits.target.parts]
        return KnownAnswers(inputs, [*zip(*parts, strict=True)], contents)
    if splits.target.kind == "number":
        return Numbered(inputs, np.asarray(labels, np.float64), contents)
    if splits.target.kind == "labels":
        sets = [[names[place] for place in np.flatnonzero(row)] for row in np.asarray(labels)]
        return LabelledSets(inputs, sets, contents)
    return Labelled(inputs, [names[number] for number in labels], contents)


def kind_of(manifest: Manifest) -> TargetKind:
    """What a bundle answers; those of older versions say nothing, and answer with a class."""
    named: dict[str, TargetKind] = {kinds.LABELS: "labels", kinds.SEVERAL: "several"}
    usual: TargetKind = "class" if manifest.labels else "number"
    return named.get(manifest.answer.get("kind", ""), usual)


def load_answering(
    manifest: Manifest,
    path: Path,
    *,
    artifact: str,
    threads: int,
    reader: Reader,
    load: Load,
    bundles: Mapping[TargetKind, type[OneBundle]] = BUNDLES,
    several: type[SeveralBundle] = SeveralBundle,
) -> AnyBundle:
    """A bundle with one of its files loaded, of the class that its answers need.

    Args:
        manifest: of a bundle whose files were checked.
        path: the file to run.
        artifact: its name.
        threads: threads that one inference may use.
        reader: turns an input into what the network takes.
        load: what loads it again.
        bundles: the classes, where the task has some of its own.
        several: the class for several answers, likewise.
    """
    opened: dict[str, Any] = {
        "artifact": artifact,
        "reader": reader,
        "load": load,
        "threads": threads,
    }

    def bundle_of_one(manifest: Manifest) -> type[OneBundle]:
        return bundles[kind_of(manifest)]

    if kind_of(manifest) == "several":
        return several(manifest, path, make=bundle_of_one, **opened)
    return bundle_of_one(manifest)(manifest, path, **opened)


def show_answers(
    bundle: AnyBundle,
    *,
    kind: str,
    gather: Callable[[Sequence[str]], Inputs],
    options: Mapping[str, Any],
) -> Answers:
    """How `predict` asks a loaded bundle and shows what it answers.

    Args:
        bundle: which it is.
        kind: what an input is.
        gather: the arguments of a command line → the inputs that they give.
        options: those of `predict` that were given.

    Raises:
        ConfigError: if more labels are asked for of a bundle that does not rank them.
    """
    if isinstance(bundle, Bundle):
        labels = label_answers(bundle, kind=kind, gather=gather, options=options)
        return replace(labels, as_table=kind == "row")
    if isinstance(bundle, LabelBundle):
        return set_answers(bundle, kind=kind, gather=gather, options=options)
    if isinstance(bundle, SeveralBundle):
        return show_several(bundle, show_answers, kind=kind, gather=gather, options=options)
    if "top_k" in options:
        raise ConfigError(f"top_k is for classes; {bundle.manifest.folder} answers numbers.")
    return number_answers(bundle, kind=kind, gather=gather)
