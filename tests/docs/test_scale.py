"""The page on scale: its manifest is one, and names the same things everywhere."""

from __future__ import annotations

import itertools
import shlex

import yaml

from kerasapps.cluster import Cluster, take_cluster
from kerasapps.config import ClusterConfig
from tests.docs.pages import ROOT, blocks_of

PAGE = ROOT / "docs" / "scale.md"


def test_pods_of_the_manifest_find_each_other() -> None:
    (text,) = (each.text for each in blocks_of(PAGE) if each.language == "yaml")
    service, job = yaml.safe_load_all(text)
    spec = job["spec"]
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    name, domain = job["metadata"]["name"], service["metadata"]["name"]
    assert pod["subdomain"] == domain and service["spec"]["selector"] == {"job-name": name}
    assert spec["completions"] == spec["parallelism"] and spec["completionMode"] == "Indexed"
    mounts = {each["name"] for each in container["volumeMounts"]}
    assert mounts == {each["name"] for each in pod["volumes"]}

    (port,) = (each["containerPort"] for each in container["ports"])
    assert [each["port"] for each in service["spec"]["ports"]] == [port]
    words = shlex.split(container["args"][0])
    options = dict(itertools.pairwise(words))
    peers = tuple(f"{name}-{index}.{domain}:{port}" for index in range(spec["completions"]))
    assert options["--role"] == "$JOB_COMPLETION_INDEX"
    config = ClusterConfig(peers=options["--peers"], role="1")
    assert take_cluster(config, environment={}) == Cluster(peers, 1)
