"""What processes tell each other, as one alone can try it: the words, and who is missed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.cluster import Cluster
from kerasapps.errors import DataError, TrainingError
from kerasapps.training import together
from kerasapps.training.together import Together

THREE = ("a:1", "b:1", "c:1")


def of_three(index: int, peers: tuple[str, ...] = THREE) -> Any:
    nothing: Any = None
    return Together(Cluster(peers, index), nothing)


@pytest.mark.parametrize(
    ("index", "error", "who"),
    [
        (0, "task unhealthy: /job:worker/replica:0/task:2", "Worker 2 (c:1)"),
        (0, "/task:1 waits; unhealthy are /task:2", "Worker 2 (c:1)"),
        (1, "/job:worker/task:1 lost /job:worker/task:0", "The chief (a:1)"),
        (1, "Heartbeat failed", "The chief (a:1)"),
        (0, "Heartbeat failed", "Another process of the training"),
    ],
)
def test_who_is_gone_is_named_as_far_as_errors_tell(index: int, error: str, who: str) -> None:
    team = of_three(index)
    team._told = lambda: None
    with pytest.raises(TrainingError) as caught, team.watched():
        raise tf.errors.UnavailableError(None, None, error)
    assert str(caught.value).startswith(f"{who} is gone") and "The same command" in str(
        caught.value
    )
    team.leave()  # waits for nobody, as one is gone


def test_of_two_the_other_one_is_gone_and_what_it_told_counts_more() -> None:
    team = of_three(1, THREE[:2])
    team._told = lambda: None
    with pytest.raises(TrainingError, match=r"^The chief \(a:1\) is gone"), team.watched():
        raise tf.errors.InternalError(None, None, "x")
    team._told = lambda: "the chief (a:1): its disk is full"
    with pytest.raises(TrainingError, match=r"its disk is full$"), team.watched():
        raise tf.errors.AbortedError(None, None, "x")
    with pytest.raises(tf.errors.InvalidArgumentError), team.watched():
        raise tf.errors.InvalidArgumentError(None, None, "a fault of its own")


def test_words_of_any_length_arrive_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "_PIECE", 2)
    alone = of_three(0, THREE[:1])
    broadcast = lambda piece: piece  # noqa: E731 — a chief's words come back to it
    monkeypatch.setattr(alone, "_broadcast", broadcast)
    for content in (b"", b"x", b"1234", b"12345678", b"123456789" * 5):
        assert alone.send(content) == content and alone.collect(content) == [content]
    assert alone.agree(0.1) == 0.1
    alone.leave()


def test_an_example_that_cannot_be_read_is_no_lost_machine() -> None:
    def refuse(_: np.ndarray) -> np.ndarray:
        raise DataError("shot.png cannot be decoded")

    read = tf.data.Dataset.range(1).map(lambda row: tf.numpy_function(refuse, [row], tf.int64))
    team = of_three(0)
    with pytest.raises(tf.errors.OpError, match=r"DataError: shot\.png"), team.watched():
        next(iter(read))
