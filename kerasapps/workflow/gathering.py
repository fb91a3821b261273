"""Several machines come together for a training, and part at its end; without TensorFlow itself."""

from __future__ import annotations

import dataclasses
import importlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from kerasapps.cluster import Cluster
from kerasapps.cluster.addresses import unknown_host
from kerasapps.cluster.passport import DifferentError, passport, require_same
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.errors import KerasAppsError, TrainingError
from kerasapps.process.quiet import LEVEL, silence, start_tensorflow
from kerasapps.terminal.streams import hushed, tell
from kerasapps.terminal.waiting import wait_for
from kerasapps.training.team import ALONE, Team
from kerasapps.workflow.order import Order
from kerasapps.workflow.run import Run, open_run, open_scratch
from kerasapps.workflow.settings import identity_of

_ASKED_AGAIN: Final = 1.0  # seconds between two looks for a host's address
_VERSIONS: Final = {"kerasapps": "kerasapps", "TensorFlow": "tensorflow", "Keras": "keras"}
_OF_THE_PLACE: Final = ("run", "data")  # where the data lies may differ: what is in it may not


@contextmanager
def gathered(
    cluster: Cluster | None,
    order: Order,
    *,
    patience_minutes: float,
    load_tensorflow: Callable[[], Any],
) -> Iterator[Team]:
    """All machines of a training, which have the same versions and options, until the block ends.

    What ends the block on one of them is told to the others, which then end with the same message.
    A worker tells nothing in the block: the chief does.

    Args:
        cluster: who they are; None: this process trains alone, and nothing is done.
        order: what the training is asked for.
        patience_minutes: how long to wait for those that are not there yet.
        load_tensorflow: imports it.

    Raises:
        TrainingError: if a port is taken, a machine does not come or is of other versions or
            options, or another machine ended the training.
    """
    if cluster is None:
        yield ALONE
        return
    tell(f"This is {cluster.name_of(cluster.index)}, of {cluster.count} that train together")
    _await_addresses(cluster, minutes=patience_minutes)
    start_tensorflow(load_tensorflow)
    with (
        _without_abortions(),
        _joined(cluster, order, patience_minutes=patience_minutes) as team,
    ):
        if not cluster.is_chief:
            tell("All are there. The chief tells how far it is; this worker ends once it is done")
        with _quiet(cluster):
            yield team


@contextmanager
def _joined(cluster: Cluster, order: Order, *, patience_minutes: float) -> Iterator[Team]:
    from kerasapps.training.join import join_team

    team = join_team(cluster, config=order.options["train"], patience_minutes=patience_minutes)
    try:
        mine = passport({**_versions(), **_options(order)})
        advice = "Install the same everywhere, and give the same command with the same options."
        with team.interruptible():
            require_same(_first_told(team, mine), cluster, advice=advice)
            yield team
    except DifferentError:
        team.leave()
        raise
    except BaseException as error:
        if not _is_of_another(error, cluster):
            team.leave(_reason(error))
        raise
    team.leave()


def _first_told(team: Team, mine: bytes) -> list[bytes]:
    """What each machine tells first; one that was given other peers joins, and is not heard."""
    try:
        return team.collect(mine)
    except TrainingError as error:
        raise TrainingError(
            f"{error} If it still runs, it was given other peers: every machine needs the same "
            "list of them, in the same order."
        ) from error


def open_place(
    output_dir: Path | str | None, order: Order, team: Team
) -> AbstractContextManager[Run]:
    """The run's folder on the chief, scratch space on a worker; see `open_run`, `open_scratch`."""
    name, data = order.name, order.data
    if team.is_chief:
        return open_run(
            output_dir,
            task=order.task.name,
            name=name,
            settings=order.settings,
            data=data,
            team=team,
        )
    return open_scratch(output_dir, task=order.task.name, name=name, data=data, team=team)


def with_devices(place: Run, order: Order) -> Run:
    """The run with the devices of this process, where it trains alone; imports TensorFlow."""
    if place.team is not ALONE:
        return place
    from kerasapps.training.join import join_team

    return dataclasses.replace(
        place, team=join_team(None, config=order.options["train"], patience_minutes=0)
    )


def require_same_data(splits: Splits[Any], cluster: Cluster | None, team: Team) -> None:
    """Makes sure that all machines have read the same examples.

    Raises:
        TrainingError: naming the first worker whose data differ from the chief's.
    """
    if cluster is None:
        return
    counts = {f"number of {name} examples": len(getattr(splits, name)) for name in SPLITS}
    mine = passport({**counts, "content of the data": f"sha256 {splits.fingerprint[:12]}"})
    require_same(team.collect(mine), cluster, advice="Bring the same data to every machine.")


def _await_addresses(cluster: Cluster, *, minutes: float) -> None:
    """Waits until a name server knows every peer, which in Kubernetes is so once it runs."""
    unknown = list(range(cluster.count))

    def missing() -> tuple[str, str] | None:
        while unknown:
            if (reason := unknown_host(cluster.peers[unknown[0]])) is not None:
                return cluster.name_of(unknown[0]), reason
            del unknown[0]
        return None

    wait_for(
        missing,
        patience=60 * minutes,
        quiet=0.0,
        pause=_ASKED_AGAIN,
        told=lambda who: (
            f"No address is known yet of {who[0]} ({who[1]}): waiting for up to {minutes:g} minutes"
        ),
        refused=lambda who: TrainingError(
            f"No address is known of {who[0]} after {minutes:g} minutes: {who[1]}. Check the name "
            f"in {cluster.source}."
        ),
    )


def _versions() -> Mapping[str, str]:
    return {
        title: str(importlib.import_module(name).__version__) for title, name in _VERSIONS.items()
    }


def _options(order: Order) -> Mapping[str, Any]:
    identity = identity_of(order.settings)
    return {name: value for name, value in identity.items() if name not in _OF_THE_PLACE}


def _without_abortions() -> AbstractContextManager[None]:
    """Keeps from users what TensorFlow logs of machines that leave, which one message tells.

    Who has asked for TensorFlow's log sees it.
    """
    return silence(but_python=True) if os.environ.get(LEVEL) == "3" else nullcontext()


def _quiet(cluster: Cluster) -> AbstractContextManager[None]:
    return nullcontext() if cluster.is_chief else hushed()


def _is_of_another(error: BaseException, cluster: Cluster) -> bool:
    """Whether an exception is about another machine, which is gone or has told the others why."""
    others = [peer for index, peer in enumerate(cluster.peers) if index != cluster.index]
    return isinstance(error, TrainingError) and any(peer in str(error) for peer in others)


def _reason(error: BaseException) -> str:
    """What the others are told of an exception; who is told of it stands before it."""
    if isinstance(error, KerasAppsError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return "stopped by hand; the same command on all machines goes on from the last checkpoint"
    return f"unexpected {type(error).__name__}: {error}"
