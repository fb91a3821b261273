"""What the processes of one training tell each other, by TensorFlow's own collectives."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import context as tf_context

from kerasapps.cluster import Cluster
from kerasapps.errors import TrainingError
from kerasapps.process.interrupts import interrupting

_GROUP = 1_000_000  # of these collectives; those of the strategy count from 1
_PIECE = 16 * 2**20  # words of 4 bytes that are sent at once
_FAILURE = "kerasapps/failure"
_HEARD = "kerasapps/heard/"
_OVER = "kerasapps/over/"
_ASK_MILLISECONDS = 3000
_FAREWELL_SECONDS = 5.0
_GONE = (
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
    tf.errors.InternalError,
    tf.errors.UnavailableError,
    tf.errors.UnknownError,
)
"""What steps raise of a process that is gone; of faults of their own they raise others, too."""
_PYTHON = "Traceback (most recent call last)"  # in what TensorFlow says of a Python function


class Together:
    """Several processes of one training; see `Team`.

    A process that is killed or stopped is missed within some seconds, by the heartbeat of
    TensorFlow's coordination service. A failure that one tells of before it ends is kept where all
    can ask for it, and its collectives are aborted, which aborts those of the others.

    Args:
        cluster: who they are.
        strategy: a `MultiWorkerMirroredStrategy` of them.
    """

    def __init__(self, cluster: Cluster, strategy: tf.distribute.Strategy) -> None:
        self.strategy: Any = strategy
        self._cluster = cluster
        self._keys: dict[tuple[Any, ...], int] = {}
        self._is_over = False

    @property
    def index(self) -> int:
        """Which of the processes this is, from 0."""
        return self._cluster.index

    @property
    def count(self) -> int:
        """How many processes there are."""
        return self._cluster.count

    @property
    def is_chief(self) -> bool:
        """Whether this is the first."""
        return self.index == 0

    @property
    def is_over(self) -> bool:
        """Whether they have lost each other."""
        return self._is_over

    @property
    def replicas(self) -> int:
        """Devices of all processes."""
        return int(self.strategy.num_replicas_in_sync)

    def agree(self, value: float) -> float:
        """The chief's value."""
        return float(self._gather(np.array([value], np.float64))[0])

    def send(self, content: bytes | None) -> bytes:
        """What the chief gives."""
        size = int(self._gather(np.array([len(content or b"")], np.int64))[0])
        words = _words(content or b"", size) if self.is_chief else np.zeros(-(-size // 4), np.int32)
        for begin in range(0, len(words), _PIECE):
            piece = words[begin : begin + _PIECE]
            piece[:] = self._broadcast(piece)
        return words.tobytes()[:size]

    def collect(self, content: bytes) -> list[bytes]:
        """What every process gives."""
        sizes = self._gather(np.array([len(content)], np.int64))
        width = max(1, -(-int(sizes.max()) // 4))
        rows = self._gather(_words(content, 4 * width)).reshape(self.count, width)
        return [row.tobytes()[:size] for row, size in zip(rows, sizes, strict=True)]

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Inside, steps that fail for want of another process say so."""
        try:
            yield
        except _GONE as error:
            if _PYTHON in str(error):  # a fault of this process' own, as of an example it reads
                raise
            self._is_over = True
            raise TrainingError(self._told() or self._gone(str(error))) from error

    def interruptible(self) -> AbstractContextManager[None]:
        """Inside, Ctrl-C also ends what this process waits for."""
        return interrupting(_abort)

    def leave(self, failure: str = "") -> None:
        """The end."""
        if self._is_over:
            return  # the others have ended it, or know as much, and who is gone may never answer
        if failure:
            self._is_over = True
            # A chief that is stalled never answers, and these calls have no end of their own.
            farewell = threading.Thread(target=self._tell_failure, args=(failure,), daemon=True)
            farewell.start()
            farewell.join(_FAREWELL_SECONDS + 1)
        else:
            self._part()

    def _part(self) -> None:
        """Workers stay until the chief has the last exchange: it is sent before it has arrived."""
        over = f"{_OVER}{self.agree(time.time())}"  # no other end has it
        with suppress(tf.errors.OpError):
            if self.is_chief:
                tf_context.context().set_config_key_value(over, "yes")
            else:
                tf_context.context().get_config_key_value(over, int(1000 * _FAREWELL_SECONDS))

    def _gather(self, values: np.ndarray) -> np.ndarray:
        """The values of all processes, `(count * n,)`."""
        with self.watched(), tf.device("/device:CPU:0"):
            gathered: np.ndarray = tf.raw_ops.CollectiveGatherV2(
                input=tf.constant(values),
                ordering_token=[],
                **self._collective("gather", values),
            ).numpy()
        return gathered

    def _broadcast(self, words: np.ndarray) -> np.ndarray:
        with self.watched(), tf.device("/device:CPU:0"):
            exchange = self._collective("broadcast", words)
            if self.is_chief:
                sent = tf.raw_ops.CollectiveBcastSendV2(input=tf.constant(words), **exchange)
            else:
                sent = tf.raw_ops.CollectiveBcastRecvV2(shape=words.shape, T=tf.int32, **exchange)
        received: np.ndarray = sent.numpy()
        return received

    def _collective(self, kind: str, values: np.ndarray) -> dict[str, Any]:
        """The number of an exchange, the same in all processes.

        TensorFlow keeps what it knows of a number as long as the process lives. So all exchanges of
        one kind and shape have one, which they may as none begins before the last one has ended.
        """
        which = (kind, values.dtype.str, values.shape)
        return {
            "group_size": self.count,
            "group_key": _GROUP,
            "instance_key": self._keys.setdefault(which, len(self._keys) + 1),
            "communication_hint": "ring",
        }

    def _tell_failure(self, failure: str) -> None:
        """Tells the others, and stays until they have heard it or some seconds are over."""
        with suppress(*_GONE, tf.errors.OpError):
            word = {"index": self.index, "failure": failure}
            tf_context.context().set_config_key_value(_FAILURE, json.dumps(word))
        _abort()
        end = time.monotonic() + _FAREWELL_SECONDS
        for index in range(self.count):
            left = int(1000 * (end - time.monotonic()))
            if index != self.index and left > 0:
                with suppress(tf.errors.OpError):
                    tf_context.context().get_config_key_value(f"{_HEARD}{index}", left)

    def _told(self) -> str | None:
        """The failure that another process has told of."""
        try:
            text = tf_context.context().get_config_key_value(_FAILURE, _ASK_MILLISECONDS)
            word = json.loads(text)
        except (tf.errors.OpError, ValueError):
            return None
        if word["index"] == self.index:
            return None
        with suppress(tf.errors.OpError):
            tf_context.context().set_config_key_value(f"{_HEARD}{self.index}", "yes")
        return f"{self._cluster.name_of(word['index'])}: {word['failure']}"

    def _gone(self, error: str) -> str:
        who = self._named(error)
        return (
            f"{who} is gone or cannot be reached, so training ends on all machines. The same "
            "command on all of them goes on from the last checkpoint."
        )

    def _named(self, error: str) -> str:
        """Who an error is about, as far as it says."""
        others = [index for index in range(self.count) if index != self.index]
        named = [int(number) for number in re.findall(r"/task:(\d+)", error)]
        unhealthy = error.partition("unhealthy")[2]
        first = [int(number) for number in re.findall(r"/task:(\d+)", unhealthy)]
        for index in (*first, *named):
            if index in others:
                return _capital(self._cluster.name_of(index))
        if len(others) == 1:
            return _capital(self._cluster.name_of(others[0]))
        if not self.is_chief and "Heartbeat" in error:
            return _capital(self._cluster.name_of(0))
        return "Another process of the training"


def _abort() -> None:
    """Ends what this process waits for, and so what the others wait for."""
    with suppress(RuntimeError, tf.errors.OpError):
        tf_context.context().abort_collective_ops(tf.errors.ABORTED, _FAILURE)


def _words(content: bytes, size: int) -> np.ndarray:
    """The bytes as int32, filled up with zeros to so many bytes, rounded up."""
    return np.frombuffer(content.ljust(4 * -(-size // 4), b"\0"), np.int32).copy()


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
