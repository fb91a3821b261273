"""The worker processes of this machine: started, replaced when they die, and ended."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kerasapps.config.tuning import TuneConfig
from kerasapps.errors import TrainingError
from kerasapps.machine import usable_cores
from kerasapps.tuning.cores import divide_cores, worker_environment
from kerasapps.tuning.isolation import end_tree
from kerasapps.tuning.store import writing
from kerasapps.tuning.trial_process import last_words
from kerasapps.tuning.trust import PROOF_VARIABLE, Trust

CREW: Final = "crew"
"""Key of a worker's job that holds its `Orders`."""

HOPELESS: Final = 3
"""Exit status of a worker that no other could do better than: its reason is in its last words."""

_LOSSES: Final = 4  # in a row, without a trial ended in between
_REASON: Final = 2000  # characters of a worker's last words
_FAREWELL: Final = 5.0  # seconds for a worker to end by itself


@dataclass(frozen=True)
class Orders:
    """What the crew tells each of its workers, beside the job of its module.

    Attributes:
        chief: HOST:PORT.
        worker: its name, which no other worker of the search has.
        settings: what identifies the search.
        tls: files of certificate, key and authorities, each None where there is none.
        trials: folder for the trials' folders.
        tally: file that the worker keeps its number of ended trials in.
        cores: that it may use.
        patience: seconds without an answer after which the chief is given up.
        trial_minutes: limit of each trial; None: none.
        trial_memory_mb: likewise.
    """

    chief: str
    worker: str
    settings: Mapping[str, Any]
    tls: list[str | None]
    trials: str
    tally: str
    cores: list[int]
    patience: float
    trial_minutes: float | None
    trial_memory_mb: float | None


@dataclass
class _Place:
    """One worker's place, whoever holds it at the moment."""

    index: int
    cores: list[int]
    worker: str = ""
    process: subprocess.Popen[bytes] | None = None
    losses: int = 0
    trials: int = 0  # of those before


