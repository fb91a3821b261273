"""What a server counts, as Prometheus reads it."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Set where several processes count together: the folder that they count in."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SIZES = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """The counters of one process.

    Attributes:
        requests: those that were answered or refused, by route, method and status.
        seconds: from the head of a request to the end of its answer, by route.
        items: pictures, texts and rows that were answered, by model.
        batches: how many answers a thread handed back at once.
        waited: seconds until the first item of a request was begun.
        unanswered: items that wait or are being answered.
        open: requests that are being read or answered.
    """

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.requests = Counter(
            "kerasapps_requests", "Requests", ("route", "method", "status"), registry=registry
        )
        self.seconds = Histogram(
            "kerasapps_request_seconds",
            "Time of a request",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.items = Counter("kerasapps_items", "Items answered", ("model",), registry=registry)
        self.batches = Histogram(
            "kerasapps_batch_size", "Answers handed back at once", buckets=_SIZES, registry=registry
        )
        self.waited = Histogram(
            "kerasapps_queue_seconds",
            "Time before an answer is begun",
            buckets=_SECONDS,
            registry=registry,
        )
        self.unanswered = Gauge(
            "kerasapps_queue_items",
            "Items unanswered",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.open = Gauge(
            "kerasapps_open_requests",
            "Requests open",
            multiprocess_mode="livesum",
            registry=registry,
        )

    def text(self) -> bytes:
        """All of it, of all processes."""
        if FOLDER_VARIABLE not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
