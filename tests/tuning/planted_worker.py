"""A worker whose trials are planted: `python -m tests.tuning.planted_worker JOB.json`."""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path

from kerasapps.tuning.worker import serve_trials
from tests.tuning.planted_trials import planted


def main() -> None:
    job_file = Path(sys.argv[1])
    job = json.loads(job_file.read_text())
    if job.get("broken"):
        raise RuntimeError("planted: this worker cannot work")
    run = functools.partial(planted, job["plan"], job["marks"])
    serve_trials(job_file, run, preload=["tests.tuning.planted_trials"])


if __name__ == "__main__":
    main()
