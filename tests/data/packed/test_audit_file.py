"""What audits found becomes JSON, however much it is."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.data.found import Found
from kerasapps.data.packed import audit_file
from kerasapps.data.packed.audit_file import audit_of, audit_values


def test_of_many_findings_the_first_are_kept_and_how_many_there_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: Any = Found(300, str)
    assert audit_values(found) == {"tuple": [str(number) for number in range(300)]}
    monkeypatch.setattr(audit_file, "_MOST", 299)
    first = {"tuple": [str(number) for number in range(100)]}
    assert audit_values(found) == {"item": "Listed", "fields": {"total": 300, "first": first}}


@pytest.mark.parametrize("values", [3, [], {"item": "Other", "fields": {}}, {"tuple": [1]}, {}])
def test_what_is_no_audit_is_refused(values: Any) -> None:
    with pytest.raises(ValueError, match="holds no audit"):
        audit_of(values, items=())
