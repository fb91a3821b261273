"""Who may look at the trials of a search: one thread at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import TuneConfig
from kerasapps.tuning.trial import Outcome
from tests.tuning.driven_search import DrivenSearch

DONE = Outcome("done", {"val_accuracy": 0.5})
EVENTS: dict[str, Callable[[Any], object]] = {
    "create": lambda oracle: oracle.create_trial("v"),
    "update": lambda oracle: oracle.update_trial("0001", {"val_accuracy": 0.1}, 1),
    "outcome": lambda oracle: oracle.record_outcome(1, DONE, "w"),
    "end": lambda oracle: oracle.end_trial(oracle.trials["0001"]),
    "requeue": lambda oracle: oracle.requeue("w"),
    "interrupt": lambda oracle: oracle.interrupt(),
    "board": lambda oracle: oracle.leaderboard(),
    "finished": lambda oracle: oracle.finished,
    "failure": lambda oracle: oracle.failure,
    "state": lambda oracle: oracle.get_state(),
    "restore": lambda oracle: oracle.set_state({**oracle.get_state(), "trials": []}),
}


class Guarded(MutableMapping[int, Any]):
    """Records that only who holds the lock may look at or change."""

    def __init__(self, content: Any, lock: Any) -> None:
        self._content, self._lock = dict(content), lock

    def _held(self) -> dict[int, Any]:
        if not self._lock._is_owned():
            raise RuntimeError("looked at without the lock")
        return self._content

    def __getitem__(self, number: int) -> Any:
        return self._held()[number]

    def __setitem__(self, number: int, record: Any) -> None:
        self._held()[number] = record

    def __delitem__(self, number: int) -> None:
        del self._held()[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._held())

    def __len__(self) -> int:
        return len(self._held())


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_looks_at_no_record_without_the_lock(tmp_path: Path, event: str) -> None:
    oracle = DrivenSearch(TuneConfig(trials=8), tmp_path / "search.json").oracle
    oracle.end_trial(oracle.create_trial("w"))
    oracle.create_trial("w")
    oracle._records = Guarded(oracle._records, oracle._lock)
    with pytest.raises(RuntimeError, match="without the lock"):
        list(oracle._records.values())  # as the event would
    EVENTS[event](oracle)
