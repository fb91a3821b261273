"""What a process that trains alone is told."""

from __future__ import annotations

from kerasapps.training.team import ALONE, Team


def test_who_is_alone_hears_itself() -> None:
    team: Team = ALONE
    assert (team.index, team.count, team.is_chief, team.replicas) == (0, 1, True, 1)
    assert (team.agree(0.5), team.send(b"x"), team.send(None)) == (0.5, b"x", b"")
    assert team.collect(b"x") == [b"x"]
