"""A stream of rows becomes texts on disk and a few numbers each: nothing else stays in memory."""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerasapps.config import TextConfig
from kerasapps.data.audit import BrokenRow, Listed, Passage
from kerasapps.data.ledger import Digests, Ledger, Origins, Tally
from kerasapps.data.sources.clean import clean_text, excerpt, fold_text
from kerasapps.data.sources.rows import Row, RowListing
from kerasapps.data.sources.store import TextStore, TextStoreWriter
from kerasapps.data.splits import label_order
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.reader import TargetReader, cell_of_row, looked_into
from kerasapps.data.targets.repeats import merge_repeats
from kerasapps.data.targets.targets import Targets
from kerasapps.terminal.doing import told_far

_TAG = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]{0,200})?/?>|&(?:amp|lt|gt|quot|nbsp|#\d{2,5}|#x[\da-fA-F]+);"
)
_ASCII_WORD = re.compile(r"[A-Za-z0-9_']+")


@dataclass(frozen=True, eq=False)
class TextCollection:
    """The usable texts of a source and what was found on the way.

    Attributes:
        texts: all of them, in the order of the source.
        origins: where each comes from.
        labels: the different targets as texts, in label order; those of classes are their names.
        numbers: int32 `(n,)` index into `labels`.
        form: what the targets are taken for.
        repeats: bool `(n,)`, whether a row only adds a label to the text of an earlier one.
        splits: int8 `(n,)` split codes; see `partition`.
        exact: uint64 `(n, 2)` digest of the text and nothing else.
        folded: uint64 `(n, 2)` digest of the text without case, white space and punctuation.
        visible: uint64 `(n, 2)` digest of what a model sees of the text; see `seen_text`.
        words: int32 `(n,)` number of words.
        broken: rows that cannot be used.
        faults: how many of each kind.
        seen: the splits that rows name, broken ones too; None if a usable row names none.
        html: texts with remnants of HTML.
    """

    texts: TextStore
    origins: Origins
    labels: tuple[str, ...]
    numbers: np.ndarray
    form: TargetForm
    repeats: np.ndarray
    splits: np.ndarray
    exact: np.ndarray
    folded: np.ndarray
    visible: np.ndarray
    words: np.ndarray
    broken: Listed[BrokenRow]
    faults: dict[str, int]
    seen: frozenset[str | None]
    html: Listed[Passage]

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def targets(self) -> Targets:
        """What each text is to be answered with."""
        return Targets(self.form, self.labels, self.numbers)


def collect_texts(
    listing: RowListing, *, config: TextConfig, folder: Path
) -> tuple[TextCollection, list[str]]:
    """Read all rows, write the usable texts to disk, and count and digest them.

    Args:
        listing: the rows of the source.
        config: what a model will see of the texts.
        folder: of the store of texts.

    Returns:
        The texts, and what the user should know of their labels.
    """
    form, rows = looked_into(
        listing.rows(), cell_of_row, kind=config.target_kind, columns=config.target_columns
    )
    collector = _Collector(config, TargetReader(form.of_column(*listing.columns[-1:])))
    with TextStoreWriter(folder) as writer:
        for row in told_far(rows):
            encoded = collector.add(row)
            if encoded is not None:
                writer.append(encoded)
        return collector.finish(writer.finish()), collector.targets.warnings()


def seen_text(text: str, *, config: TextConfig) -> str:
    """The text as far as any model sees it with these options.

    White space counts as one space; all else does, unless the options give it away: with the
    tokenizer `regex` (see `preprocess.tokenizers.regex`) what stands between words of ASCII
    letters, and case where it is to be ignored. Where an option is left open, the choice is made by
    what tells labels apart.
    """
    seen = unicodedata.normalize("NFC", text).split()
    if config.tokenizer == "regex":
        seen = _ASCII_WORD.findall(text)
    line = " ".join(seen)
    return line.casefold() if config.lowercase else line


class _Collector:
    def __init__(self, config: TextConfig, targets: TargetReader) -> None:
        self._config = config
        self.targets = targets
        self._ledger = Ledger()
        self._digests = Digests(3)
        self._places: dict[str, int] = {}
        self._numbers = array("i")
        self._words = array("i")
        self._html = Tally(Passage)

    def add(self, row: Row) -> bytes | None:
        """Check one row and note it; its text as UTF-8 when it can be used."""
        problem = row.problem
        if problem is None:
            content, named = row.values
            text, problem = clean_text(content)
            if problem is None:
                label, problem = self.targets.read(named)
        if not self._ledger.note(row, problem):
            return None
        encoded = text.encode("utf-8")
        visible = seen_text(text, config=self._config)
        self._digests.add(encoded, fold_text(text).encode("utf-8"), visible.encode("utf-8"))
        self._numbers.append(self._places.setdefault(label, len(self._places)))
        self._words.append(len(text.split()))
        self._look_for_tags(text, row)
        return encoded

    def _look_for_tags(self, text: str, row: Row) -> None:
        if ("<" in text or "&" in text) and (match := _TAG.search(text)):
            self._html.add(row, excerpt(text[max(0, match.start() - 20) :]))

    def finish(self, texts: TextStore) -> TextCollection:
        exact, folded, visible = self._digests.columns()
        splits = self._ledger.splits()
        keys, codes = [*self._places], np.array(self._numbers)
        repeats = np.zeros(len(codes), bool)
        if self.targets.one_a_cell:
            keys, codes, repeats = merge_repeats(keys, codes, exact, splits)
        names = label_order(set(keys))
        place = {name: index for index, name in enumerate(names)}
        renumber = np.array([place[name] for name in keys], np.int32)
        return TextCollection(
            texts=texts,
            origins=self._ledger.origins(),
            labels=names,
            numbers=renumber[codes] if keys else np.empty(0, np.int32),
            form=self.targets.form,
            repeats=repeats,
            splits=splits,
            exact=exact,
            folded=folded,
            visible=visible,
            words=np.array(self._words),
            broken=self._ledger.broken,
            faults=dict(self._ledger.faults),
            seen=frozenset(self._ledger.seen),
            html=self._html.listed(),
        )
