"""Which columns of a table hold words and tags, or texts and entities: by option, else by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kerasapps.data.sources.column_choice import TEXT_NAMES, ColumnChoice, Head, Places
from kerasapps.data.sources.columns import Wanted
from kerasapps.data.sources.headers import names_columns
from kerasapps.data.sources.tables import TableKind
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.values import holds_entities, holds_list

TOKEN_NAMES = ("tokens", "words", "token", "word", *TEXT_NAMES)
TAG_NAMES = (
    *("ner_tags", "tags", "entities", "ner", "labels", "spans", "label", "tag", "word_labels"),
    *("iob_tags", "bio_tags", "annotations", "pos_tags"),
)


def tag_tables(config: TaggingConfig) -> TableKind:
    """How words and tags are read from tables.

    Args:
        config: the columns that the user named.
    """
    choice = _choice(config)
    return TableKind(
        names=choice.names,
        choose=choice.choose,
        example='{"tokens": ["…"], "tags": ["O"]}',
        encoding=config.encoding,
    )


def _choice(config: TaggingConfig) -> ColumnChoice:
    wanted = (
        Wanted("tokens", "token_column", config.token_column, TOKEN_NAMES),
        Wanted("tags", "tag_column", config.tag_column, TAG_NAMES),
    )

    def guess(head: Head, named: Places, split: int | None) -> tuple[Places, bool]:
        tokens, tags = named
        free = [place for place in range(len(head.names)) if place not in (tokens, tags, split)]
        if tags is None:
            tags = _usual(head, TAG_NAMES, free, _are_tags)
        if tokens is None:
            free = [place for place in free if place != tags]
            tokens = _usual(
                head, TOKEN_NAMES, free, lambda value: _text(value) or holds_list(value)
            )
        return (tokens, tags), True

    known = frozenset((*TOKEN_NAMES, *TAG_NAMES))
    return ColumnChoice(
        wanted=wanted,
        is_header=lambda rows: names_columns(rows, usual=lambda name: name.lower() in known),
        guess=guess,
    )


def sure_columns(head: Head) -> bool:
    """Whether a table holds words with tags, or texts with entities, by names and values alike."""
    places, _ = _choice(TaggingConfig()).guess(head, (None, None), None)
    if None in places or not head.sample:
        return False
    tokens, tags = (
        [row[place] for row in head.sample if len(row) == len(head.names)]
        for place in places
        if place is not None
    )
    lists = sum(map(holds_list, tokens)) * 2 > len(tokens) and all(map(holds_list, tags))
    spans = sum(map(_text, tokens)) * 2 > len(tokens) and all(map(holds_entities, tags))
    return lists or (spans and any(tags))


def _usual(
    head: Head, names: Sequence[str], free: Sequence[int], fits: Callable[[object], bool]
) -> int | None:
    """The column with the most usual name whose values mostly fit; without any values the name
    alone counts."""
    by_name = {head.names[place].strip().lower(): place for place in free}
    for name in names:
        if name in by_name:
            values = [row[by_name[name]] for row in head.sample if len(row) > by_name[name]]
            if 2 * sum(map(fits, values)) >= len(values):
                return by_name[name]
    return None


def _are_tags(value: object) -> bool:
    written = isinstance(value, str) and bool(value.strip())
    return holds_list(value) or holds_entities(value) or written


def _text(value: object) -> bool:
    return isinstance(value, str | bytes) and not holds_list(value) and not holds_entities(value)
