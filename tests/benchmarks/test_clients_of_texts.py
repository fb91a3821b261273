"""Every client on a bundle of texts that the tests have: `make clients` asks about all kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

import kerasapps
from benchmarks.clients.case import cases_of
from benchmarks.clients.client import Client
from benchmarks.clients.examples import examples_of
from benchmarks.clients.matrix import ask
from benchmarks.clients.roster import CLIENTS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("client", CLIENTS, ids=lambda each: each.name)
def test_whoever_takes_a_file_agrees(
    client: Client, reviewed: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    if reason := client.missing():
        pytest.skip(reason)
    examples = examples_of(reviewed.bundle_dir, tmp_path / "examples")
    cells = list(ask(client, list(cases_of("texts", reviewed.bundle_dir, examples))))
    assert not [cell for cell in cells if cell.failed]
    assert any(cell.compared for cell in cells) or all(cell.reason for cell in cells)
