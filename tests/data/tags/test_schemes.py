"""Every scheme becomes IOB2, and what breaks it is found."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.data.tags.config import TagScheme
from kerasapps.data.tags.schemes import (
    RawTags,
    Span,
    entities_of,
    guess_scheme,
    tag_names,
    tags_of,
    to_iob2,
)


def raw(*lines: str) -> RawTags:
    """The tags of sentences, each a line."""
    names = list(dict.fromkeys(tag for line in lines for tag in line.split()))
    numbers = [names.index(tag) for line in lines for tag in line.split()]
    starts = np.cumsum([0, *(len(line.split()) for line in lines)])
    return RawTags(tuple(names), np.array(numbers, np.int32), starts)


@pytest.mark.parametrize(
    ("scheme", "lines", "expected"),
    [
        ("iob1", ["O I-A B-A I-B", "I-A I-A"], "O B-A B-A B-B B-A I-A"),
        ("iob2", ["B-A I-A B-A O B-B", "B-B I-B"], "B-A I-A B-A O B-B B-B I-B"),
        ("iobes", ["B-A I-A E-A S-A", "S-A O"], "B-A I-A I-A B-A B-A O"),
        ("iobes", ["B-A L-A U-A U-A", "O"], "B-A I-A B-A B-A O"),
        ("iobes", ["B_A M_A M_A E_A", "O"], "B-A I-A I-A I-A O"),
        ("plain", ["A A O B", "B B-B"], "B-A I-A O B-B B-B B-B-B"),
    ],
)
def test_schemes_are_told_apart_and_converted(
    scheme: TagScheme, lines: list[str], expected: str
) -> None:
    tags = raw(*lines)
    assert guess_scheme(tags) == scheme
    found = to_iob2(tags, scheme)
    assert [found.names[number] for number in found.numbers] == expected.split()
    assert not len(found.broken)


@pytest.mark.parametrize(
    ("scheme", "lines", "broken", "expected"),
    [
        ("iob2", ["O I-A I-A", "B-A I-B"], [1, 4], "O B-A I-A B-A B-B"),
        ("iob1", ["O B-A", "I-A B-A"], [1], "O B-A B-A B-A"),
        (
            "iobes",
            ["B-A O", "I-A E-A", "B-A", "S-A E-A"],
            [0, 2, 4, 6],
            "B-A O B-A I-A B-A B-A B-A",
        ),
        ("iob2", ["B-A", "A"], [1], "B-A B-A"),
    ],
)
def test_breaks_begin_an_entity(
    scheme: TagScheme, lines: list[str], broken: list[int], expected: str
) -> None:
    found = to_iob2(raw(*lines), scheme)
    assert found.broken.tolist() == broken
    assert [found.names[number] for number in found.numbers] == expected.split()


def test_a_few_faults_do_not_change_the_scheme() -> None:
    assert guess_scheme(raw("B-A I-A O " * 20, "O I-A", "A O")) == "iob2"


@pytest.mark.parametrize("lines", [["O O"], ["B-A O", "I-A O"]])
def test_where_nothing_tells_it_is_the_usual_scheme(lines: list[str]) -> None:
    assert guess_scheme(raw(*lines)) == "iob2"


def test_entities_and_tags_are_each_other() -> None:
    tags = ["B-PER", "I-PER", "O", "B-LOC", "B-LOC", "I-LOC"]
    spans = [Span(0, 2, "PER"), Span(3, 4, "LOC"), Span(4, 6, "LOC")]
    assert entities_of(tags) == spans and tags_of(6, spans) == tags
    assert entities_of(["I-A", "I-B", "O"]) == [Span(0, 1, "A"), Span(1, 2, "B")]
    assert entities_of(["B-A-B", "I-A-B"]) == [Span(0, 2, "A-B")]
    assert tag_names(["A-B", "C"]) == ("O", "B-A-B", "I-A-B", "B-C", "I-C")
    assert entities_of([]) == []
