"""What is said of columns: what they are taken for, what is odd in them, what forbids their use."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from kerasapps.data.rows.giveaways import Giveaway
from kerasapps.data.rows.readings import Reading
from kerasapps.wording.shortened import shortened

_KINDS_OUT = {"id": "it names the rows: ", "constant": "always ", "left out": ""}
_LONGEST = 60  # characters of a strange value that are shown


def told_columns(readings: Sequence[Reading]) -> list[str]:
    """Lines for people: what the columns are taken for, and how to say otherwise."""
    kinds = {"number": "numbers", "category": "categories", "yes/no": "yes or no", "date": "dates"}
    named = {
        plural: [each.name for each in readings if each.kind == kind]
        for kind, plural in kinds.items()
    }
    taken = [f"{plural}: {shortened(names)}" for plural, names in named.items() if names]
    lines = ["; ".join(taken)] if taken else []
    out = [
        f"{each.name} ({_KINDS_OUT.get(each.kind, f'{each.kind}: ')}{each.why})"
        for each in readings
        if not each.used
    ]
    if out:
        options = "--number-columns, --category-columns or --date-columns"
        lines.append(f"left out: {shortened(out)}; {options} takes one in")
    return lines


def column_warnings(
    readings: Sequence[Reading], giveaways: Sequence[Giveaway], *, target: str
) -> list[str]:
    """What the user should know of the columns.

    Args:
        readings: of all columns but the target.
        giveaways: those that tell the target alone.
        target: name of the column that is answered.
    """
    lines = [
        f"the column {each.name!r} alone tells {each.share:.1%} of {(each.tells or target)!r}: "
        f"if it is known only when the answer is, leave it out (--ignore {quote(each.name)})"
        for each in giveaways
    ]
    for each in readings:
        if each.odd_rows:
            values = "value that is" if each.odd_rows == 1 else "values that are"
            lines.append(
                f"the column {each.name!r} has {each.odd_rows:,} {values} no {each.kind} "
                f"({_odd(each)}): they count as missing"
            )
        if each.mixed:
            lines.append(
                f"the column {each.name!r} mixes numbers and other values: each different one is a "
                f"category of its own (--number-columns {quote(each.name)} takes the others as "
                "missing)"
            )
        if each.marked:
            lines.append(
                f"the column {each.name!r} seems to hold numbers, written with marks "
                f"({_short(each.marked)!r}), and is not read as numbers: write them as 1234.5, "
                f"without signs; --ignore {quote(each.name)} or --category-columns "
                f"{quote(each.name)} if they are none"
            )
    return lines


def _odd(reading: Reading) -> str:
    return ", ".join(repr(_short(text)) for text in reading.odd)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def column_errors(readings: Sequence[Reading], *, target: str) -> list[str]:
    """Why the columns cannot be used.

    Args:
        readings: of all columns but the target.
        target: name of the column that is answered.
    """
    errors = [
        f"the column {each.name!r} holds free text ({each.why}), which a model of table rows does "
        f"not read: leave it out (--ignore {quote(each.name)}), or take each text as a category "
        f"(--category-columns {quote(each.name)}); where it is the text that tells {target!r}, "
        "train a classifier of texts"
        for each in readings
        if each.kind == "text"
    ]
    errors += [
        f"the column {each.name!r} holds no {each.kind} at all ({_odd(each)})"
        for each in readings
        if each.used and each.odd_rows and each.why in ("no number", "no date")
    ]
    if not any(each.used for each in readings) and not errors:
        errors.append(f"no column but {target!r} says anything: all others are left out")
    return errors
