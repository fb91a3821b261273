"""Which columns of a table hold texts and their translations: by option, by name, by order."""

from __future__ import annotations

from collections.abc import Sequence

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.languages import choose_languages, known_pair, language_of
from kerasapps.data.sources.column_kinds import side_column
from kerasapps.data.sources.columns import (
    SPLIT_COLUMN,
    Columns,
    has_header,
    listed_columns,
    named_column,
    numbered_columns,
    split_column,
)
from kerasapps.data.sources.headers import name_columns, names_columns
from kerasapps.errors import DataError

_NOUNS = ("source", "target")
_NUMBERS = ("id", "no")  # Indonesian, Norwegian: but hardly ever as the name of a column


def choose_pair_columns(
    names: Sequence[str],
    *,
    config: TranslationConfig,
    where: str,
    sample: Sequence[Sequence[object]] = (),
) -> Columns:
    """Find source, target and split among named columns.

    Named by option, else after languages, else as is usual ("src", "tgt"), else the only two there
    are, but for those that hold numbers or an attribution. Of two languages the one whose column
    comes first is the source.

    Args:
        names: of the columns.
        config: the columns and languages that the user named.
        where: the table, for messages.
        sample: some rows.

    Raises:
        DataError: if a column is not there or cannot be guessed; it lists the columns.
    """
    source = named_column(config.source_column, names, option="source_column", where=where)
    target = named_column(config.target_column, names, option="target_column", where=where)
    split = split_column(names, sample, taken=(source, target))
    guessed = source is None or target is None
    if source is None and target is None:
        source, target = _guess(names, split, config, where, sample)
    elif source is None or target is None:
        known = source if source is not None else target
        other = _other(names, [known, split], config, source is None)
        source, target = (other, target) if source is None else (source, other)
    if source is None or target is None or source == target:
        raise DataError(
            f"cannot tell the source from the target in {where}: name them with source_column and "
            f"target_column; {listed_columns(names)}"
        )
    header, usual = has_header(names), sure_pair(names)
    return Columns(tuple(names), header, _NOUNS, (source, target), split, guessed, usual)


def sure_pair(names: Sequence[str]) -> bool:
    """Whether columns of these names can only be those of sentence pairs."""
    return known_pair(names) is not None or len(_languages(names, TranslationConfig())) > 1


def column_language(columns: Columns, side: int) -> str | None:
    """The language that the column of the source (0) or the target (1) is named after."""
    return language_of(columns.names[columns.places[side]])


def guess_pair_names(
    rows: Sequence[Sequence[str]], *, config: TranslationConfig
) -> tuple[tuple[str, ...], bool]:
    """The names of a delimited file's columns, and whether its first row holds them.

    The first row is a header when it has a name that the user gave, or those that are usual for
    source and target, or those of two languages, or when `headers` takes it for one.

    Args:
        rows: the first rows of the file, with whatever is the first.
        config: the columns that the user named.
    """
    first = name_columns(rows[0])
    numbered = numbered_columns(len(first))
    wanted = {name for name in (config.source_column, config.target_column) if name is not None}
    if wanted & set(numbered) and not wanted & set(rows[0]):
        return numbered, False
    header = (
        bool(wanted & set(first))
        or sure_pair(first)
        or names_columns(rows, usual=lambda name: name.lower() == SPLIT_COLUMN)
    )
    return (first, True) if header else (numbered, False)


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


def _guess(
    names: Sequence[str],
    split: int | None,
    config: TranslationConfig,
    where: str,
    sample: Sequence[Sequence[object]],
) -> tuple[int | None, int | None]:
    languages = _languages(names, config)
    if len(languages) > 1:
        source, target = choose_languages(list(languages), config=config, where=where)
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
