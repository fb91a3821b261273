"""Who waits for a batch of a data service that is gone is told so, and does not wait for ever."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.errors import DataError
from kerasapps.preprocess import service_health
from kerasapps.preprocess.pipeline import told_by_readers
from kerasapps.preprocess.service_health import followed, workers_of


def batches_that(end: Callable[[], None]) -> tf.data.Dataset:
    """Two batches, after which something else happens."""

    def read() -> Iterator[np.ndarray]:
        yield from (np.zeros(3, np.uint8), np.ones(3, np.uint8))
        end()

    return tf.data.Dataset.from_generator(read, output_signature=tf.TensorSpec(3, tf.uint8))


def shown_before(end: Callable[[], None], *, said: str) -> list[list[int]]:
    """The batches that come before the error."""
    shown = []
    with pytest.raises(DataError, match=said), told_by_readers():
        for batch in followed(batches_that(end), "grpc://127.0.0.1:1"):
            shown.append(batch.numpy().tolist())
    return shown


def refuse() -> None:
    raise DataError("a.png: no picture")


def fail() -> None:
    raise ValueError("broken")


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (refuse, r"^a\.png: no picture$"),
        (fail, r"^The data service at grpc://127\.0\.0\.1:1 failed: .*Start it again"),
    ],
)
def test_what_came_is_used_and_what_fails_is_said(end: Callable[[], None], said: str) -> None:
    assert shown_before(end, said=said) == [[0, 0, 0], [1, 1, 1]]


def test_who_waits_for_a_service_that_is_gone_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, over = threading.Event(), threading.Event()
    monkeypatch.setattr(service_health, "_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(service_health, "_LOST_SECONDS", 0.1)
    monkeypatch.setattr(service_health, "_absence", lambda place: "Gone" if gone.is_set() else None)

    def go() -> None:
        gone.set()
        over.wait(60)

    assert shown_before(go, said=r"^Gone\. Start it again") == [[0, 0, 0], [1, 1, 1]]
    over.set()
    assert capsys.readouterr().err.count("Gone; waiting for it\n") == 1


def test_a_service_is_there_while_one_worker_answers() -> None:
    parts = tf.data.experimental.service
    dispatcher = parts.DispatchServer()
    place = dispatcher.target.partition("://")[2]
    assert workers_of(place) == []
    assert service_health._absence("127.0.0.1:1") == (
        "The data service at grpc://127.0.0.1:1 does not answer any more"
    )
    assert service_health._absence(place) == (
        f"No worker of the data service at grpc://{place} answers any more"
    )
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        gone = f"127.0.0.1:{unused.getsockname()[1]}"
    lost = parts.WorkerServer(parts.WorkerConfig(dispatcher.target.partition("://")[2], gone))
    assert workers_of(place) == [gone]
    assert "any more (127.0.0.1:" in str(service_health._absence(place))
    worker = parts.WorkerServer(parts.WorkerConfig(place))
    assert len(workers_of(place)) == 2 and service_health._absence(place) is None
    del lost, worker
