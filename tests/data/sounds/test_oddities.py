"""What is odd about sounds beside the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kerasapps.data.sounds.collect import Sound
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.inspection import Inspection
from kerasapps.data.sounds.listing import SoundEntry
from kerasapps.data.sounds.oddities import class_warnings, odd_rates


def sounds(label: str, rates: Sequence[int], *, group: str | None = None) -> list[Sound]:
    return [
        Sound(
            SoundEntry(Clip(Path(f"{label}{place}.wav")), label, group=group), Inspection(rate=rate)
        )
        for place, rate in enumerate(rates)
    ]


def test_other_rates_are_higher_or_lower_ones() -> None:
    usual = sounds("yes", [8000] * 60)
    found = odd_rates([*usual, *sounds("no", [4000, 44_100, 8000])])
    assert [each.figure.partition(" ")[0] for each in found] == ["4,000", "44,100"]
    assert odd_rates([*usual, *sounds("no", [4000] * 5)]) == ()  # too many to be faults
    assert odd_rates(usual) == ()


def test_a_class_is_told_by_its_rate_where_it_has_a_few_sounds() -> None:
    usual = sounds("yes", [8000] * 9)
    (warning,) = class_warnings([*usual, *sounds("up", [16_000] * 5)])
    assert "'up' (16,000); a model may know them by" in warning
    assert class_warnings([*usual, *sounds("up", [16_000] * 4)]) == []
    assert class_warnings([*usual, *sounds("up", [16_000] * 4 + [8000])]) == []


def test_a_class_of_one_group_is_told_where_there_are_others() -> None:
    one = [*sounds("no", [8000] * 3, group="ann"), *sounds("yes", [8000] * 3, group="ann")]
    assert class_warnings(one) == []
    warnings = class_warnings([*one, *sounds("yes", [8000], group="bob")])
    assert [each.partition(":")[0] for each in warnings] == ["class 'no' has one group only, 'ann'"]