class Crew:
    """The workers of this machine; used as a context, it ends them with the block.

    They die with this process, however it dies: each watches a pipe that only it holds open.
    """

    def __init__(
        self,
        *,
        tune: TuneConfig,
        module: str,
        job: Mapping[str, Any],
        chief: str,
        folder: Path,
        settings: Mapping[str, Any],
        trust: Trust,
        devices: str = "auto",
        on_loss: Callable[[str], None] = lambda worker: None,
    ) -> None:
        """A crew that does not work yet.

        Args:
            tune: how many workers, their cores and limits.
            module: what each runs, with `python -m`.
            job: what the module is told.
            chief: HOST:PORT that they work for.
            folder: of the search on this machine.
            settings: what identifies the search.
            trust: what its workers show to the chief, and demand of it.
            devices: of `TrainConfig.devices`, among which its workers are divided.
            on_loss: is told the name of each worker that left by itself.

        Raises:
            ConfigError: if there are not enough cores, or a GPU is named that is not there.
        """
        shares = divide_cores(usable_cores(), workers=tune.workers, each=tune.worker_cores)
        self._places = [_Place(index, cores) for index, cores in enumerate(shares)]
        self._tune, self._module, self._job = tune, module, job
        self._chief, self._settings, self._on_loss = chief, settings, on_loss
        self._trust, self._devices = trust, devices
        self._folder = folder / CREW
        self._trials = folder / "trials"

    def __enter__(self) -> Crew:
        with writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        try:
            for place in self._places:
                self._start(place)
        except BaseException:
            self.stop(0.0)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.stop(_FAREWELL if kind is None else 0.0)

    @property
    def working(self) -> bool:
        """Whether any worker is there, or has died and `check` has not seen it yet.

        They leave by themselves when the search is over.
        """
        return any(place.process is not None for place in self._places)

    @property
    def trials(self) -> int:
        """Trials that ended on this machine since the crew began."""
        return sum(place.trials + self._tally(place) for place in self._places)

    def check(self) -> None:
        """Replace the workers that have died.

        Raises:
            TrainingError: if one says that there is no use, or several in a row died without
                having ended a trial; it says where to read more.
        """
        for place in self._places:
            status = None if place.process is None else place.process.poll()
            if status is not None:
                self._bury(place)
                self._on_loss(place.worker)
                if status != 0:
                    self._replace(place, status)

    def dismiss(self, worker: str) -> None:
        """End a worker that does not answer any more; the next `check` replaces it."""
        for place in self._places:
            if place.worker == worker and place.process is not None:
                end_tree(place.process.pid)

    def stop(self, patience: float) -> None:
        """End all workers, and with them their trials.

        Args:
            patience: seconds that they may take to leave by themselves.
        """
        give_up = time.monotonic() + patience
        for place in self._places:
            if place.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    place.process.wait(max(0.0, give_up - time.monotonic()))
        for place in self._places:
            if place.process is not None and place.process.stdin is not None:
                place.process.stdin.close()  # the pipe that it watches
        give_up = time.monotonic() + _FAREWELL
        for place in self._places:
            if place.process is not None:
                try:
                    place.process.wait(max(0.0, give_up - time.monotonic()))
                except subprocess.TimeoutExpired:
                    end_tree(place.process.pid)
                    place.process.wait()
                self._bury(place)

    def _start(self, place: _Place) -> None:
        place.worker = f"{socket.gethostname()}/{place.index + 1}-{secrets.token_hex(2)}"
        stem = f"worker-{place.index + 1}"
        orders = Orders(
            chief=self._chief,
            worker=place.worker,
            settings=self._settings,
            tls=[self._trust.certificate, self._trust.key, self._trust.ca],
            trials=str(self._trials.absolute()),
            tally=str(self._tally_file(place).absolute()),
            cores=place.cores,
            patience=60 * self._tune.patience_minutes,
            trial_minutes=self._tune.trial_minutes,
            trial_memory_mb=self._tune.trial_memory_mb,
        )
        self._tally_file(place).unlink(missing_ok=True)
        job_file = self._folder / f"{stem}.json"
        with writing(job_file):
            job_file.write_text(json.dumps({**self._job, CREW: vars(orders)}), encoding="utf-8")
        with writing(self._log(place)):
            log = self._log(place).open("wb")
        with log:
            place.process = subprocess.Popen(
                [sys.executable, "-P", "-m", self._module, str(job_file)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment(place),
                start_new_session=True,  # Ctrl-C is for this process, which then ends them
            )

    def _environment(self, place: _Place) -> dict[str, str]:
        # What this process can import, and nothing that merely lies in the working folder.
        imports = os.pathsep.join(entry for entry in sys.path if entry)
        extra = worker_environment(
            place.cores, index=place.index, workers=len(self._places), devices=self._devices
        )
        # The environment of a process is for its own user's eyes, as files may not be.
        ours = {"PYTHONPATH": imports, PROOF_VARIABLE: self._trust.proof}
        return {"TF_CPP_MIN_LOG_LEVEL": "2"} | os.environ | extra | ours

    def _bury(self, place: _Place) -> None:
        """Clear the place of a process that has ended."""
        assert place.process is not None
        if place.process.stdin is not None:
            place.process.stdin.close()
        ended = self._tally(place)
        place.trials += ended
        place.losses = 0 if ended else place.losses
        self._tally_file(place).unlink(missing_ok=True)
        place.process = None

    def _replace(self, place: _Place, status: int) -> None:
        words = last_words(self._log(place), most=_REASON).removeprefix(": ")
        if status == HOPELESS:
            raise TrainingError(words)
        place.losses += 1
        if place.losses >= _LOSSES:
            raise TrainingError(
                f"{place.losses} worker processes in a row died without ending a trial, the last "
                f"with status {status}, saying: {words or 'nothing'}. See {self._log(place)}."
            )
        self._start(place)

    def _log(self, place: _Place) -> Path:
        return self._folder / f"worker-{place.index + 1}.log"

    def _tally_file(self, place: _Place) -> Path:
        return self._folder / f"worker-{place.index + 1}.tally"

    def _tally(self, place: _Place) -> int:
        """Trials that the present worker has ended."""
        try:
            return int(self._tally_file(place).read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0
