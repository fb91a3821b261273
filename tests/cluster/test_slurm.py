"""Variables of SLURM as srun sets them, and its lists of hosts."""

from __future__ import annotations

import pytest

from kerasapps.cluster import Cluster, take_cluster
from kerasapps.cluster.slurm import expand_counts, expand_hosts
from kerasapps.config import ClusterConfig
from kerasapps.errors import ConfigError

SLURM = ClusterConfig(peers="slurm")
STEP = {
    "SLURM_JOB_ID": "4242",
    "SLURM_STEP_NODELIST": "n[1-2]",
    "SLURM_STEP_TASKS_PER_NODE": "2,1",
    "SLURM_PROCID": "1",
    "SLURM_LOCALID": "1",
}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("login", ["login"]),
        ("a,b-1.site", ["a", "b-1.site"]),
        ("n[3]", ["n3"]),
        ("n[08-10,2]", ["n08", "n09", "n10", "n2"]),
        ("gpu-a[1-2]b,x[7]", ["gpu-a1b", "gpu-a2b", "x7"]),
        ("rack[0-1]n[1-2]", ["rack0n1", "rack0n2", "rack1n1", "rack1n2"]),
    ],
)
def test_lists_of_hosts(text: str, names: list[str]) -> None:
    assert [*expand_hosts(text)] == names


@pytest.mark.parametrize("text", ["", "n[1-2", "n]1[", "n[2-1]", "n[a]", "n[[1]]", "n[1-999999]"])
def test_what_is_no_list_of_hosts(text: str) -> None:
    with pytest.raises(ConfigError, match=r"SLURM_STEP_NODELIST .* is no list"):
        expand_hosts(text)


def test_tasks_of_each_node() -> None:
    assert expand_counts("2(x3),1") == (2, 2, 2, 1)
    with pytest.raises(ConfigError, match="is no list"):
        expand_counts("2x3")


def test_a_step_of_several_tasks() -> None:
    cluster = take_cluster(SLURM, environment=STEP)
    assert cluster == Cluster(("n1:19242", "n1:19243", "n2:19242"), 1, "--peers slurm")


def test_numbers_of_jobs_become_ports_that_there_are() -> None:
    cluster = take_cluster(SLURM, environment={**STEP, "SLURM_JOB_ID": "987654242"})
    assert cluster is not None and cluster.peers[0] == "n1:19242"
    with pytest.raises(ConfigError, match="--distribution=block"):
        take_cluster(SLURM, environment={**STEP, "SLURM_PROCID": "3"})


def test_a_step_of_one_task_trains_alone() -> None:
    one = {"SLURM_STEP_NODELIST": "n1", "SLURM_STEP_TASKS_PER_NODE": "1"}
    step = {**STEP, **one, "SLURM_PROCID": "0", "SLURM_LOCALID": "0"}
    assert take_cluster(SLURM, environment=step) is None


def test_what_srun_did_not_start_or_numbers_otherwise() -> None:
    with pytest.raises(ConfigError, match="put srun before"):
        take_cluster(SLURM, environment={"SLURM_JOB_ID": "4242"})
    with pytest.raises(ConfigError, match="--distribution=block"):
        take_cluster(SLURM, environment={**STEP, "SLURM_LOCALID": "0"})
    with pytest.raises(ConfigError, match="names 2 nodes"):
        take_cluster(SLURM, environment={**STEP, "SLURM_STEP_TASKS_PER_NODE": "2"})
    with pytest.raises(ConfigError, match="must be a number"):
        take_cluster(SLURM, environment={**STEP, "SLURM_PROCID": "x"})
