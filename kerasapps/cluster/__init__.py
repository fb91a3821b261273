"""Several machines that train one network: who they are, and what must be the same on all.

Without TensorFlow; what they say to each other during a training is `kerasapps.training.team`.
"""

from kerasapps.cluster.cluster import Cluster
from kerasapps.cluster.take import take_cluster

__all__ = ["Cluster", "take_cluster"]
