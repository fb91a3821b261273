"""A worker's labour: one trial after the other, and a sign of life to the chief."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

from kerasapps.errors import KerasAppsError
from kerasapps.files.room import is_out_of_space
from kerasapps.terminal.streams import tell
from kerasapps.tuning.client import ChiefClient, GivenTrial, NotYoursError
from kerasapps.tuning.cores import take_cores
from kerasapps.tuning.crew import HOPELESS, Orders
from kerasapps.tuning.isolation import (
    Isolation,
    Limits,
    NoSpaceError,
    TrialCancelledError,
    no_space,
)
from kerasapps.tuning.messages import BEAT_SECONDS
from kerasapps.tuning.store import replace_text
from kerasapps.tuning.trial import TrialFunction, TrialJob
from kerasapps.tuning.trust import PROOF_VARIABLE, Trust
from kerasapps.wording.harmless import one_line

_STDIN: Final = 0


def labour(orders: Orders, run: TrialFunction, preload: Sequence[str]) -> None:
    """Try configurations until the search is over.

    Args:
        orders: of the crew.
        run: tries one configuration, in a process of its own.
        preload: modules that `run` needs.
    """
    # Not for the trials, which inherit the environment.
    trust = Trust(os.environ.pop(PROOF_VARIABLE), *orders.tls)
    take_cores(orders.cores)
    seconds = None if orders.trial_minutes is None else 60 * orders.trial_minutes
    limits = Limits(seconds, orders.trial_memory_mb)
    isolation = Isolation(preload=preload, limits=limits)
    isolation.warm_up()
    threading.Thread(target=_die_with_crew, args=(isolation,), daemon=True).start()
    client = ChiefClient(orders.chief, worker=orders.worker, patience=orders.patience, trust=trust)
    try:
        _Worker(orders, client, isolation, run).work()
    except KerasAppsError as error:
        _leave(str(error))
    except OSError as error:
        if not is_out_of_space(error):
            raise
        _leave(
            f"The disk is full: {error}. Make room in {orders.trials}, and the same command goes "
            "on from here."
        )
    finally:
        client.close()


class _Worker:
    """One worker between its first hello and the end of the search."""

    def __init__(
        self, orders: Orders, client: ChiefClient, isolation: Isolation, run: TrialFunction
    ) -> None:
        self._orders, self._client = orders, client
        self._isolation, self._run = isolation, run
        self._trials = 0

    def work(self) -> None:
        """Try configurations until the search is over."""
        self._client.hello(self._orders.settings)
        with self._beating():
            while True:
                try:
                    trial = self._client.next_trial()
                    if trial is None:
                        return
                    self._try(trial)
                except NoSpaceError:
                    self._client.leave()  # for a machine that has room, or for later
                    raise
                except (NotYoursError, TrialCancelledError):
                    # The chief was restarted, or has given this worker up in the meantime.
                    self._client.hello(self._orders.settings)

    def _try(self, trial: GivenTrial) -> None:
        try:
            job = self._prepare(trial)
        except OSError as error:
            if is_out_of_space(error):
                raise no_space(trial.number, Path(self._orders.trials), str(error)) from error
            raise
        outcome = self._isolation.run(
            self._run,
            job,
            lambda epoch, figures: self._client.report_epoch(trial, epoch, figures),
        )
        self._client.end(trial, outcome)
        self._trials += 1
        replace_text(Path(self._orders.tally), str(self._trials))

    def _prepare(self, trial: GivenTrial) -> TrialJob:
        """The job, with an empty folder: a repeated trial must not find what it left behind."""
        trials = Path(self._orders.trials)
        folder = trials / str(trial.number)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        before = None if trial.resume is None else trials / str(trial.resume)
        if before is not None and not before.is_dir():
            before = None  # trained on another machine: this one begins from the first epoch
        return TrialJob(trial.number, trial.values, folder, trial.epochs, before)

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Tells the chief every few seconds that this worker is there, and ends a trial that the
        chief has no use for any more.
        """
        over = threading.Event()

        def beat() -> None:
            while not over.wait(BEAT_SECONDS):
                try:
                    self._client.beat()
                except (NotYoursError, KerasAppsError):
                    # The next call of the main thread finds out why.
                    self._isolation.cancel()

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            self._client.close()  # ends a call that the thread waits for
            thread.join()  # the last words of this process are then its own


def _leave(words: str) -> NoReturn:
    """Ends this process with the reason as its last words: no other could do better."""
    tell(one_line(words))
    sys.exit(HOPELESS)


def _die_with_crew(isolation: Isolation) -> None:
    """Ends this process and its trial when the pipe closes that its parent holds open."""
    while os.read(_STDIN, 1):
        pass
    isolation.abandon()
    os._exit(1)
