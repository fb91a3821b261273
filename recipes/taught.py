"""What a teacher answers beside what the data ask for, where these decide what is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import tensorflow as tf

from kerasapps.config.targets import PartKind
from kerasapps.config.teachers import TEACHER
from kerasapps.data.splits import Splits
from kerasapps.data.targets.several import part_splits
from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import ConfigError
from kerasapps.evaluation.logits import logits_of
from kerasapps.outputs.numbers.scaling import Scaling
from kerasapps.recipes.answering import OF_KIND, kind_of
from kerasapps.recipes.several import kinds_of
from kerasapps.recipes.teaching_labels import label_places, refuse_others
from kerasapps.training.distillation import (
    class_divergence,
    label_divergence,
    number_divergence,
)

Diverge = Callable[[Any, Any, float], Any]
_DIVERGENCES: Final[Mapping[str, Diverge]] = MappingProxyType(
    {"class": class_divergence, "labels": label_divergence, "number": number_divergence}
)
_OF_SQUARES: Final = 0.5  # see `outputs.several.criterion`


@dataclass(frozen=True)
class TaughtAnswer:
    """One answer of a teacher.

    Attributes:
        kind: "class", "labels" or "number".
        places: where the teacher gives what the network gives, in the network's order.
        scaling: of a number, as the network learns it.
    """

    kind: PartKind
    places: Sequence[int]
    scaling: Scaling | None = None

    def outputs(self, answers: np.ndarray) -> np.ndarray:
        """What a network that answers the same would give.

        Args:
            answers: all of the teacher's: scores, or numbers in their own unit, float `(n, …)`.

        Returns:
            Logits or a scaled number, float32 `(n, places)`.
        """
        own = answers[:, self.places]
        if self.scaling is not None:
            return self.scaling.targets(own[:, 0])
        return logits_of(own, kind=self.kind).astype(np.float32)


def outputs_of_all(answers: Sequence[TaughtAnswer], given: np.ndarray) -> np.ndarray:
    """What a network with these answers side by side would give; see `TaughtAnswer.outputs`."""
    return np.concatenate([each.outputs(given) for each in answers], axis=1)


def divergence_of(splits: Splits[Any]) -> Diverge:
    """How far outputs are from those of a teacher; of several answers the sum over all.

    Squared errors of numbers count half there, as in the likelihood of a normal distribution.
    """
    parts = splits.target.parts
    if not parts:
        return _DIVERGENCES[splits.target.kind]
    ends = [*accumulate(part.width for part in parts)]
    columns = [slice(end - part.width, end) for end, part in zip(ends, parts, strict=True)]

    def diverge(outputs: Any, taught: Any, temperature: float) -> Any:
        return tf.add_n(
            [
                (_OF_SQUARES if part.kind == "number" else 1.0)
                * _DIVERGENCES[part.kind](outputs[:, own], taught[:, own], temperature)
                for part, own in zip(parts, columns, strict=True)
            ]
        )

    return diverge


def taught_answers(manifest: Manifest, splits: Splits[Any], teacher: str) -> list[TaughtAnswer]:
    """The teacher's answers that the data ask for.

    Args:
        manifest: of the teacher.
        splits: the examples.
        teacher: as it was named.

    Raises:
        ConfigError: if it answers with something else.
    """
    kind = splits.target.kind
    if kind_of(manifest) != kind:
        raise ConfigError(
            f"{TEACHER} {teacher} answers with {OF_KIND[kind_of(manifest)].metric.name}, and these "
            f"data ask for {OF_KIND[kind].metric.name}."
        )
    if kind != "several":
        return [_answer(splits, kind, manifest.labels, teacher)]
    return _several(manifest, splits, teacher)


def _several(manifest: Manifest, splits: Splits[Any], teacher: str) -> list[TaughtAnswer]:
    theirs, parts = kinds_of(manifest), {part.name: part for part in splits.target.parts}
    refuse_others(theirs, parts, f"{TEACHER} {teacher} must have the answers of the data")
    starts, start = {}, 0
    for name, answer in manifest.answer["answers"].items():
        starts[name] = start
        start += len(answer.get("labels", ())) or 1
    answers = []
    for name, part in parts.items():
        if theirs[name] != part.kind:
            raise ConfigError(
                f"{TEACHER} {teacher} answers {name!r} with {OF_KIND[theirs[name]].metric.name}, "
                f"and these data ask for {OF_KIND[part.kind].metric.name}."
            )
        labels = manifest.answer["answers"][name].get("labels", ())
        of = partial(_answer, part_splits(splits, part), part.kind, labels, teacher)
        answers.append(of(start=starts[name], called=f" in {name!r}"))
    return answers


def _answer(
    splits: Splits[Any],
    kind: Any,
    labels: Sequence[str],
    teacher: str,
    *,
    start: int = 0,
    called: str = "",
) -> TaughtAnswer:
    """One answer, whose labels begin at a place among all that the teacher gives."""
    if kind == "number":
        return TaughtAnswer(kind, [start], Scaling.of(splits.basis.labels))
    places = label_places(labels, splits.labels, f"{TEACHER} {teacher}", called=called)
    return TaughtAnswer(kind, [start + place for place in places])
