"""From a worker's job file to its labour."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kerasapps.tuning.crew import Orders
from kerasapps.tuning.trial import TrialJob
from kerasapps.tuning.worker import serve_trials

ORDERS: dict[str, Any] = {
    "chief": "127.0.0.1:1",
    "worker": "é/1",
    "settings": {"run": "r"},
    "tls": [None, None, None],
    "trials": "/trials",
    "tally": "/tally",
    "cores": [0],
    "patience": 1.0,
    "trial_minutes": None,
    "trial_memory_mb": 512.0,
}


def run(job: TrialJob, report: Any) -> dict[str, float]:
    return {}


def test_a_job_file_has_the_orders_of_the_crew_beside_what_is_the_callers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[Any] = []
    monkeypatch.setattr("kerasapps.tuning.labour.labour", lambda *arguments: done.append(arguments))
    job = json.dumps({"more": 1, "crew": ORDERS}, ensure_ascii=False)
    (tmp_path / "worker-1.json").write_bytes(job.encode())
    serve_trials(tmp_path / "worker-1.json", run, preload=["numpy"])
    assert done == [(Orders(**ORDERS), run, ["numpy"])]


def test_what_each_trial_would_import_again_is_light() -> None:
    program = """
import sys
import kerasapps.tuning.worker
print([name for name in ("grpc", "psutil", "kerasapps.tuning.crew") if name in sys.modules])
"""
    command = [sys.executable, "-c", program]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "[]"
