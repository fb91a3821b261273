from __future__ import annotations

from collections.abc import Sequence

import pytest

from kerasapps.data.sources.column_choice import (
    ColumnChoice,
    Head,
    Places,
    guess_names,
    usual_place,
)
from kerasapps.data.sources.columns import Columns, Wanted
from kerasapps.errors import DataError

SAMPLE = [["1", "train", "x", "y"], ["2", "test", "x", "y"]]
NAMES = ["size", "part", "sound", "Mood"]


def choice(
    sound: str | None = None, mood: str | None = None, size: str | None = None
) -> ColumnChoice:
    """Three columns are wanted, as of a kind with two answers; the last free ones are guessed."""

    def guess(head: Head, named: Places, split: int | None) -> tuple[Places, bool]:
        assert head == Head(NAMES, SAMPLE, "w")
        free = [place for place in range(len(head.names)) if place not in (*named, split)]
        return tuple(free.pop() if place is None and free else place for place in named), False

    return ColumnChoice(
        wanted=(
            Wanted("sound", "sound_column", sound),
            Wanted("mood", "mood_column", mood, ("mood",)),
            Wanted("size", "size_column", size),
        ),
        is_header=lambda rows: rows[0][0] == "size",
        guess=guess,
    )


def chosen(**named: str) -> Columns:
    return choice(**named).choose(NAMES, SAMPLE, "w")


def test_any_number_of_columns_is_chosen() -> None:
    columns = chosen(sound="sound", size="size")
    assert (columns.places, columns.split) == ((2, 3, 0), 1)
    assert columns.guessed and not columns.usual and columns.header
    columns = chosen(sound="sound", size="size", mood="Mood")
    assert columns.places == (2, 3, 0) and not columns.guessed and columns.usual
    assert columns.describe("w") == (
        "w: sound in 'sound', mood in 'Mood', size in 'size', split in 'part'"
    )
    assert chosen(sound="part", size="size", mood="Mood").split is None


def test_columns_that_cannot_be_chosen_are_named() -> None:
    with pytest.raises(DataError, match=r"w has no column 'sond' \(sound_column\); did you mean"):
        chosen(sound="sond")
    options = "sound_column and mood_column and size_column"
    with pytest.raises(DataError, match=f"w: {options} are both 'size'"):
        chosen(sound="size", size="size", mood="Mood")
    short = choice(sound="sound")
    told = f"cannot tell the sound from the mood from the size in w: name them with {options}; its"
    with pytest.raises(DataError, match=told):
        ColumnChoice(
            wanted=short.wanted,
            is_header=short.is_header,
            guess=lambda head, named, split: (named, True),
        ).choose(NAMES, SAMPLE, "w")


@pytest.mark.parametrize(
    ("first", "named", "names", "header"),
    [
        (["size", "b"], [], ("size", "b"), True),
        (["a", "b"], [], ("column 1", "column 2"), False),
        (["a", "b"], [None, "b"], ("a", "b"), True),
        (["a", " b "], ["b"], ("a", "b"), True),
        (["a", "b"], ["other"], ("column 1", "column 2"), False),
        (["size", "b"], ["column 2"], ("column 1", "column 2"), False),
        (["size", "column 2"], ["column 2"], ("size", "column 2"), True),
        (["size", ""], ["column 2"], ("size", "column 2"), True),
        (["a", ""], ["column 2"], ("column 1", "column 2"), False),
        (["a", ""], [""], ("column 1", "column 2"), False),
    ],
)
def test_names_of_the_user_and_of_the_kind_make_a_header(
    first: list[str], named: Sequence[str | None], names: tuple[str, ...], header: bool
) -> None:
    is_header = choice().is_header
    assert guess_names([first, ["x", "y"]], named=named, is_header=is_header) == (names, header)


def test_the_most_usual_name_wins() -> None:
    names = ["x", " Mood", "feel", "mood"]
    assert usual_place(names, ("mood", "feel"), range(4)) == 1
    assert usual_place(names, ("mood", "feel"), [2, 3]) == 3
    assert usual_place(names, ("feel", "mood"), range(4)) == 2
    assert usual_place(names, ("mood",), [0, 2]) is None
