"""TensorFlow's own variable for clusters, as Kubernetes' training operators and clouds set it."""

from __future__ import annotations

import json
from typing import Any, Final

from kerasapps.cluster.cluster import Cluster
from kerasapps.config.cluster import checked_peers
from kerasapps.errors import ConfigError

VARIABLE: Final = "TF_CONFIG"
_CHIEFS: Final = ("chief", "master")
_FORM: Final = (
    'It looks like {"cluster": {"worker": ["10.0.0.1:9123", "10.0.0.2:9123"]}, '
    '"task": {"type": "worker", "index": 0}}.'
)


def from_tf_config(text: str) -> Cluster | None:
    """The cluster that a value of the variable describes; None where it is one process.

    A chief of its own comes before the workers; without one the first worker is the chief.

    Raises:
        ConfigError: if it is not what TensorFlow takes, or has processes that no training of
            kerasapps has, such as parameter servers.
    """
    try:
        values = json.loads(text)
        jobs = {str(job): list(peers) for job, peers in values["cluster"].items()}
        task = str(values["task"]["type"])
        place = int(values["task"]["index"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refused(f"cannot be read ({_reason(error)}). {_FORM}") from error
    others = [job for job in jobs if job not in (*_CHIEFS, "worker") and jobs[job]]
    if others:
        raise _refused(
            f"has the job {others[0]!r}, which no training of kerasapps has: it knows chief and "
            "worker. Leave it out, on all machines."
        )
    chiefs = [peer for job in _CHIEFS for peer in jobs.get(job, [])]
    if len(chiefs) > 1:
        raise _refused(f"has {len(chiefs)} chiefs, and there is one: leave the others out.")
    if place not in range(len(jobs.get(task, []))):
        raise _refused(f"says that this is {task} {place}, which its cluster does not have.")
    peers = [*chiefs, *jobs.get("worker", [])]
    index = place + (len(chiefs) if task == "worker" else 0)
    if len(peers) == 1:
        return None
    return Cluster(checked_peers(peers, what=VARIABLE), index, source=VARIABLE)


def _reason(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _refused(words: Any) -> ConfigError:
    return ConfigError(f"The environment variable {VARIABLE} {words}")
