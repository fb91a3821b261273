"""What sets of labels must be like to be learnt and judged."""

from __future__ import annotations

from collections.abc import Mapping

from kerasapps.config import LoadConfig
from kerasapps.data.classes import ClassCheck, Counts
from kerasapps.data.labels import warn_alike
from kerasapps.data.splits import label_order
from kerasapps.wording.shortened import shortened

_MOST = 10_000
_SHOWN = 10  # labels in a message


def check_labels(
    counts: Counts, sizes: Mapping[str, int], *, config: LoadConfig, noun: str
) -> ClassCheck:
    """Compare the labels of validation and test with those of training.

    Args:
        counts: examples per split and label.
        sizes: examples per split.
        config: what to do with a label that training never saw: an error, or it is left out of
            the sets that have it.
        noun: what the examples are, in the singular.
    """
    if not sizes["train"]:  # said elsewhere, with the reason
        return ClassCheck()
    known = set(counts["train"])
    errors: list[str] = []
    warnings = warn_alike(label_order({label for split in counts.values() for label in split}))
    unknown: set[str] = set()
    for split in ("validation", "test"):
        strange = label_order(set(counts[split]) - known)
        unknown |= set(strange)
        for label in strange:
            what = (
                f"label {label!r} is in {split} ({counts[split][label]} {noun}s) but not in train"
            )
            if config.unknown_classes == "error":
                errors.append(
                    f"{what}: add {noun}s of it to train, or set unknown_classes to skip to leave "
                    "the label out"
                )
            else:
                warnings.append(f"{what}: it is left out")
        missing = label_order(known - set(counts[split]))
        if sizes[split] and missing:
            warnings.append(
                f"not judged in {split}, which has no {noun}s of them: {_named(missing)}"
            )
    usual = label_order({each for each in known if counts["train"][each] == sizes["train"]})
    if usual:
        warnings.append(f"every {noun} of training has {_named(usual)}: that tells a model nothing")
    if len(known) < 2:
        errors.append(f"sets of labels need at least two labels, found {len(known)}{_of(known)}")
    if len(known) > _MOST:
        errors.append(
            f"training has {len(known):,} labels, more than the {_MOST:,} that a model answers "
            f"with: leave out the rarest, such as {min(known, key=counts['train'].__getitem__)!r}"
        )
    return ClassCheck(frozenset(unknown), tuple(errors), tuple(warnings))


def warn_few(few: Mapping[str, int], *, noun: str) -> list[str]:
    """The warning about labels too rare to be in every split, which all stay in training.

    Args:
        few: number of different contents by label.
        noun: what the contents are, in the singular.
    """
    if not few:
        return []
    listed = [f"{label!r} ({count})" for label, count in few.items()]
    return [
        f"labels with too few {noun}s to be in every split, all of which are for training: "
        f"{shortened(listed, _SHOWN)}"
    ]


def _named(labels: tuple[str, ...]) -> str:
    return shortened([*map(repr, labels)], _SHOWN)


def _of(known: set[str]) -> str:
    return f": {', '.join(map(repr, known))}" if known else ""
