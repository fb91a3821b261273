"""Which columns of a table hold texts and their translations: by option, by name, by order."""

from __future__ import annotations

from collections.abc import Sequence

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.languages import choose_languages, known_pair, language_of
from kerasapps.data.sources.column_choice import ColumnChoice, Head, Places
from kerasapps.data.sources.column_kinds import side_column
from kerasapps.data.sources.columns import SPLIT_COLUMN, Columns, Wanted, split_column
from kerasapps.data.sources.headers import name_columns, names_columns

_NUMBERS = ("id", "no")  # Indonesian, Norwegian: but hardly ever as the name of a column


def pair_choice(config: TranslationConfig) -> ColumnChoice:
    """How source and target are found among the columns of a table.

    Named by option, else after languages, else as is usual ("src", "tgt"), else the only two there
    are, but for those that hold numbers or an attribution. Of two languages the one whose column
    comes first is the source.

    Args:
        config: the columns and languages that the user named.
    """

    def guess(head: Head, named: Places, split: int | None) -> tuple[Places, bool]:
        source, target = named
        usual = sure_pair(head.names)
        if source is None and target is None:
            return _guess(head, split, config), usual
        known = source if source is not None else target
        other = _other(head.names, [known, split], config, source is None)
        return ((other, target) if source is None else (source, other)), usual

    return ColumnChoice(
        wanted=(
            Wanted("source", "source_column", config.source_column),
            Wanted("target", "target_column", config.target_column),
        ),
        is_header=lambda rows: (
            sure_pair(name_columns(rows[0]))
            or names_columns(rows, usual=lambda name: name.lower() == SPLIT_COLUMN)
        ),
        guess=guess,
    )


def sure_pair(names: Sequence[str]) -> bool:
    """Whether columns of these names can only be those of sentence pairs."""
    return known_pair(names) is not None or len(_languages(names, TranslationConfig())) > 1


def column_language(columns: Columns, side: int) -> str | None:
    """The language that the column of the source (0) or the target (1) is named after."""
    return language_of(columns.names[columns.places[side]])


def text_columns(names: Sequence[str], sample: Sequence[Sequence[object]]) -> list[int]:
    """The places of the columns that may hold texts: neither numbers nor an attribution."""
    free = [place for place in range(len(names)) if place != split_column(names, sample)]
    if len(free) <= 2:
        return free
    return [place for place in free if side_column(sample, place) is None]


def left_out(
    names: Sequence[str], sample: Sequence[Sequence[object]], places: Sequence[int]
) -> str | None:
    """A line on the columns that hold numbers or an attribution, beside those that are read."""
    others = [place for place in range(len(names)) if place not in places]
    kinds = {names[place]: kind for place in others if (kind := side_column(sample, place))}
    if not kinds:
        return None
    return "left out " + ", ".join(f"{name!r} ({kind})" for name, kind in kinds.items())


def _guess(head: Head, split: int | None, config: TranslationConfig) -> Places:
    names, sample = head.names, head.sample
    languages = _languages(names, config)
    if len(languages) > 1:
        source, target = choose_languages(list(languages), config=config, where=head.where)
        return languages[source], languages[target]
    usual = known_pair(names)
    if usual is not None:
        return usual
    free = [place for place in text_columns(names, sample) if place != split]
    return (free[0], free[1]) if len(free) == 2 else (None, None)


def _other(
    names: Sequence[str],
    taken: Sequence[int | None],
    config: TranslationConfig,
    source: bool,
) -> int | None:
    """The column of the side that the user did not name, if only one can be it."""
    wanted = config.source_language if source else config.target_language
    free = [place for place in range(len(names)) if place not in taken]
    tongues = {place: tongue for place in free if (tongue := language_of(names[place]))}
    if wanted is not None:
        tongues = {place: tongue for place, tongue in tongues.items() if tongue == wanted.lower()}
    candidates = list(tongues) or free
    return candidates[0] if len(candidates) == 1 else None


def _languages(names: Sequence[str], config: TranslationConfig) -> dict[str, int]:
    """Places of the columns that are named after languages, by name."""
    wanted = {config.source_language, config.target_language}
    return {
        name: place
        for place, name in enumerate(names)
        if language_of(name) is not None and (name.lower() not in _NUMBERS or name in wanted)
    }
