"""Trials that behave as they are told: what isolation, workers and searches are tried with."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from kerasapps.errors import TrainingError
from kerasapps.tuning.trial import Figures, Report, TrialJob

GRANDCHILD = "import time; time.sleep(600)"


def planted(plan: Mapping[str, str], marks: str, job: TrialJob, report: Report) -> Figures:
    """A trial whose number stands in `plan` does what is said there; others train for two epochs.

    Args:
        plan: number → behaviour, a function below.
        marks: folder; each trial leaves `<number>-<pid>` there when it begins.
        job: what to try.
        report: asked after each epoch.
    """
    (Path(marks) / f"{job.number}-{os.getpid()}").touch()
    behaviour = plan.get(str(job.number), plan.get("others", "train"))
    return globals()[behaviour](job, report)


def train(job: TrialJob, report: Report) -> Figures:
    """Figures that depend on the values alone; the best are at learning_rate 0.1, width 8."""
    quality = 0.9 - abs(float(job.values["learning_rate"]) - 0.1) + 0.01 * job.values["width"]
    for epoch in range(1, (job.epochs or 2) + 1):
        figures = {"val_accuracy": quality * (1 - 0.5**epoch), "val_loss": 1.0 / epoch}
        if not report(epoch, figures):
            break
    return {**figures, "epochs": epoch}


def to_the_end(job: TrialJob, report: Report) -> Figures:
    report(1, {"val_accuracy": 0.5, "val_loss": 1.0}, final=True)
    return {"val_accuracy": 0.5, "epochs": 1}


def knows_no_secret(job: TrialJob, report: Report) -> Figures:
    if "KERASAPPS_CREW" in os.environ:
        raise RuntimeError("a trial needs no secret")
    return train(job, report)


def slowly(job: TrialJob, report: Report) -> Figures:
    time.sleep(0.15)
    return train(job, report)


def raises(job: TrialJob, report: Report) -> Figures:
    report(1, {"val_accuracy": 0.5, "val_loss": 0.5})
    raise ValueError("planted\nand more lines")


def not_a_number(job: TrialJob, report: Report) -> Figures:
    return {"val_accuracy": float("nan")}


def no_figures(job: TrialJob, report: Report) -> Figures:
    return None  # type: ignore[return-value]


def killed(job: TrialJob, report: Report) -> Figures:
    os.kill(os.getpid(), 9)
    return {}


def terminated(job: TrialJob, report: Report) -> Figures:
    """What a scheduler does to all processes of a job."""
    os.kill(os.getpid(), signal.SIGTERM)
    return train(job, report)


def eats(job: TrialJob, report: Report) -> Figures:
    held = []
    while True:
        held.append(bytearray(os.urandom(2**20) * 16))
        time.sleep(0.01)


def eats_by_a_child(job: TrialJob, report: Report) -> Figures:
    """Holds little itself."""
    program = "held = bytearray(b'x' * 400_000_000); import time; time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", program])
    (job.folder / "child").write_text(str(child.pid))
    return hangs(job, report)


def hangs(job: TrialJob, report: Report) -> Figures:
    while True:
        time.sleep(60)


def full_disk(job: TrialJob, report: Report) -> Figures:
    """As a step of the training tells it, after an epoch that went well."""
    report(1, {"val_accuracy": 0.5, "val_loss": 0.5})
    try:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/where/it/works")
    except OSError as error:
        raise TrainingError("Could not write the checkpoint.") from error


def mapped_on_a_full_disk(job: TrialJob, report: Report) -> Figures:
    os.kill(os.getpid(), signal.SIGBUS)
    return {}


def exits(job: TrialJob, report: Report) -> Figures:
    print("last words")
    sys.stdout.flush()
    os._exit(3)


def quits(job: TrialJob, report: Report) -> Figures:
    sys.exit("had enough")


def prints(job: TrialJob, report: Report) -> Figures:
    print("to stdout")
    print("to stderr", file=sys.stderr)
    subprocess.run(["echo", "from a child"], check=True)
    return {"val_accuracy": 0.5}


def leaves_a_child(job: TrialJob, report: Report) -> Figures:
    """Ends at once and leaves a process behind."""
    child = subprocess.Popen([sys.executable, "-c", GRANDCHILD])
    (job.folder / "child").write_text(str(child.pid))
    os._exit(3)


def hangs_with_a_child(job: TrialJob, report: Report) -> Figures:
    child = subprocess.Popen([sys.executable, "-c", GRANDCHILD])
    (job.folder / "child").write_text(str(child.pid))
    return hangs(job, report)
