"""The public names of the networks."""

from __future__ import annotations

import kerasapps.models


def test_public_names() -> None:
    # Their order is ruff's to check (RUF022).
    assert len(set(kerasapps.models.__all__)) == len(kerasapps.models.__all__)
    assert all(hasattr(kerasapps.models, name) for name in kerasapps.models.__all__)
