"""The machines, or processes, of one training, and which of them this is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cluster:
    """The processes that train one network together.

    Attributes:
        peers: HOST:PORT of each; the first is the chief.
        index: which of them this process is.
        source: what said so, for messages: "--peers", "TF_CONFIG" or "SLURM".
    """

    peers: tuple[str, ...]
    index: int
    source: str = "ClusterConfig.peers"

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.peers)

    @property
    def is_chief(self) -> bool:
        """Whether this process reads, judges and writes what a training alone does."""
        return self.index == 0

    @property
    def port(self) -> int:
        """Where this process listens."""
        return int(self.peers[self.index].rpartition(":")[2])

    def name_of(self, index: int) -> str:
        """What messages call one of them: "worker 1 (10.0.0.2:9123)"."""
        who = "the chief" if index == 0 else f"worker {index}"
        return f"{who} ({self.peers[index]})"

    def tf_config(self) -> dict[str, Any]:
        """The same as TensorFlow's variable TF_CONFIG has it; its first worker is the chief."""
        return {
            "cluster": {"worker": list(self.peers)},
            "task": {"type": "worker", "index": self.index},
        }
