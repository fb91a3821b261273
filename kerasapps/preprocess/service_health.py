"""Whether a data service is there: before the first batch, and while a batch is waited for.

TensorFlow itself waits for one that was lost for an hour, without a word.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import grpc
import tensorflow as tf

from kerasapps.cluster.addresses import listens
from kerasapps.cluster.services import SCHEME
from kerasapps.errors import ConfigError, DataError
from kerasapps.preprocess.pipeline import told_by_readers
from kerasapps.terminal.streams import tell

_WORKERS = "/tensorflow.data.DispatcherService/GetWorkers"
_ANSWERS_WITHIN = 10.0  # seconds
_LISTENS_WITHIN = 3.0
_LOOK_SECONDS = 5.0  # of waiting for a batch, until it is looked whether the service is there
_LOST_SECONDS = 45.0  # in which it may come back
_AHEAD = 2  # batches
_ADVICE = "Start it again, and give the same command: training goes on from its last checkpoint."


def workers_of(place: str) -> list[str]:
    """The addresses, HOST:PORT, of all workers that a dispatcher knows.

    Args:
        place: HOST:PORT of the dispatcher.

    Raises:
        ConfigError: if what answers is no dispatcher.
    """
    with grpc.insecure_channel(place, options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            answer = channel.unary_unary(_WORKERS)(b"", timeout=_ANSWERS_WITHIN)
        except grpc.RpcError as error:
            raise ConfigError(
                f"What answers at {SCHEME}{place} is no data service ({error.details()}): name "
                "the address of its dispatcher, or leave out --data-service."
            ) from None
    return [address.decode() for worker in _firsts(answer) for address in _firsts(worker)]


def followed(batches: tf.data.Dataset, address: str) -> tf.data.Dataset:
    """The same batches; who waits for one of a service that is gone is told so.

    Args:
        batches: of the service, endless.
        address: of its dispatcher, `grpc://HOST:PORT`.

    Raises:
        DataError: as the batches are read, if the service fails, or is gone and does not come back.
    """

    def read() -> Iterator[Any]:
        arrived: queue.Queue[Any] = queue.Queue(_AHEAD)
        left = threading.Event()
        # It may wait in TensorFlow for ever; the process ends without it.
        threading.Thread(target=_fill, args=(batches, arrived, left), daemon=True).start()
        try:
            while True:
                yield _taken(arrived, address)
        finally:
            left.set()

    return tf.data.Dataset.from_generator(read, output_signature=batches.element_spec)


def _fill(batches: tf.data.Dataset, arrived: queue.Queue[Any], left: threading.Event) -> None:
    """Puts the batches into a queue, or why there is none, until nobody takes any."""
    try:
        with told_by_readers():
            for batch in batches:
                _put(batch, arrived, left)
                if left.is_set():
                    return
        raise EOFError("it gives no more batches")
    except Exception as error:
        _put(error, arrived, left)


def _put(value: Any, arrived: queue.Queue[Any], left: threading.Event) -> None:
    while not left.is_set():
        try:
            return arrived.put(value, timeout=0.5)
        except queue.Full:
            continue


def _taken(arrived: queue.Queue[Any], address: str) -> Any:
    """The next batch.

    Raises:
        DataError: if there will be none.
    """
    lost: float | None = None
    while True:
        try:
            batch = arrived.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            lost = _checked(address, lost)
            continue
        if isinstance(batch, DataError):
            raise batch
        if isinstance(batch, Exception):
            first = str(batch).strip().partition("\n")[0]
            raise DataError(f"The data service at {address} failed: {first}. {_ADVICE}")
        return batch


def _checked(address: str, lost: float | None) -> float | None:
    """Since when a service is gone; None where it is there.

    Raises:
        DataError: if that is too long.
    """
    reason = _absence(address.removeprefix(SCHEME))
    if reason is None:
        return None
    now = time.monotonic()
    if lost is None:
        tell(f"{reason}; waiting for it")
        return now
    if now - lost > _LOST_SECONDS:
        raise DataError(f"{reason}. {_ADVICE}")
    return lost


def _absence(place: str) -> str | None:
    """What of a service does not answer, in words; None where it does."""
    if not listens(place, seconds=_LISTENS_WITHIN):
        return f"The data service at {SCHEME}{place} does not answer any more"
    try:
        workers = workers_of(place)
    except ConfigError:  # it is starting, say
        return f"The data service at {SCHEME}{place} does not answer any more"
    if any(listens(each, seconds=_LISTENS_WITHIN) for each in workers):
        return None
    named = f" ({', '.join(workers[:3])})" if workers else ""
    return f"No worker of the data service at {SCHEME}{place} answers any more{named}"


def _firsts(message: bytes) -> list[bytes]:
    """The values of field 1, of several bytes each, in a message of Protocol Buffers."""
    found, at = [], 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 0:
            _, at = _varint(message, at)
            continue
        size = {1: 8, 5: 4}.get(kind, 0)
        if kind == 2:
            size, at = _varint(message, at)
        if key >> 3 == 1 and kind == 2:
            found.append(message[at : at + size])
        at += size
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at
