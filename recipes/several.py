"""What tasks share that answer several things at once: each is treated as if it were alone.

Without TensorFlow; see `answering.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from kerasapps.config import kinds
from kerasapps.config.targets import PartKind
from kerasapps.data.splits import Splits
from kerasapps.data.targets.kinds import key_of_names, key_of_number, names_of, numbers_of
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.runner import Bundle
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.finished import class_figures
from kerasapps.outputs.classes.labelled import Labelled
from kerasapps.outputs.labels.answer import LABELS
from kerasapps.outputs.labels.bundle import LabelBundle
from kerasapps.outputs.labels.finished import set_figures
from kerasapps.outputs.labels.labelled import LabelledSets
from kerasapps.outputs.numbers.answer import NUMBERS
from kerasapps.outputs.numbers.bundle import NumberBundle
from kerasapps.outputs.numbers.figures import number_metrics
from kerasapps.outputs.several.bundle import SeveralBundle
from kerasapps.outputs.several.finished import JudgedPart
from kerasapps.outputs.several.predicting import several_answers
from kerasapps.wording.shortened import shortened
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.inputs import Inputs

_KINDS: Final[Mapping[str, PartKind]] = MappingProxyType(
    {kinds.CLASSES: "class", kinds.LABELS: "labels", kinds.NUMBER: "number"}
)


def keys_of_test(splits: Splits[Any]) -> list[str]:
    """The answers of the test split as texts, as `data.targets` writes them."""
    labels, names = np.asarray(splits.test.labels), splits.labels
    if splits.target.kind == "number":
        return [key_of_number(number) for number in labels]
    if splits.target.kind == "labels":
        return [key_of_names(names[place] for place in np.flatnonzero(row)) for row in labels]
    return [names[number] for number in labels]


def kinds_of(manifest: Manifest) -> dict[str, PartKind]:
    """Name of each answer of a bundle with several → what it is."""
    answers = manifest.answer["answers"].items()
    return {name: _KINDS[answer["kind"]] for name, answer in answers}


def columns_of(bundle: SeveralBundle) -> list[str]:
    """`target_columns` of other data, which say what each column holds: "age:number"."""
    return [f"{name}:{kind}" for name, kind in kinds_of(bundle.manifest).items()]


def judge_part(
    part: Any, keys: Sequence[str], outputs: Sequence[np.ndarray], options: Mapping[str, Any]
) -> JudgedPart:
    """How a file did with one answer of several, of which it gave all before."""
    rows, unknown = range(len(keys)), np.empty(0, np.uint64)
    if isinstance(part, NumberBundle):
        truth = numbers_of(keys)
        figures = number_metrics(truth, np.array([float(each[0]) for each in outputs]))
        return JudgedPart(NUMBERS.metric, figures, spread=float(truth.std()))
    if isinstance(part, LabelBundle):
        sets = LabelledSets(rows, [names_of(key) for key in keys], unknown)
        judged = set_figures(sets, outputs.__getitem__, bundle=part, options=options, jobs=1)
        return JudgedPart(LABELS.metric, judged)
    labelled = Labelled(rows, keys, unknown)

    def scores_of(row: int) -> np.ndarray:
        return part.checked(outputs[row])

    shares = class_figures(
        labelled,
        scores_of,
        labels=part.labels,
        options=options,
        jobs=1,
        undecided=part.undecided,
    )
    return JudgedPart(CLASSES.metric, shares)


def show_several(
    bundle: SeveralBundle,
    show: Callable[..., Answers],
    *,
    kind: str,
    gather: Callable[[Sequence[str]], Inputs],
    options: Mapping[str, Any],
) -> Answers:
    """How several answers are shown: each as a bundle with it alone does.

    Args:
        bundle: which it is.
        show: the same for a bundle with one answer.
        kind: what an input is.
        gather: the arguments of a command line → the inputs that they give.
        options: those of `predict` that were given.

    Raises:
        ConfigError: if more labels are asked for, and no answer is one class.
    """
    ranked = {name for name, part in bundle.parts.items() if isinstance(part, Bundle)}
    if "top_k" in options and not ranked:
        raise ConfigError(
            f"top_k is for one label of several; {bundle.manifest.folder} answers with "
            f"{shortened(bundle.names)}, none of which is one class: leave it out."
        )
    others = {name: value for name, value in options.items() if name != "top_k"}
    parts = {
        name: show(part, kind=kind, gather=gather, options=options if name in ranked else others)
        for name, part in bundle.parts.items()
    }
    return several_answers(bundle, parts, kind=kind, gather=gather, options=options)
