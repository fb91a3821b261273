"""An audit of any kind of data: what it holds, in JSON and in the terminal."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, dataclass, replace
from pathlib import Path

import pytest

from kerasapps.data.audit import Audit, BrokenRow, Finding, Listed, Passage, itemise
from kerasapps.data.audit_text import audit_text


@dataclass(frozen=True)
class Sound:
    """An item: a file, its labels and its length."""

    path: Path
    labels: tuple[str, ...]
    seconds: float

    def __str__(self) -> str:
        return f"{self.path.name} lasts {self.seconds:.1f} s"


def sounds(count: int) -> tuple[Sound, ...]:
    return tuple(Sound(Path(f"{n}.wav"), ("dog", "cat"), n / 2) for n in range(count))


COLUMNS = (("file", "path"), ("labels", "labels"))
SIZES = Finding(key="sizes", value={"train": 1200}, said="Sounds: 1,200")


def audit_of(*findings: Finding) -> Audit:
    return Audit("sounds", figures=(SIZES,), findings=findings)


def test_json_has_each_value_by_its_key_in_order() -> None:
    long = itemise("long", sounds(1), said="Long")
    broken = itemise("broken", Listed(7, (Passage("row 3", "hm"),)), said="Broken")
    audit = replace(
        audit_of(broken, long), guesses=("a",), notes=("b",), errors=("c",), warnings=("d",)
    )
    plain = audit.to_dict()
    assert list(plain) == [
        *("ok", "source", "sizes", "guesses", "broken", "long", "notes", "errors", "warnings")
    ]
    assert json.loads(json.dumps(plain)) == {
        "ok": False,
        "source": "sounds",
        "sizes": {"train": 1200},
        "guesses": ["a"],
        "broken": {"total": 7, "first": [{"origin": "row 3", "text": "hm"}]},
        "long": [{"path": "0.wav", "labels": ["dog", "cat"], "seconds": 0.0}],
        "notes": ["b"],
        "errors": ["c"],
        "warnings": ["d"],
    }
    assert audit_of().to_dict()["ok"] is True


def test_a_kind_may_have_notes_of_its_own() -> None:
    plain = audit_of(itemise("notes", sounds(1), said="Converted")).to_dict()
    assert len(plain["notes"]) == 1 and list(plain)[-3:] == ["notes", "errors", "warnings"]


@pytest.mark.parametrize(
    "value",
    [SIZES, audit_of(), Listed(1, ("a",)), Passage("a", "b"), BrokenRow("a", "b", "c")],
    ids=lambda value: type(value).__name__,
)
def test_what_was_found_is_not_changed_afterwards(value: object) -> None:
    (name, *_) = vars(value)
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, "other")


def test_values_are_found_by_key() -> None:
    audit = audit_of(itemise("long", sounds(3), said="Long"))
    assert audit["long"] == sounds(3) and audit["sizes"] == {"train": 1200}
    assert (audit.finding("long").total, audit.finding("sizes").total) == (3, 0)
    with pytest.raises(KeyError, match="short"):
        audit["short"]


def test_examples_in_use_are_counted_with_classes_and_without() -> None:
    for counts in ({"train": {"a": 3, "b": 4}, "test": {}}, {"train": 5, "test": 2}):
        audit = Audit("x", figures=(Finding(key="counts", value=counts),))
        assert audit.counts == counts and audit.total == 7


def test_a_table_shows_attributes_of_the_first_items() -> None:
    finding = itemise("long", sounds(21), said="Long", heading="Long sounds", columns=COLUMNS)
    assert tuple(finding.columns) == ("file", "labels") and len(finding.rows) == 20
    assert finding.rows[1] == (Path("1.wav"), "dog, cat")
    assert itemise("long", sounds(2), said="Long").rows == ()


def test_the_terminal_lists_items_below_a_title() -> None:
    audit = replace(
        audit_of(
            itemise("long", sounds(2), said="Long sounds"),
            itemise("silent", (), said="Silent sounds"),
            Finding(key="faults", value={"silent": 2}),
            Finding(key="longest", value=sounds(1)),
        ),
        guesses=("sound in 'a'", "label in 'b'"),
        notes=("handled",),
        warnings=("odd",),
    )
    assert audit_text(audit) == (
        "Data: sounds\n\nRead as: sound in 'a'\nRead as: label in 'b'\n\nSounds: 1,200\n\n"
        "Long sounds: 2\n  0.wav lasts 0.0 s\n  1.wav lasts 0.5 s\n\n"
        "Handled on reading: 1\n  handled\n\nWarnings: 1\n  odd\n\nThe data can be used."
    )
    assert audit_text(Audit("x", errors=("none",))) == (
        "Data: x\n\nErrors: 1\n  none\n\nThe data cannot be used as it is."
    )


def listed_in(text: str) -> int:
    return sum(" lasts " in line for line in text.splitlines())


def test_long_lists_are_cut_and_say_how_many_more_there_are() -> None:
    audit = audit_of(itemise("long", Listed(1234, sounds(100)), said="Long"))
    text = audit_text(audit)
    assert listed_in(text) == 20 and "Long: 1,234\n" in text and "\n  … and 1,214 more\n" in text
    assert listed_in(audit_text(audit, limit=2)) == 2
    text = audit_text(audit, limit=None)
    assert listed_in(text) == 100 and "… and 1,134 more" in text
    few = audit_of(itemise("long", sounds(30), said="Long", few=3))
    assert [listed_in(audit_text(few, limit=limit)) for limit in (20, 2, None)] == [3, 2, 30]
    assert "more" not in audit_text(audit_of(itemise("long", sounds(20), said="Long")))
    warned = replace(audit_of(), warnings=tuple(map(str, range(50))))
    assert "  49\n" in audit_text(warned)
