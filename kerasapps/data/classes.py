"""The classes of labelled examples of any kind: what they must be like, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Finding
from kerasapps.data.labels import warn_alike
from kerasapps.data.splits import SPLITS, label_order
from kerasapps.wording.shortened import MOST_CLASSES

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class ClassCheck:
    """How the classes of the splits compare with those of training.

    Attributes:
        unknown: classes that training never saw.
        errors: why the data cannot be used.
        warnings: what the user should know.
    """

    unknown: frozenset[str] = frozenset()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_classes(counts: Counts, *, config: LoadConfig, noun: str) -> ClassCheck:
    """Compare the classes of validation and test with those of training.

    Args:
        counts: examples per split and class.
        config: what to do with a class that training never saw.
        noun: what the examples are, in the singular.
    """
    if not counts["train"]:  # said elsewhere, with the reason
        return ClassCheck()
    errors: list[str] = []
    warnings = warn_alike(label_order({label for split in counts.values() for label in split}))
    known = set(counts["train"])
    unknown: set[str] = set()
    for split in ("validation", "test"):
        for label, number in counts[split].items():
            if label not in known:
                unknown.add(label)
                what = f"class {label!r} is in {split} ({number} {noun}s) but not in train"
                if config.unknown_classes == "error":
                    errors.append(
                        f"{what}: add {noun}s of it to train, or set "
                        "unknown_classes to skip to leave it out"
                    )
                else:
                    warnings.append(f"{what}: its {noun}s are left out")
        if counts[split]:
            for label in label_order(known - set(counts[split])):
                warnings.append(
                    f"class {label!r} has no {noun}s in {split}: it is not judged there"
                )
    if len(known) < 2:
        names = ", ".join(repr(label) for label in label_order(known))
        errors.append(f"a classifier needs at least two classes, found {len(known)}: {names}")
    if config.unknown_classes == "skip":
        errors += [
            f"{split} has no {noun} of a class that train has"
            for split in SPLITS
            if counts[split] and not set(counts[split]) - unknown
        ]
    return ClassCheck(frozenset(unknown), tuple(errors), tuple(warnings))


def class_figures(counts: Counts, *, noun: str) -> tuple[Finding, Finding]:
    """What an audit tells of classes: `counts`, and `imbalance`, largest over smallest in training.

    A class of which training has none counts for nothing in the imbalance.

    Args:
        counts: examples in use per split and class, the classes in label order.
        noun: what the examples are, in the plural, as a title has it.
    """
    labels = list(dict.fromkeys(label for split in counts.values() for label in split))
    trained = [number for number in counts.get("train", {}).values() if number]
    imbalance = max(trained) / min(trained) if trained else 1.0
    table = Finding(
        key="counts",
        value=counts,
        said=_counts_text(counts, labels, imbalance) if labels else "",
        heading=f"{noun} per class",
        columns=("class", *counts),
        rows=tuple(
            (label, *(split.get(label, 0) for split in counts.values())) for label in labels
        ),
        note=f"Largest training class over smallest: {imbalance:.2f}.",
    )
    return table, Finding(key="imbalance", value=imbalance)


def _counts_text(counts: Counts, labels: list[str], imbalance: float) -> str:
    """A table of the examples per class and split: of many classes the rarest in training."""
    more = len(labels) - MOST_CLASSES
    if more > 0:
        trained = counts["train"]
        smallest = sorted(labels, key=lambda label: trained.get(label, 0))[:MOST_CLASSES]
        labels = [label for label in labels if label in set(smallest)]
    wide = max(len("class"), *(len(label) for label in labels))
    lines = [f"{'class':<{wide}}" + "".join(f"{split:>12}" for split in SPLITS)]
    for label in labels:
        lines.append(
            f"{label:<{wide}}" + "".join(f"{counts[split].get(label, 0):>12,}" for split in SPLITS)
        )
    if more > 0:
        lines.append(f"… and {more:,} classes with more training examples (--json: all)")
    totals = (sum(counts[split].values()) for split in SPLITS)
    lines.append(f"{'all':<{wide}}" + "".join(f"{total:>12,}" for total in totals))
    lines.append(f"Imbalance (largest class over smallest, training): {imbalance:.2f}")
    return "\n".join(lines)
