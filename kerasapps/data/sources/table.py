"""A table of any format, open for reading."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kerasapps.data.sources.delimited import Record
from kerasapps.data.sources.encodings import Encoding

SAMPLE_ROWS = 500


@dataclass
class Table:
    """A table that is open for reading.

    Attributes:
        where: its name in messages; "" for one in memory.
        names: of the columns.
        header: whether the names are its own.
        sample: some rows.
        records: opens it and yields all rows, fields in the order of `names`; it is told which
            columns are wanted and may leave the others empty.
        notes: what is unusual; complete when all records were read.
        errors: likewise, what makes it unusable.
        first_row: whether names of columns would stand in the first row.
        encoding: how it is read, if it is a file of text.
        guesses: what was guessed of its form.
        further: columns that no row of the sample has, with the number of the first row that does;
            looked for where all columns are wanted, and complete when all records were read.
    """

    where: str
    names: Sequence[str]
    header: bool
    sample: Sequence[Sequence[object]]
    records: Callable[[Sequence[int]], Iterator[Record]]
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    first_row: bool = False
    encoding: Encoding = Encoding()
    guesses: list[str] = field(default_factory=list)
    further: dict[str, int] = field(default_factory=dict)

    def fields(self, number: int, values: Mapping[str, object], wanted: Sequence[int]) -> Record:
        """One row, from its values by name.

        Args:
            number: of the row.
            values: of it; what is missing is None.
            wanted: the columns to read: of thousands of keys two or three may count.
        """
        if len(wanted) == len(self.names):
            self.note_further(number, values.keys() - set(self.names))
        fields: list[object] = [None] * len(self.names)
        for place in wanted:
            fields[place] = values.get(self.names[place])
        return Record(number, fields)

    def note_further(self, number: int, names: Collection[object]) -> None:
        """Remember the columns of a row that are none of the table's."""
        for name in sorted(map(str, names)):
            self.further.setdefault(name, number)
