"""What the doctor says."""

from __future__ import annotations

from kerasapps.doctor import finding
from tests.values import kinds_of, left_open_in


def test_kinds_of_values():
    assert kinds_of(finding) == {"Finding": "frozen"}


def test_what_need_not_be_given():
    assert left_open_in(finding) == {"Finding": {"level": "ok", "remedy": ""}}
