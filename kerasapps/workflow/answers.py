"""How `predict` asks a bundle and shows what it answers: what each task says of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kerasapps.evaluation.shown import Line
from kerasapps.workflow.bulk.feed import Feed
from kerasapps.workflow.inputs import Inputs

PROBLEM: Final = "error"
"""What a table calls the column that says why there is no answer."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """How inputs are read, answered and shown.

    Attributes:
        kind: what an input is, as JSON and tables call it.
        gather: the arguments of a command line → the inputs that they give.
        find: the value of an input → its answer; an unreadable one is a `DataError`.
        lines: the value of an input and its answer as people read them; the first line says what
            counts.
        values: an answer for JSON.
        columns: what the cells of an answer are called in a table: ("label", "score"). A second
            answer's follow as "label 2", "score 2", and so on.
        cells: an answer for a table: the best, its score, the second, its score …
        as_table: whether people are shown the table too, in place of `lines`.
        to_blank: whether a blank line has an answer, such as a translation that is as empty.
        note: how answers are to be read, where that may puzzle people.
        coloured: as `lines`, where a terminal shows it; None: nothing is coloured.
        most: answers that an input has, as far as that is known before: the columns that a table of
            many begins with.
        noun: what messages call an input of a Python program; "": by its kind.
        of_frame: the inputs that a DataFrame holds; None: it is none of a bundle's inputs.
        stream: as `gather`, of inputs that need not fit into memory, and of more forms, such as
            tables; None: there is nothing but `gather`.
        in_shards: whether `stream` reads inputs from shards, too.
        in_lists: whether it takes a list of their names, too: they are files.
    """

    kind: str
    gather: Callable[[Sequence[str]], Inputs]
    find: Callable[[Any], Any]
    lines: Callable[[Any, Any], list[str]]
    values: Callable[[Any], Mapping[str, Any]]
    columns: tuple[str, ...]
    cells: Callable[[Any], Sequence[Any]]
    as_table: bool = False
    to_blank: bool = False
    note: str = ""
    coloured: Callable[[Any, Any], Sequence[Line]] | None = None
    most: int = 1
    noun: str = ""
    of_frame: Callable[[Any], Iterable[Any]] | None = None
    stream: Callable[[Sequence[str]], Feed] | None = None
    in_shards: bool = False
    in_lists: bool = False
