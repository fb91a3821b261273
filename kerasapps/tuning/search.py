"""One hyperparameter search, from the first trial or from where it was interrupted."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kerasapps.config.tuning import TuneConfig
from kerasapps.errors import KerasAppsError, TrainingError
from kerasapps.tuning.client import ChiefClient
from kerasapps.tuning.crew import Crew
from kerasapps.tuning.messages import differences
from kerasapps.tuning.store import (
    SNAPSHOT,
    Snapshot,
    damaged,
    read_snapshot,
    write_snapshot,
    writing,
)
from kerasapps.tuning.telling import Tell, teller
from kerasapps.tuning.trust import Trust, trust_of

if TYPE_CHECKING:
    from kerasapps.tuning.chief import Chief
    from kerasapps.tuning.display import SearchDisplay
    from kerasapps.tuning.objective import Objective
    from kerasapps.tuning.oracle import SearchOracle
    from kerasapps.tuning.records import Leaderboard
    from kerasapps.tuning.space import Space

_TICK: Final = 0.5  # seconds between two looks at the workers, unless something happens


@dataclass(frozen=True)
class WorkerSource:
    """What a worker process runs: `python -m module JOB.json`.

    Its main hands the file to `kerasapps.tuning.worker.serve_trials`.

    Attributes:
        module: name of the module.
        job: what the module needs, JSON-able; the key `crew` is added.
        devices: of `TrainConfig.devices`, of which each trial gets one.
    """

    module: str
    job: Mapping[str, Any]
    devices: str = "auto"


def run_search(
    *,
    tune: TuneConfig,
    space: Space,
    objective: Objective,
    source: WorkerSource,
    folder: Path,
    settings: Mapping[str, Any],
    seed: int,
    epochs: int | None,
    display: SearchDisplay,
    leaderboard_file: Path | None = None,
) -> Leaderboard:
    """Try configurations until the search is over; this process itself tries none.

    Killed at any time and called again, it goes on: trials that have ended stay, those that had
    not are repeated. A search that is over is not repeated.

    Args:
        tune: the search. With the role "chief" it starts no workers: it listens for those of
            other machines.
        space: the options to search.
        objective: what is optimized.
        source: what the workers of this machine run.
        folder: for the search's state and the trials' folders, `trials/<number>`.
        settings: JSON-able; what identifies the search. Workers with others are refused.
        seed: of the training; `tune.search_seed` goes before it.
        epochs: of one whole training; None: it has only a budget of time.
        display: hears what happens.
        leaderboard_file: table that is rewritten after each trial; None: none.

    Returns:
        All trials. There is at least one that is done, though none may keep the limits.

    Raises:
        ConfigError: if the algorithm does not fit the options, or there are too few cores.
        TrainingError: if the first five trials or all of them failed, workers die again and
            again, none answers, the port is in use, or the folder holds another search.
    """
    from kerasapps.tuning.oracles import make_oracle

    path = folder / SNAPSHOT
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    oracle = make_oracle(
        tune,
        space=space,
        objective=objective,
        seed=seed,
        epochs=epochs,
        save=lambda: write_snapshot(path, Snapshot(settings, oracle.get_state())),
    )
    restore(oracle, path, settings)
    tell = teller(display, leaderboard_file)
    display.begin(space, tune)
    tell(oracle.leaderboard())
    if not oracle.finished:
        try:
            with _company(
                oracle,
                tune=tune,
                source=source,
                folder=folder,
                settings=settings,
                trust=trust_of(tune),
            ) as (chief, crew):
                _attend(chief, crew, tune, tell, folder)
        except BaseException:
            oracle.interrupt()
            with suppress(KerasAppsError):  # what is on its way says more
                tell(oracle.leaderboard(), always=True)
            raise
    _require_success(oracle, folder)
    leaderboard = oracle.leaderboard()
    tell(leaderboard)
    display.end(leaderboard)
    return leaderboard


def run_workers(
    *, tune: TuneConfig, source: WorkerSource, folder: Path, settings: Mapping[str, Any]
) -> int:
    """Work for the chief at `tune.chief` until its search is over.

    Args:
        tune: how many workers, where the chief is, and how long to wait for its answer.
        source: what the workers run.
        folder: for the trials' folders on this machine.
        settings: what identifies the search; the chief's must be equal.

    Returns:
        The number of trials that ended on this machine.

    Raises:
        ConfigError: if the chief's search has other settings, or there are too few cores.
        TrainingError: if the chief does not answer, or workers die again and again.
    """
    if tune.chief is None:
        raise ValueError("workers need the address of a chief")
    patience = 60 * tune.patience_minutes
    trust = trust_of(tune)
    name = f"visitor-{secrets.token_hex(4)}"
    visitor = ChiefClient(tune.chief, worker=name, patience=patience, trust=trust)
    try:
        # Asked once here: an error of several workers would be harder to read.
        visitor.hello(settings, joins=False)
    finally:
        visitor.close()
    with Crew(
        tune=tune,
        module=source.module,
        job=source.job,
        devices=source.devices,
        chief=tune.chief,
        folder=folder,
        settings=settings,
        trust=trust,
    ) as crew:
        while crew.working:
            time.sleep(_TICK / 2)
            crew.check()
    return crew.trials


def restore(oracle: SearchOracle, path: Path, settings: Mapping[str, Any]) -> None:
    """Lets an oracle go on from the state on disk, if there is one.

    Args:
        oracle: a new one.
        path: of the state.
        settings: what identifies the search.

    Raises:
        TrainingError: if the state is damaged, or another search's.
    """
    snapshot = read_snapshot(path)
    if snapshot is None:
        return
    if changes := differences(snapshot.settings, settings, ("there", "here")):
        raise TrainingError(
            f"{path} holds another search: {'; '.join(changes)}. Choose another output folder, "
            f"use the same settings, or delete {path.parent}."
        )
    try:
        oracle.set_state(snapshot.state)
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(path, repr(error)) from error


@contextmanager
def _company(
    oracle: SearchOracle,
    *,
    tune: TuneConfig,
    source: WorkerSource,
    folder: Path,
    settings: Mapping[str, Any],
    trust: Trust,
) -> Iterator[tuple[Chief, Crew | None]]:
    """The chief and the workers of this machine, if it has any."""
    from kerasapps.tuning.chief import Chief
    from kerasapps.tuning.server import LOOPBACK, serving

    address = tune.chief or LOOPBACK
    with serving(Chief(oracle, settings=settings), trust=trust, address=address) as chief:
        if tune.role == "chief":
            yield chief, None
            return
        try:
            with Crew(
                tune=tune,
                module=source.module,
                job=source.job,
                devices=source.devices,
                chief=chief.address,
                folder=folder,
                settings=settings,
                trust=trust,
                on_loss=chief.lost,
            ) as crew:
                yield chief, crew
        finally:
            chief.dismiss(*chief.workers())  # they have been ended: nobody is left to be told


def _attend(
    chief: Chief,
    crew: Crew | None,
    tune: TuneConfig,
    tell: Tell,
    folder: Path,
) -> None:
    """See to the workers and tell what happens, until the search is over."""
    while not chief.finished:
        chief.changed.wait(_TICK)
        chief.changed.clear()
        chief.require_success()
        tell(chief.leaderboard())
        try:
            _require_success(chief.oracle, folder)
        except TrainingError as error:
            chief.fail(error)  # workers at other trials are told as well
            raise
        silent = chief.give_up_silent()
        if crew is None:
            _require_company(chief, tune)
            continue
        for worker in silent:
            crew.dismiss(worker)
        crew.check()
        if not crew.working and not chief.finished:
            raise TrainingError("The workers have left before the search was over.")


def _require_company(chief: Chief, tune: TuneConfig) -> None:
    if chief.alone_seconds() > 60 * tune.patience_minutes:
        raise TrainingError(
            f"No worker has called the chief at {chief.address} for {tune.patience_minutes:g} "
            f"minutes. Start some with --role worker --chief {chief.address}; if they run, check "
            "that this address is reachable from their machines (HOST 0.0.0.0 listens on every "
            "network) and that no firewall stands between. The same command then goes on from "
            "here."
        )


def _require_success(oracle: SearchOracle, folder: Path) -> None:
    if reasons := oracle.failure:
        raise TrainingError(
            f"The search came to nothing, as {oracle.ending or 'all its trials failed'}: {reasons}."
            f" Their output is in {folder / 'trials'}/<number>/trial.log. Mend the cause and "
            f"delete {folder} to start afresh."
        )
